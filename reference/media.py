"""Images and videos: upload, read back, display."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import FileResponse
from starlette.datastructures import UploadFile

from contract.limits import EnforcementPoint
from reference.annotations import annotate_whole
from reference.context import DATASET, MEDIA, REFUSALS, Context, Dataset, Here, Image, Medium, Project, Video
from reference.errors import ApiError
from reference.forms import Uploaded, UploadForm
from reference.inspection import Arrival, Measured, frame, thumbnail
from reference.pipelines import trainable
from reference.store import Document, now

router = APIRouter()
Kind = Literal["image", "video"]
_THUMBNAIL = (256, 256)
_IMAGE = DATASET + "/media/images/{medium}"
_VIDEO = DATASET + "/media/videos/{medium}"
_POINT = {"image": EnforcementPoint.IMAGE_UPLOAD, "video": EnforcementPoint.VIDEO_UPLOAD}


@router.post(DATASET + "/media/images", responses=MEDIA, operation_id="upload_image")
def upload_image(project: Project, dataset: Dataset, here: Here, form: Uploaded) -> Document:
    """Upload one image."""
    return _receive_all(here, "image", project, dataset, form)


@router.post(DATASET + "/media/videos", responses=MEDIA, operation_id="upload_video")
def upload_video(project: Project, dataset: Dataset, here: Here, form: Uploaded) -> Document:
    """Upload one video."""
    return _receive_all(here, "video", project, dataset, form)


def _receive_all(here: Context, kind: Kind, project: Document, dataset: Document, form: UploadForm) -> Document:
    """Store the files of a form. A full project refuses even a bad file, with the refusal of the count."""
    held = here.behaviour.count(here.store, "project.media.max", project["id"], kind)
    here.behaviour.admit("project.media.max", _POINT[kind], held + 1)
    labels = here.behaviour.labels_at_upload(form.info, project)
    tasks = len(trainable(project["pipeline"]["tasks"]))
    arrivals = [
        (Arrival(_POINT[kind], dataset, each.filename or "", form.info, each.content_type, tasks), each)
        for each in here.behaviour.files_taken(form.files)
    ]
    stored = [_receive(here, kind, project, arrival, each) for arrival, each in arrivals]
    if labels:
        annotate_whole(here, stored[-1], labels)
    return stored[-1]


def _receive(here: Context, kind: Kind, project: Document, arrival: Arrival, file: UploadFile) -> Document:
    """Store one file; what is refused, or fails in whatever way, leaves neither row nor file behind."""
    dataset = arrival.dataset
    name, extension = file_name(here.behaviour.media_name(arrival.file_name), kind)
    here.behaviour.hold(f"{kind}.format", _POINT[kind].value, extension)
    here.behaviour.hold(f"{kind}.file.max", _POINT[kind].value, file.size or 0)
    identifier = here.store.new_id()
    path = here.store.keep(file.file, identifier, extension)
    try:
        measured = inspected(here, kind, path, arrival)
        with here.behaviour.admitting(here.store, "project.media.max", _POINT[kind], project["id"], kind):
            return save(here, kind, project, dataset, name=name, path=path, measured=measured)
    except BaseException as error:
        if here.store.get(kind, identifier, dataset["id"]) is None:
            if isinstance(error, ApiError) and here.behaviour.stores_despite(error):
                save(here, kind, project, dataset, name=name, path=path, measured=Measured(1, 1))
            else:
                path.unlink(missing_ok=True)
        raise


def inspected(here: Context, kind: Kind, path: Path, arrival: Arrival) -> Measured:
    """What a file holds: held against the limits by its header, and only then decoded. Raises ``ApiError``."""
    if not path.stat().st_size:
        raise ApiError(400, "empty_file", "The file is empty.")
    checked = here.behaviour.is_checked(arrival)
    if kind == "video":
        measured = here.behaviour.measure_video(path)
        if checked:
            here.behaviour.check_video(measured, path)
        here.behaviour.decode_video(path)
        return here.behaviour.stored_video(path, measured)
    measured = here.behaviour.measure_image(path)
    if checked:
        here.behaviour.check_image(measured, arrival.at, path)
    return here.behaviour.stored_image(path, here.behaviour.decode_image(path, measured))


def save(
    here: Context, kind: Kind, project: Document, dataset: Document, *, name: str, path: Path, measured: Measured
) -> Document:
    """Write the row of a file that lies in its place and is named by its id; answers the media body."""
    identifier = path.stem
    display = f"{here.dataset_path(project, dataset)}/media/{kind}s/{identifier}/display"
    information: Document = {
        "width": measured.width,
        "height": measured.height,
        "size": path.stat().st_size,
        "extension": path.suffix,
        "display_url": f"{display}/{'full' if kind == 'image' else 'stream'}",
    }
    if kind == "video":
        information |= {
            "frame_count": measured.frames,
            "frame_rate": measured.fps,
            "duration": measured.seconds,
            "frame_stride": max(1, round(measured.fps)),
        }
    body = {
        "id": identifier,
        "name": name,
        "type": kind,
        "media_information": information,
        "upload_time": now(),
        "uploader_id": "user",
        "thumbnail": f"{display}/thumb",
        "annotation_state_per_task": [],
        "preprocessing": {"status": "FINISHED"},
    }
    here.store.put(kind, identifier, dataset["id"], body, path)
    return body


def file_name(name: str, kind: Kind) -> tuple[str, str]:
    """A file name as stem and extension. Raises ``ApiError`` 400 for no name or no extension."""
    stem, _, extension = name.rpartition(".")
    if not stem or not extension.isalnum():
        raise ApiError(400, "invalid_media", f"{_POINT[kind].words} takes a name with an extension.")
    return stem, extension.lower()


@router.get(_IMAGE, responses=REFUSALS, operation_id="read_image")
def read_image(medium: Image) -> Document:
    """One image, without its pixels."""
    return medium.body


@router.get(_VIDEO, responses=REFUSALS, operation_id="read_video")
def read_video(medium: Video) -> Document:
    """One video, without its frames."""
    return medium.body


@router.delete(_IMAGE, responses=REFUSALS, operation_id="delete_image")
def delete_image(medium: Image, here: Here) -> Document:
    """Delete one image."""
    here.behaviour.remove(here.store, "image", medium.body["id"])
    return {"result": "success"}


@router.delete(_VIDEO, responses=REFUSALS, operation_id="delete_video")
def delete_video(medium: Video, here: Here) -> Document:
    """Delete one video."""
    here.behaviour.remove(here.store, "video", medium.body["id"])
    return {"result": "success"}


@router.get(_IMAGE + "/display/full", responses=REFUSALS, operation_id="display_image", response_class=FileResponse)
def display_image(medium: Image, here: Here) -> FileResponse:
    """The image as it is stored."""
    return FileResponse(here.behaviour.given_out("full", medium.path))


@router.get(_VIDEO + "/display/stream", responses=REFUSALS, operation_id="display_video", response_class=FileResponse)
def display_video(medium: Video, here: Here) -> FileResponse:
    """The video as it is stored."""
    return FileResponse(here.behaviour.given_out("stream", medium.path))


@router.get(_IMAGE + "/display/thumb", responses=REFUSALS, operation_id="thumb_image", response_class=FileResponse)
def thumb_image(medium: Image, here: Here) -> FileResponse:
    """A small JPEG of an image, made when first asked for."""
    small = medium.path.with_suffix(".thumb.jpg")
    if not small.exists():
        thumbnail(medium.path, small, shrink_to=_THUMBNAIL)
    return FileResponse(here.behaviour.given_out("thumb", small))


@router.get(_VIDEO + "/display/thumb", responses=REFUSALS, operation_id="thumb_video", response_class=FileResponse)
def thumb_video(medium: Video, here: Here) -> FileResponse:
    """The first frame of a video."""
    return FileResponse(here.behaviour.given_out("thumb", _frame(medium, 0)))


@router.get(
    _VIDEO + "/frames/{number}/display/full",
    responses=REFUSALS,
    operation_id="display_frame",
    response_class=FileResponse,
)
def display_frame(medium: Video, number: int, here: Here) -> FileResponse:
    """One frame of a video."""
    picture = _frame(medium, here.behaviour.frame_decoded(number, medium.body))
    return FileResponse(here.behaviour.given_out("frame", picture))


def _frame(medium: Medium, number: int) -> Path:
    picture = medium.path.with_suffix(f".{number}.jpg")
    if not picture.exists():
        frame(medium.path, number, picture)
    return picture
