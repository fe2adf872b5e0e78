"""Annotations of images and of video frames: each submission is a version, and none is ever lost."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import Response

from contract.limits import EnforcementPoint
from contract.task_types import TASK_TYPES, TaskType
from reference.context import DATASET, LIMITED, REFUSALS, Context, Here, Image, Medium, Project, Video, found
from reference.errors import ApiError
from reference.store import Document, now
from reference.submissions import NewAnnotation, Submission

router = APIRouter()
_IMAGE = DATASET + "/media/images/{medium}/annotations"
_FRAME = DATASET + "/media/videos/{medium}/frames/{number}/annotations"
_READS: dict[int | str, dict[str, Any]] = {**REFUSALS, 204: {"description": "not annotated yet"}}
OF_FRAME: Final = "annotation of frame "
_SIDES: Final = ("width", "height")
# The constraint of each field of a shape, by the type of the shape.
_HELD: Final[dict[str, dict[str, str]]] = {
    "POLYGON": {"points": "annotation.polygon.points.max"},
    "ELLIPSE": dict.fromkeys(_SIDES, "annotation.ellipse.side.min"),
    "RECTANGLE": {
        **dict.fromkeys(_SIDES, "annotation.rectangle.side.min"),
        **dict.fromkeys(("x", "y"), "annotation.rectangle.corner.min"),
    },
}


@router.post(_IMAGE, responses=LIMITED, operation_id="annotate_image")
def annotate_image(project: Project, medium: Image, here: Here, body: Submission) -> Document:
    """Submit the next version of an image's annotations."""
    identifier = media_identifier(medium.body["id"], None)
    at = EnforcementPoint.IMAGE_ANNOTATION
    return _submit(here, project, medium, body, kind="annotation", identifier=identifier, at=at)


@router.get(_IMAGE + "/{version}", responses=_READS, operation_id="read_image_annotation", response_model=None)
def read_image_annotation(medium: Image, version: str, here: Here) -> Document | Response:
    """One version, or ``latest``: 204 where there is none yet."""
    return _read(here, medium.body["id"], "annotation", version)


@router.post(_FRAME, responses=LIMITED, operation_id="annotate_frame")
def annotate_frame(project: Project, medium: Video, number: int, here: Here, body: Submission) -> Document:
    """Submit the next version of a frame's annotations."""
    _require_frame(medium, number)
    identifier = media_identifier(medium.body["id"], number)
    at = EnforcementPoint.FRAME_ANNOTATION
    return _submit(here, project, medium, body, kind=f"{OF_FRAME}{number}", identifier=identifier, at=at)


@router.get(_FRAME + "/{version}", responses=_READS, operation_id="read_frame_annotation", response_model=None)
def read_frame_annotation(medium: Video, number: int, version: str, here: Here) -> Document | Response:
    """One version of a frame, or ``latest``: 204 where there is none yet."""
    _require_frame(medium, number)
    return _read(here, medium.body["id"], f"{OF_FRAME}{number}", version)


@router.get(
    DATASET + "/media/videos/{medium}/annotations/latest",
    responses=_READS,
    operation_id="read_video_annotations",
    response_model=None,
)
def read_video_annotations(medium: Video, here: Here) -> Document | Response:
    """The latest version of each frame that is annotated: 204 where none is."""
    kinds = here.store.kinds(medium.body["id"])
    latest = [here.store.last(medium.body["id"], kind) for kind in kinds if kind.startswith(OF_FRAME)]
    latest.sort(key=lambda version: version["media_identifier"]["frame_index"] if version else 0)
    return {"video_annotations": latest} if latest else Response(status_code=204)


def _require_frame(medium: Medium, number: int) -> None:
    """Raises ``ApiError`` where the video has no frame of that number."""
    if not 0 <= number < medium.body["media_information"]["frame_count"]:
        raise ApiError(404, "frame_not_found", f"There is no frame {number}.")


def _submit(
    here: Context,
    project: Document,
    medium: Medium,
    body: Submission,
    *,
    kind: str,
    identifier: Document,
    at: EnforcementPoint,
) -> Document:
    if body.media_identifier and body.media_identifier != identifier:
        raise ApiError(400, "bad_request", "media_identifier names another medium than the path.")
    annotations = [_annotation(item, project, medium, here) for item in body.annotations]
    version = new_version(here.store.new_id(), identifier, annotations)
    with here.behaviour.admitting(here.store, "media.annotation-versions.max", at, medium.body["id"], kind):
        here.store.put(kind, version["id"], medium.body["id"], version)
    here.behaviour.annotated(here.store, medium.body["id"], kind)
    return version


