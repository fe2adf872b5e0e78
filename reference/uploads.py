"""Archives as they arrive: in one piece, or by tus 1.0.0, where what came before a cut stays."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Header, Request, UploadFile
from fastapi.responses import Response

from reference.context import LIMITED, REFUSALS, WORKSPACE, Context, ErrorBody, Here, Workspace, found
from reference.errors import ApiError
from reference.store import Document

router = APIRouter()
_TUS: Final = WORKSPACE + "/datasets/uploads/resumable"
_VERSION: Final = {"tus-resumable": "1.0.0"}
_TOO_LARGE: Final = {**REFUSALS, 413: {"model": ErrorBody, "description": "a larger archive than is taken"}}
_CREATION: Final = {**_TOO_LARGE, 412: {"model": ErrorBody, "description": "another version of tus"}}


@router.post(WORKSPACE + "/datasets/uploads", responses=_TOO_LARGE, operation_id="upload_dataset")
def upload_dataset(workspace: Workspace, here: Here, file: UploadFile) -> Document:
    """Upload an archive in one piece."""
    size = file.size or 0
    for bound in ("archive.file.min", "archive.file.max"):
        here.behaviour.hold(bound, "archive-upload", size)
    identifier = here.store.new_id()
    path = here.store.keep(file.file, identifier, "zip")
    here.store.put("upload", identifier, workspace, {"id": identifier, "size": size, "parts": 1}, path)
    return {"file_id": identifier}


@router.options(_TUS, status_code=204, responses=REFUSALS, operation_id="tus_options", response_model=None)
def tus_options(_workspace: Workspace) -> Response:
    """What of tus is spoken here: creation and the core protocol."""
    return Response(status_code=204, headers={**_VERSION, "tus-version": "1.0.0", "tus-extension": "creation"})


@router.post(_TUS, status_code=201, responses=_CREATION, operation_id="tus_create", response_model=None)
def tus_create(
    workspace: Workspace,
    here: Here,
    request: Request,
    upload_length: Annotated[int, Header(ge=1)],
    tus_resumable: Annotated[str, Header()] = "1.0.0",
) -> Response:
    """Begin a resumable upload (tus 1.0.0, creation)."""
    here.behaviour.hold("tus.version", "resumable-upload", tus_resumable)
    here.behaviour.hold("archive.file.max", "resumable-upload", upload_length)
    identifier = here.store.new_id()
    path = here.store.place(identifier, "zip")
    path.touch()
    here.store.put("upload", identifier, workspace, {"id": identifier, "size": upload_length, "parts": 0}, path)
    return Response(status_code=201, headers={"location": f"{request.url.path}/{identifier}", **_VERSION})


@router.head(_TUS + "/{file}", responses=REFUSALS, operation_id="tus_offset", response_model=None)
def tus_offset(workspace: Workspace, file: str, here: Here) -> Response:
    """How much of a resumable upload has arrived, in bytes."""
    upload, path = _upload(here, workspace, file)
    return Response(
        status_code=200,
        headers={
            "upload-offset": str(path.stat().st_size),
            "upload-length": str(upload["size"]),
            **_VERSION,
            "cache-control": "no-store",
        },
    )


@router.patch(_TUS + "/{file}", status_code=204, responses=LIMITED, operation_id="tus_append", response_model=None)
async def tus_append(
    workspace: Workspace, file: str, here: Here, request: Request, upload_offset: Annotated[int, Header(ge=0)]
) -> Response:
    """Append to a resumable upload at its offset; what arrived before a cut stays."""
    upload, path = _upload(here, workspace, file)
    if upload_offset != path.stat().st_size:
        raise ApiError(409, "offset_mismatch", f"The upload stands at {path.stat().st_size} bytes.")
    with path.open("ab") as out:
        async for chunk in request.stream():
            if out.tell() + len(chunk) > upload["size"]:
                raise ApiError(400, "too_long", "More bytes arrived than were announced.")
            out.write(chunk)
    here.store.put("upload", upload["id"], workspace, {**upload, "parts": upload["parts"] + 1}, path)
    offset = str(path.stat().st_size)
    return Response(status_code=204, headers={"upload-offset": offset, **_VERSION})


@router.delete(_TUS + "/{file}", status_code=204, responses=REFUSALS, operation_id="tus_delete", response_model=None)
def tus_delete(workspace: Workspace, file: str, here: Here) -> Response:
    """Delete what arrived of an upload."""
    here.behaviour.remove(here.store, "upload", _upload(here, workspace, file)[0]["id"])
    return Response(status_code=204, headers=_VERSION)


def _upload(here: Context, workspace: str, identifier: str) -> tuple[Document, Path]:
    body, path = found(here.store.get("upload", identifier, workspace), "file")
    if path is None:
        raise ApiError(404, "file_not_found", "There is no such file.")
    return body, path


def whole_archive(here: Context, workspace: str, identifier: str) -> tuple[Document, Path]:
    """An upload that has arrived whole and is a zip. Raises ``ApiError``."""
    body, path = _upload(here, workspace, identifier)
    arrived = path.stat().st_size
    if arrived != body["size"]:
        here.behaviour.hold("tus.whole", "import-preparation", "unfinished file" if arrived else "file not begun")
        return body, path
    here.behaviour.hold("tus.whole", "import-preparation", "whole file in parts" if body["parts"] > 1 else "whole file")
    if not zipfile.is_zipfile(path):
        raise ApiError(400, "no_archive", "The file is no zip archive.")
    return body, path
