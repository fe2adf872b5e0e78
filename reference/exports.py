"""Dataset export: a job that writes media and labels of a dataset into a zip; annotations in Datumaro's format."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse

from reference.context import DATASET, LIMITED, REFUSALS, Context, Dataset, Here, Project, found
from reference.datumaro import DESCRIPTION, SIDES, Box, described
from reference.engine import Outcome
from reference.errors import ApiError
from reference.pipelines import trainable
from reference.store import Document

router = APIRouter()
WORKS: Final = ("export_dataset",)
_FORMATS: Final = ("coco", "yolo", "voc", "datumaro")
_Format = Annotated[str, Query(json_schema_extra={"enum": list(_FORMATS)})]
_ZIP: Final[dict[int | str, dict[str, Any]]] = {**REFUSALS, 200: {"content": {"application/zip": {}}}}


@router.post(DATASET + ":prepare-for-export", responses=LIMITED, operation_id="prepare_export")
def prepare_export(project: Project, dataset: Dataset, here: Here, export_format: _Format) -> Document:
    """Submit an export."""
    here.behaviour.hold("export.format", "dataset-export", export_format)
    metadata = {"project": {"id": project["id"], "name": project["name"]}, "export_format": export_format}
    request = {"project": project["id"], "dataset": dataset["id"]}
    return here.engine.submit(WORKS[0], "Export dataset", metadata, request)


@router.get(
    DATASET + "/exports/{export}/download", responses=_ZIP, operation_id="download_export", response_class=FileResponse
)
def download_export(project: Project, dataset: Dataset, export: str, here: Here) -> FileResponse:
    """The archive that an export wrote."""
    body, path = found(here.store.get("export", export, project["id"]), "export")
    if path is None or body["dataset"] != dataset["id"]:
        raise ApiError(404, "export_not_found", "There is no such export.")
    return FileResponse(path, media_type="application/zip")


def work(here: Context, job: Document) -> Outcome:
    """Write the archive. Raises ``ApiError`` where project or dataset are gone."""
    request = job["request"]
    project = found(here.store.get("project", request["project"], here.keys.workspace), "project")[0]
    dataset = found(here.store.get("dataset", request["dataset"], project["id"]), "dataset")[0]
    labels = [label["name"] for task in trainable(project["pipeline"]["tasks"]) for label in task.get("labels", [])]
    identifier = here.store.derived_id(job["id"], "export")
    path = here.store.place(identifier, "zip")
    with zipfile.ZipFile(path, "w") as archive:
        media = dict(_files(here, dataset))
        for name, (medium, file) in media.items():
            kept = here.behaviour.exported(medium, file)
            if kept is not None:
                archive.write(kept, f"{medium['type']}s/default/{name}")
        if job["metadata"]["export_format"] == "datumaro":
            known = {name: medium for name, (medium, _) in media.items()}
            carried = (here.behaviour.carried_box(box, labels, "export") for box in _boxes(here, project, known))
            archive.writestr(DESCRIPTION, described(labels, known, filter(None, carried)))
        else:
            archive.writestr(*_LABELS[job["metadata"]["export_format"]](labels))
    # Below the project: what lies below a dataset is a medium of it.
    here.store.put("export", identifier, project["id"], {"id": identifier, "dataset": dataset["id"]}, path)
    return Outcome({"download_url": f"{here.dataset_path(project, dataset)}/exports/{identifier}/download"})


def _files(here: Context, dataset: Document) -> Iterator[tuple[str, tuple[Document, Path]]]:
    """Each medium of a dataset with its file, by a name of its own."""
    for kind in ("image", "video"):
        names = set[str]()
        for medium in here.store.list(dataset["id"], kind):
            file = found(here.store.get(kind, medium["id"], dataset["id"]), kind)[1]
            if file is not None:
                name = f"{medium['name']}{file.suffix}"
                yield f"{medium['id']}-{name}" if name in names else name, (medium, file)
                names.add(name)


def _boxes(here: Context, project: Document, media: Mapping[str, Document]) -> Iterator[Box]:
    """The boxes of the latest annotations of media, by file name."""
    labels = {each["id"]: each["name"] for task in project["pipeline"]["tasks"] for each in task.get("labels", [])}
    for name, medium in media.items():
        for kind in here.store.kinds(medium["id"]):
            latest = here.store.last(medium["id"], kind) or {}
            for each in latest.get("annotations", ()):
                frame, shape = latest["media_identifier"].get("frame_index"), each["shape"]
                named = [labels[label["id"]] for label in each["labels"] if label["id"] in labels]
                if shape["type"] == "RECTANGLE":
                    yield from (Box(name, frame, label, *(shape[side] for side in SIDES)) for label in named)


def _coco(labels: Sequence[str]) -> tuple[str, str]:
    categories = [{"id": number, "name": name} for number, name in enumerate(labels, 1)]
    return "annotations/instances_default.json", json.dumps({"categories": categories, "images": [], "annotations": []})


# The file that holds the labels, by format: its name and its text.
_LABELS: Final[dict[str, Callable[[Sequence[str]], tuple[str, str]]]] = {
    "coco": _coco,
    "yolo": lambda labels: ("obj.names", "".join(f"{name}\n" for name in labels)),
    "voc": lambda labels: ("labelmap.txt", "".join(f"{name}:::\n" for name in labels)),
}