def media_identifier(medium: str, frame: int | None) -> Document:
    """How an annotation names its image, or its frame of a video."""
    if frame is None:
        return {"type": "image", "image_id": medium}
    return {"type": "video_frame", "video_id": medium, "frame_index": frame}


def new_version(version: str, identifier: Document, annotations: list[Document]) -> Document:
    """A version of annotations by its id, with how their medium is named."""
    return {
        "id": version,
        "kind": "annotation",
        "media_identifier": identifier,
        "modified": now(),
        "annotations": annotations,
        "labels_to_revisit_full_scene": [],
        "annotation_state_per_task": [],
    }


def annotate_whole(here: Context, medium: Document, labels: list[str]) -> None:
    """Give an image that was uploaded with labels its first annotations, or one frame a second of a video."""
    size, identifier = medium["media_information"], medium["id"]
    shape = {"type": "RECTANGLE", "x": 0, "y": 0, "width": size["width"], "height": size["height"]}
    scored = [{"id": label, "probability": 1.0} for label in labels]
    is_image = medium["type"] == "image"
    for frame in (None,) if is_image else range(0, size["frame_count"], size["frame_stride"]):
        annotation = {"id": here.store.new_id(), "shape": shape, "labels": scored, "labels_to_revisit": []}
        version = new_version(here.store.new_id(), media_identifier(identifier, frame), [annotation])
        kind = "annotation" if frame is None else f"{OF_FRAME}{frame}"
        here.store.put(kind, version["id"], identifier, version)
        here.behaviour.annotated(here.store, identifier, kind)


def _annotation(annotation: NewAnnotation, project: Document, medium: Medium, here: Context) -> Document:
    """An annotation as it is kept. Raises ``ApiError`` 400 for labels of another project, and for a shape that does not
    suit the task that its labels are of."""
    named = {label.id for label in annotation.labels}
    tasks = [task for task in project["pipeline"]["tasks"] if named & {each["id"] for each in task.get("labels", [])}]
    if not named <= {each["id"] for task in tasks for each in task["labels"]}:
        raise ApiError(400, "bad_request", "A label of the annotation is none of the project's.")
    shape = annotation.shape.model_dump()
    _hold_shape(shape, here)
    _check_shape(shape, TASK_TYPES[tasks[0]["task_type"]], medium.body["media_information"])
    return {**annotation.model_dump(), "id": here.store.new_id(), "labels_to_revisit": []}


def _hold_shape(shape: Document, here: Context) -> None:
    """Hold a shape against the constraints of its type. Raises ``ApiError``."""
    place = EnforcementPoint.IMAGE_ANNOTATION.value
    for field, bounded in _HELD.get(shape["type"], {}).items():
        value = shape[field]
        here.behaviour.hold(bounded, place, len(value) if isinstance(value, list) else value)


def _check_shape(shape: Document, task: TaskType, size: Document) -> None:
    if shape["type"] not in task.shapes:
        raise ApiError(400, "bad_request", f"A {shape['type']} does not suit {task.id}.")
    corners = shape.get("points") or [shape]
    right = max(corner["x"] + corner.get("width", 0) for corner in corners)
    lower = max(corner["y"] + corner.get("height", 0) for corner in corners)
    if shape["type"] != "ROTATED_RECTANGLE" and (right > size["width"] or lower > size["height"]):
        raise ApiError(400, "bad_request", "The shape leaves the medium.")
    whole = {"x": 0, "y": 0, "width": size["width"], "height": size["height"]}
    if task.whole_medium and {**shape, **whole} != shape:
        raise ApiError(400, "bad_request", f"An annotation of {task.id} is as large as its medium.")


def _read(here: Context, medium: str, kind: str, version: str) -> Document | Response:
    if version == "latest":
        last = here.store.last(medium, kind)
        return Response(status_code=204) if last is None else last
    return found(here.behaviour.find(here.store, kind, version, medium), "annotation")[0]
