"""Dataset import: upload (multipart or tus), preparation, and import as a project or into one.

Media and labels are imported; annotations of the archive are not read.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Header, Query, Request, UploadFile
from fastapi.responses import Response

from contract.formats import IMAGE_EXTENSIONS
from contract.limits import EnforcementPoint
from reference.context import LIMITED, PROJECT, REFUSALS, WORKSPACE, Context, Here, Project, Workspace, found
from reference.errors import ApiError
from reference.jobs import Outcome
from reference.media import inspected, save
from reference.pipelines import TRAINABLE
from reference.projects import new_dataset, new_project
from reference.store import Document

router = APIRouter()
WORKS: Final = (
    "prepare_import_to_new_project", "prepare_import_to_existing_project", "perform_import_to_new_project",
    "perform_import_to_existing_project",
)  # fmt: skip
_TUS: Final = WORKSPACE + "/datasets/uploads/resumable"
_Json = Annotated[dict[str, Any], Body()]
_FileId = Annotated[str, Query(pattern="^[0-9a-f]{24}$")]


@router.post(WORKSPACE + "/datasets/uploads", responses=REFUSALS, operation_id="upload_dataset")
def upload_dataset(workspace: Workspace, here: Here, file: UploadFile) -> Document:
    """Upload an archive in one piece."""
    identifier = here.store.new_id()
    path = here.store.keep(file.file, identifier, "zip")
    size = path.stat().st_size
    if not size:
        path.unlink()
        raise ApiError(400, "empty_file", "The file is empty.")
    here.store.put("upload", identifier, workspace, {"id": identifier, "size": size}, path)
    return {"file_id": identifier}


@router.post(_TUS, status_code=201, responses=REFUSALS, operation_id="tus_create", response_model=None)
def tus_create(workspace: Workspace, here: Here, request: Request, upload_length: Annotated[int, Header(ge=1)],
               ) -> Response:  # fmt: skip
    """Begin a resumable upload (tus 1.0.0, creation)."""
    identifier = here.store.new_id()
    path = here.store.place(identifier, "zip")
    path.touch()
    here.store.put("upload", identifier, workspace, {"id": identifier, "size": upload_length}, path)
    return Response(status_code=201, headers={"location": f"{request.url.path}/{identifier}", "tus-resumable": "1.0.0"})


@router.head(_TUS + "/{file}", responses=REFUSALS, operation_id="tus_offset", response_model=None)
def tus_offset(workspace: Workspace, file: str, here: Here) -> Response:
    """How much of a resumable upload has arrived, in bytes."""
    upload, path = _upload(here, workspace, file)
    return Response(status_code=200, headers={
        "upload-offset": str(path.stat().st_size), "upload-length": str(upload["size"]), "tus-resumable": "1.0.0",
        "cache-control": "no-store",
    })  # fmt: skip


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
    offset = str(path.stat().st_size)
    return Response(status_code=204, headers={"upload-offset": offset, "tus-resumable": "1.0.0"})


@router.post(WORKSPACE + "/datasets:prepare-for-import", responses=LIMITED, operation_id="prepare_import")
def prepare_import(workspace: Workspace, here: Here, file_id: _FileId) -> Document:
    """Look into an archive that becomes a new project."""
    _whole(here, workspace, file_id)
    return here.engine.submit(WORKS[0], "Prepare import", {"file_id": file_id}, {})


@router.post(PROJECT + "/datasets:prepare-for-import", responses=LIMITED, operation_id="prepare_import_to_project")
def prepare_import_to_project(project: Project, workspace: Workspace, here: Here, file_id: _FileId) -> Document:
    """Look into an archive that goes into a project."""
    _whole(here, workspace, file_id)
    metadata = {"file_id": file_id, "project": {"id": project["id"], "name": project["name"]}}
    return here.engine.submit(WORKS[1], "Prepare import", metadata, {})


@router.post(WORKSPACE + "/projects:import-from-dataset", responses=LIMITED, operation_id="import_project")
def import_project(workspace: Workspace, here: Here, body: _Json) -> Document:
    """Make a project of an archive; the limits on projects and labels refuse at once."""
    _whole(here, workspace, str(body.get("file_id")))
    labels = body.get("labels")
    if not isinstance(body.get("project_name"), str) or body.get("task_type") not in TRAINABLE:
        raise ApiError(400, "bad_request", "project_name and task_type are needed.")
    if not isinstance(labels, list) or not all(isinstance(each, dict) and each.get("name") for each in labels):
        raise ApiError(400, "bad_request", "labels are a list of objects with names.")
    at = EnforcementPoint.IMPORT_NEW_PROJECT
    here.behaviour.check("project.labels.max", at, here.behaviour.count_labels([{"labels": labels}]))
    held = here.behaviour.count(here.store, "organization.projects.max", workspace, "project")
    here.behaviour.check("organization.projects.max", at, held + 1)
    metadata = {"file_id": body["file_id"], "project": {"name": body["project_name"], "type": body["task_type"]}}
    return here.engine.submit(WORKS[2], "Import as project", metadata, body)


@router.post(PROJECT + ":import-from-dataset", responses=LIMITED, operation_id="import_dataset")
def import_dataset(project: Project, workspace: Workspace, here: Here, body: _Json) -> Document:
    """Bring an archive into a dataset of a project, or into a new one; a full project refuses at once."""
    _whole(here, workspace, str(body.get("file_id")))
    if "dataset_name" in body:
        at = EnforcementPoint.IMPORT_NEW_DATASET
        if not isinstance(body["dataset_name"], str):
            raise ApiError(400, "bad_request", "dataset_name is a text.")
        held = here.behaviour.count(here.store, "project.datasets.max", project["id"], "dataset")
        here.behaviour.check("project.datasets.max", at, held + 1)
    else:
        found(here.store.get("dataset", str(body.get("dataset_id")), project["id"]), "dataset")
    held = here.behaviour.count(here.store, "project.media.max", project["id"], "image")
    here.behaviour.check("project.media.max", EnforcementPoint.DATASET_IMPORT, held + 1)
    metadata = {"file_id": body["file_id"], "project": {"id": project["id"], "name": project["name"]}}
    return here.engine.submit(WORKS[3], "Import to project", metadata, {**body, "project_id": project["id"]})


def work(here: Context, job: Document) -> Outcome:
    """Work off one job of this family. Raises ``ApiError`` where it fails as a whole."""
    workspace, request = here.keys.workspace, job["request"]
    _body, path = _whole(here, workspace, job["metadata"]["file_id"])
    if job["type"] == WORKS[0] or job["type"] == WORKS[1]:
        return Outcome({"warnings": [], "labels": label_names(path), "supported_project_types": []})
    if job["type"] == WORKS[2]:
        project = _project(here, job)
        dataset = here.store.list(project["id"], "dataset")[0]
        warnings = _import_images(here, job, project, dataset, path)
        return Outcome({"project_id": project["id"]}, warnings)
    project = found(here.store.get("project", request["project_id"], workspace), "project")[0]
    if "dataset_name" in request:
        dataset = new_dataset(here, project, request["dataset_name"], EnforcementPoint.IMPORT_NEW_DATASET)
    else:
        dataset = found(here.store.get("dataset", request["dataset_id"], project["id"]), "dataset")[0]
    return Outcome({"dataset": dataset}, _import_images(here, job, project, dataset, path))


def _project(here: Context, job: Document) -> Document:
    request, identifier = job["request"], here.store.derived_id(job["id"], "project")
    row = here.store.get("project", identifier, here.keys.workspace)
    if row is not None:
        return row[0]
    task = {"title": request["task_type"], "task_type": request["task_type"], "labels": request["labels"]}
    pipeline = {"connections": [{"from": "Dataset", "to": task["title"]}],
                "tasks": [{"title": "Dataset", "task_type": "dataset"}, task]}  # fmt: skip
    at = EnforcementPoint.IMPORT_NEW_PROJECT
    return new_project(here, here.keys.workspace, request["project_name"], pipeline, at, identifier)


def _import_images(here: Context, job: Document, project: Document, dataset: Document, path: Path) -> tuple[str, ...]:
    """Take every image that keeps the limits; the others are named in the warnings."""
    at, warnings = EnforcementPoint.DATASET_IMPORT, []
    with zipfile.ZipFile(path) as archive:
        for entry in here.behaviour.importable(archive.infolist()):
            name = PurePosixPath(entry.filename)
            if entry.is_dir() or name.suffix.lower().lstrip(".") not in IMAGE_EXTENSIONS:
                continue
            identifier = here.store.derived_id(job["id"], entry.filename)
            if here.store.get("image", identifier, dataset["id"]) is not None:
                continue
            target = here.store.place(identifier, name.suffix.lower().lstrip("."))
            with archive.open(entry) as source, target.open("wb") as out:
                shutil.copyfileobj(source, out, 1 << 20)
            try:
                measured = inspected(here, "image", target, at)
                with here.behaviour.admitting(here.store, "project.media.max", at, project["id"], "image"):
                    save(here, "image", dataset, identifier, name.stem, target, measured)
            except ApiError as error:
                target.unlink()
                warnings.append(f"{entry.filename}: {error.message}")
    return tuple(warnings)


def label_names(path: Path) -> list[str]:
    """The labels that an archive names, in COCO or Datumaro JSON, ``obj.names`` or ``labelmap.txt``."""
    names: list[str] = []
    with zipfile.ZipFile(path) as archive:
        for entry in archive.namelist():
            if entry.endswith(".json"):
                categories = json.loads(archive.read(entry)).get("categories", [])
                listed = categories.get("label", {}).get("labels", []) if isinstance(categories, dict) else categories
                names += [each["name"] for each in listed]
            elif entry.endswith(("obj.names", "labelmap.txt")):
                lines = archive.read(entry).decode().splitlines()
                names += [line.split(":")[0] for line in lines if line and not line.startswith("#")]
    return list(dict.fromkeys(names))


def _upload(here: Context, workspace: str, identifier: str) -> tuple[Document, Path]:
    body, path = found(here.store.get("upload", identifier, workspace), "file")
    if path is None:
        raise ApiError(404, "file_not_found", "There is no such file.")
    return body, path


def _whole(here: Context, workspace: str, identifier: str) -> tuple[Document, Path]:
    body, path = _upload(here, workspace, identifier)
    if path.stat().st_size != body["size"]:
        raise ApiError(412, "file_not_fully_uploaded", "The upload is not complete.")
    if not zipfile.is_zipfile(path):
        raise ApiError(400, "no_archive", "The file is no zip archive.")
    return body, path
