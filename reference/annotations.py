"""Annotations of images and of video frames: each submission is a version, and none is ever lost."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Body
from fastapi.responses import Response

from contract.limits import EnforcementPoint
from reference.context import DATASET, LIMITED, REFUSALS, Context, Here, Image, Medium, Project, Video, found
from reference.errors import ApiError
from reference.store import Document, now

router = APIRouter()
_IMAGE = DATASET + "/media/images/{medium}/annotations"
_FRAME = DATASET + "/media/videos/{medium}/frames/{number}/annotations"
_READS: dict[int | str, dict[str, Any]] = {**REFUSALS, 204: {"description": "not annotated yet"}}
_OF_FRAME: Final = "annotation of frame "
_Submission = Annotated[dict[str, Any], Body()]


@router.post(_IMAGE, responses=LIMITED, operation_id="annotate_image")
def annotate_image(project: Project, medium: Image, here: Here, body: _Submission) -> Document:
    """Submit the next version of an image's annotations."""
    identifier = {"type": "image", "image_id": medium.body["id"]}
    at = EnforcementPoint.IMAGE_ANNOTATION
    return _submit(here, project, medium, body, kind="annotation", identifier=identifier, at=at)


@router.get(_IMAGE + "/{version}", responses=_READS, operation_id="read_image_annotation", response_model=None)
def read_image_annotation(medium: Image, version: str, here: Here) -> Document | Response:
    """One version, or ``latest``: 204 where there is none yet."""
    return _read(here, medium.body["id"], "annotation", version)


@router.post(_FRAME, responses=LIMITED, operation_id="annotate_frame")
def annotate_frame(project: Project, medium: Video, number: int, here: Here, body: _Submission) -> Document:
    """Submit the next version of a frame's annotations."""
    if not 0 <= number < medium.body["media_information"]["frame_count"]:
        raise ApiError(404, "frame_not_found", f"There is no frame {number}.")
    identifier = {"type": "video_frame", "video_id": medium.body["id"], "frame_index": number}
    at = EnforcementPoint.FRAME_ANNOTATION
    return _submit(here, project, medium, body, kind=f"{_OF_FRAME}{number}", identifier=identifier, at=at)


@router.get(_FRAME + "/{version}", responses=_READS, operation_id="read_frame_annotation", response_model=None)
def read_frame_annotation(medium: Video, number: int, version: str, here: Here) -> Document | Response:
    """One version of a frame, or ``latest``: 204 where there is none yet."""
    return _read(here, medium.body["id"], f"{_OF_FRAME}{number}", version)


@router.get(
    DATASET + "/media/videos/{medium}/annotations/latest",
    responses=_READS,
    operation_id="read_video_annotations",
    response_model=None,
)
def read_video_annotations(medium: Video, here: Here) -> Document | Response:
    """The latest version of each frame that is annotated: 204 where none is."""
    kinds = here.store.kinds(medium.body["id"])
    latest = [here.store.last(medium.body["id"], kind) for kind in kinds if kind.startswith(_OF_FRAME)]
    latest.sort(key=lambda version: version["media_identifier"]["frame_index"] if version else 0)
    return {"video_annotations": latest} if latest else Response(status_code=204)


def _submit(
    here: Context,
    project: Document,
    medium: Medium,
    body: Document,
    *,
    kind: str,
    identifier: Document,
    at: EnforcementPoint,
) -> Document:
    known = {label["id"] for task in project["pipeline"]["tasks"] for label in task.get("labels", [])}
    annotations = [_annotation(item, known, here) for item in _list(body.get("annotations"))]
    version: Document = {
        "id": here.store.new_id(),
        "kind": "annotation",
        "media_identifier": identifier,
        "modified": now(),
        "annotations": annotations,
        "labels_to_revisit_full_scene": [],
        "annotation_state_per_task": [],
    }
    with here.behaviour.admitting(here.store, "media.annotation-versions.max", at, medium.body["id"], kind):
        here.store.put(kind, version["id"], medium.body["id"], version)
    here.behaviour.annotated(here.store, medium.body["id"], kind)
    return version


def _annotation(item: Any, known: set[str], here: Context) -> Document:
    labels = _list(item.get("labels")) if isinstance(item, dict) else None
    if labels is None or not isinstance(item.get("shape"), dict):
        raise ApiError(400, "bad_request", "An annotation has a shape and labels.")
    if any(not isinstance(label, dict) or label.get("id") not in known for label in labels):
        raise ApiError(400, "bad_request", "A label of the annotation is none of the project's.")
    return {**item, "id": here.store.new_id(), "labels_to_revisit": []}


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ApiError(400, "bad_request", "Annotations and labels are lists.")
    return value


def _read(here: Context, medium: str, kind: str, version: str) -> Document | Response:
    if version == "latest":
        last = here.store.last(medium, kind)
        return Response(status_code=204) if last is None else last
    return found(here.behaviour.find(here.store, kind, version, medium), "annotation")[0]
