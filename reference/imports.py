"""Dataset import: preparation, and import as a project or into one.

Media, labels and boxes are imported; annotations of another format than Datumaro's are not read.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Annotated, Final

from fastapi import APIRouter, Query

from contract.formats import IMAGE_FORMATS, VIDEO_FORMATS
from contract.limits import EnforcementPoint
from contract.task_types import TASK_TYPES
from reference.annotations import OF_FRAME, media_identifier, new_version
from reference.context import LIMITED, PROJECT, WORKSPACE, Context, Here, Project, Workspace, found
from reference.datumaro import Box, boxes_in
from reference.engine import Outcome
from reference.errors import ApiError
from reference.inspection import Arrival
from reference.media import Kind, inspected, save
from reference.projects import new_dataset, new_project
from reference.requests import ImportedDataset, ImportedProject, NewPipeline
from reference.store import Document
from reference.uploads import whole_archive

router = APIRouter()
WORKS: Final = (
    "prepare_import_to_new_project",
    "prepare_import_to_existing_project",
    "perform_import_to_new_project",
    "perform_import_to_existing_project",
)
_PREPARE_NEW, _PREPARE_EXISTING, _IMPORT_NEW, _IMPORT_EXISTING = WORKS
_AT: Final = EnforcementPoint.DATASET_IMPORT
_KINDS: Final[dict[str, Kind]] = {**dict.fromkeys(IMAGE_FORMATS, "image"), **dict.fromkeys(VIDEO_FORMATS, "video")}
_FileId = Annotated[str, Query(pattern="^[0-9a-f]{24}$")]


@router.post(WORKSPACE + "/datasets:prepare-for-import", responses=LIMITED, operation_id="prepare_import")
def prepare_import(workspace: Workspace, here: Here, file_id: _FileId) -> Document:
    """Look into an archive that becomes a new project."""
    whole_archive(here, workspace, file_id)
    return here.engine.submit(_PREPARE_NEW, "Prepare import", {"file_id": file_id}, {})


@router.post(PROJECT + "/datasets:prepare-for-import", responses=LIMITED, operation_id="prepare_import_to_project")
def prepare_import_to_project(project: Project, workspace: Workspace, here: Here, file_id: _FileId) -> Document:
    """Look into an archive that goes into a project."""
    whole_archive(here, workspace, file_id)
    metadata = {"file_id": file_id, "project": {"id": project["id"], "name": project["name"]}}
    return here.engine.submit(_PREPARE_EXISTING, "Prepare import", metadata, {})


@router.post(WORKSPACE + "/projects:import-from-dataset", responses=LIMITED, operation_id="import_project")
def import_project(workspace: Workspace, here: Here, body: ImportedProject) -> Document:
    """Make a project of an archive; the limits on projects and labels refuse at once."""
    whole_archive(here, workspace, body.file_id)
    at = EnforcementPoint.IMPORT_NEW_PROJECT
    here.behaviour.check("project.labels.max", at, here.behaviour.count_labels([body.model_dump()]))
    held = here.behaviour.count(here.store, "organization.projects.max", workspace, "project")
    here.behaviour.check("organization.projects.max", at, held + 1)
    metadata = {"file_id": body.file_id, "project": {"name": body.project_name, "type": body.task_type}}
    return here.engine.submit(_IMPORT_NEW, "Import as project", metadata, body.model_dump())


@router.post(PROJECT + ":import-from-dataset", responses=LIMITED, operation_id="import_dataset")
def import_dataset(project: Project, workspace: Workspace, here: Here, body: ImportedDataset) -> Document:
    """Bring an archive into a dataset of a project, or into a new one; a full project refuses at once."""
    whole_archive(here, workspace, body.file_id)
    if bool(body.dataset_id) == bool(body.dataset_name):
        raise ApiError(400, "bad_request", "Either dataset_id or dataset_name is empty.")
    if body.dataset_name:
        held = here.behaviour.count(here.store, "project.datasets.max", project["id"], "dataset")
        here.behaviour.check("project.datasets.max", EnforcementPoint.IMPORT_NEW_DATASET, held + 1)
    else:
        found(here.store.get("dataset", body.dataset_id, project["id"]), "dataset")
    held = here.behaviour.count(here.store, "project.media.max", project["id"], "image")
    here.behaviour.check("project.media.max", EnforcementPoint.DATASET_IMPORT, held + 1)
    metadata = {"file_id": body.file_id, "project": {"id": project["id"], "name": project["name"]}}
    request = {**body.model_dump(), "project_id": project["id"]}
    return here.engine.submit(_IMPORT_EXISTING, "Import to project", metadata, request)


def work(here: Context, job: Document) -> Outcome:
    """Work off one job of this family. Raises ``ApiError`` where it fails as a whole."""
    workspace, request = here.keys.workspace, job["request"]
    _body, path = whole_archive(here, workspace, job["metadata"]["file_id"])
    if job["type"] in (_PREPARE_NEW, _PREPARE_EXISTING):
        names = label_names(path)
        return Outcome({"warnings": [], "labels": names, "supported_project_types": _project_types(names)})
    if job["type"] == _IMPORT_NEW:
        project = _project(here, job)
        dataset = here.store.list(project["id"], "dataset")[0]
        warnings = _import_media(here, job, project, dataset, path)
        return Outcome({"project_id": project["id"]}, warnings)
    project = found(here.store.get("project", request["project_id"], workspace), "project")[0]
    if request["dataset_name"]:
        dataset = new_dataset(here, project, request["dataset_name"], EnforcementPoint.IMPORT_NEW_DATASET)
    else:
        dataset = found(here.store.get("dataset", request["dataset_id"], project["id"]), "dataset")[0]
    return Outcome({"dataset": dataset}, _import_media(here, job, project, dataset, path))


def _project(here: Context, job: Document) -> Document:
    request, identifier = job["request"], here.store.derived_id(job["id"], "project")
    row = here.store.get("project", identifier, here.keys.workspace)
    if row is not None:
        return row[0]
    labels = [{**label, "group": "default"} for label in request["labels"]]
    task = {"title": request["task_type"], "task_type": request["task_type"], "labels": labels}
    pipeline = NewPipeline.model_validate(
        {
            "connections": [{"from": "Dataset", "to": task["title"]}],
            "tasks": [{"title": "Dataset", "task_type": "dataset"}, task],
        }
    )
    at = EnforcementPoint.IMPORT_NEW_PROJECT
    return new_project(here, here.keys.workspace, request["project_name"], pipeline, at, identifier)


def _import_media(here: Context, job: Document, project: Document, dataset: Document, path: Path) -> tuple[str, ...]:
    """Take every medium that keeps the limits, with its boxes; the others are named in the warnings."""
    warnings: list[str] = []
    with zipfile.ZipFile(path) as archive:
        boxes = boxes_in(archive)
        for entry in here.behaviour.importable(archive.infolist()):
            name = PurePosixPath(entry.filename)
            kind = _KINDS.get(name.suffix.lower().lstrip("."))
            identifier = here.store.derived_id(job["id"], entry.filename)
            if entry.is_dir() or kind is None or here.store.get(kind, identifier, dataset["id"]) is not None:
                continue
            target = here.store.place(identifier, name.suffix.lower().lstrip("."))
            with archive.open(entry) as source, target.open("wb") as out:
                shutil.copyfileobj(source, out, 1 << 20)
            try:
                measured = inspected(here, kind, target, Arrival(_AT, dataset, entry.filename))
                with here.behaviour.admitting(here.store, "project.media.max", _AT, project["id"], kind):
                    save(here, kind, project, dataset, name=name.stem, path=target, measured=measured)
                _annotate(here, project, identifier, [box for box in boxes if box.medium == name.name])
            except ApiError as error:
                target.unlink()
                warnings.append(f"{entry.filename}: {error.message}")
    return tuple(warnings)


def _annotate(here: Context, project: Document, medium: str, boxes: Sequence[Box]) -> None:
    """Keep the boxes of a medium that have a label of the project: one version for an image, or for a frame."""
    labels = {each["name"]: each["id"] for task in project["pipeline"]["tasks"] for each in task.get("labels", [])}
    kept = [box for each in boxes if (box := here.behaviour.carried_box(each, list(labels), "import")) is not None]
    for frame in sorted({box.frame for box in kept}, key=lambda frame: -1 if frame is None else frame):
        annotations = [
            {
                "id": here.store.derived_id(medium, str(frame), str(number)),
                "shape": box.shape,
                "labels": [{"id": labels[box.label], "probability": 1.0}],
                "labels_to_revisit": [],
            }
            for number, box in enumerate(kept)
            if box.frame == frame and box.label in labels
        ]
        version = new_version(here.store.derived_id(medium, str(frame)), media_identifier(medium, frame), annotations)
        kind = "annotation" if frame is None else f"{OF_FRAME}{frame}"
        here.store.put(kind, version["id"], medium, version)


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


def _project_types(names: list[str]) -> list[Document]:
    """The projects that an archive can become: each of one task, with the labels that it names."""
    labels = [{"name": name, "group": "default"} for name in names]
    return [
        {
            "project_type": task,
            "pipeline": {
                "connections": [{"from": "Dataset", "to": task}],
                "tasks": [
                    {"title": "Dataset", "task_type": "dataset", "labels": []},
                    {"title": task, "task_type": task, "labels": labels},
                ],
            },
        }
        for task in sorted(TASK_TYPES.ids)
    ]
