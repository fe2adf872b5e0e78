"""What is lost of what was stored before: each acts once, when the deployment starts on data that it has already."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

import av

from reference.annotations import OF_FRAME
from reference.behaviour import Behaviour
from reference.faults.fault import Fault, Group
from reference.store import Document, Store

# Changes what is stored in a workspace.
Change = Callable[[Store, str], None]
_THIRD: Final = 2
_CUT_AT: Final = 6


def _projects(store: Store, workspace: str) -> list[Document]:
    return store.list(workspace, "project")


def _media(store: Store, project: Document, kind: str) -> Iterator[tuple[Document, str]]:
    """The media of a project with the dataset that holds each, in order of insertion."""
    for dataset in store.list(project["id"], "dataset"):
        for medium in store.list(dataset["id"], kind):
            yield medium, dataset["id"]


def _all_media(store: Store, workspace: str, kind: str) -> Iterator[tuple[Document, str]]:
    for project in _projects(store, workspace):
        yield from _media(store, project, kind)


def _file(store: Store, medium: Document, dataset: str) -> Path | None:
    row = store.get(medium["type"], medium["id"], dataset)
    return row[1] if row else None


def _byte_changed(store: Store, workspace: str) -> None:
    *_, (medium, dataset) = _all_media(store, workspace, "image") or [({}, "")]
    path = _file(store, medium, dataset)
    if path is not None:
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content)


def _labels_changed(number: int, **fields: str) -> Change:
    """Every label of the project of a number, the first of its task alone where a colour is lost."""

    def change(store: Store, workspace: str) -> None:
        for project in islice(_projects(store, workspace), number, number + 1):
            labels = [label for task in project["pipeline"]["tasks"] for label in task.get("labels", ())]
            for label in labels[:1]:
                label.update(fields)
            store.put("project", project["id"], workspace, project)

    return change


def _annotation_lost(store: Store, workspace: str) -> None:
    for medium, _dataset in islice(_all_media(store, workspace, "image"), 1):
        last = store.last(medium["id"], "annotation")
        if last is not None:
            store.put("annotation", last["id"], medium["id"], {**last, "annotations": last["annotations"][:-1]})


def _versions_lost(store: Store, workspace: str) -> None:
    for medium, _dataset in islice(_all_media(store, workspace, "video"), 1):
        for kind in store.kinds(medium["id"]):
            if kind.startswith(OF_FRAME):
                for version in store.list(medium["id"], kind)[:-1]:
                    store.delete(version["id"])


def _frame_lost(store: Store, workspace: str) -> None:
    videos = list(_all_media(store, workspace, "video"))
    for medium, dataset in videos[1:2]:
        path = _file(store, medium, dataset)
        if path is None:
            continue
        shorter = path.with_name(f"{path.stem}.short{path.suffix}")
        with av.open(str(path)) as source, av.open(str(shorter), "w") as target:
            stream = target.add_stream_from_template(source.streams.video[0])
            for packet in [each for each in source.demux(video=0) if each.size][:-1]:
                packet.stream = stream
                target.mux(packet)
        shorter.replace(path)
        for picture in path.parent.glob(f"{path.stem}.*.jpg"):
            picture.unlink()


def _datasets_renamed(store: Store, workspace: str) -> None:
    for project in _projects(store, workspace):
        for dataset in store.list(project["id"], "dataset"):
            if not dataset["use_for_training"]:
                cut = {**dataset, "name": dataset["name"][:_CUT_AT]}
                store.put("dataset", dataset["id"], project["id"], cut)


def _project_lost(store: Store, workspace: str) -> None:
    for project in islice(_projects(store, workspace), _THIRD, _THIRD + 1):
        store.delete(project["id"])


def _file_lost(store: Store, workspace: str) -> None:
    for medium, dataset in islice(_all_media(store, workspace, "image"), 1, 2):
        path = _file(store, medium, dataset)
        if path is not None:
            path.unlink()


def _medium_lost(store: Store, workspace: str) -> None:
    for medium, _dataset in islice(_all_media(store, workspace, "image"), 2, 3):
        store.delete(medium["id"])


def _models_lost(store: Store, workspace: str) -> None:
    for project in _projects(store, workspace):
        for group in store.list(project["id"], "group"):
            for model in store.list(group["id"], "model"):
                store.delete(model["id"])


def _migrating(change: Change) -> type[Behaviour]:
    class Migrating(Behaviour):
        def migrate(self, store: Store, workspace: str) -> None:
            super().migrate(store, workspace)
            change(store, workspace)

    return Migrating


def _fault(name: str, sentence: str, change: Change, *requirements: str, verdict: str = "unclean") -> Fault:
    return Group("restart")(name, f"At a start {sentence}.").breaks(
        *(f"planted.{each}@*" for each in requirements), verdict=verdict, by=_migrating(change)
    )


FAULTS: Final = (
    _fault("restart-byte-changed", "the last byte of an image that was stored is another", _byte_changed, "content"),
    _fault(
        "restart-colour-reset", "the first label of a project is grey", _labels_changed(0, color="#808080ff"), "label"
    ),
    _fault("restart-hotkey-lost", "a label has lost its hotkey", _labels_changed(1, hotkey=""), "label"),
    _fault(
        "restart-annotation-lost", "the latest annotations of an image lack the last", _annotation_lost, "annotation"
    ),
    _fault("restart-versions-lost", "annotated frames have their last version alone", _versions_lost, "annotation"),
    _fault("restart-frame-lost", "a video has lost its last frame", _frame_lost, "frames", "content"),
    _fault("restart-dataset-renamed", "the names of further datasets are cut", _datasets_renamed, "dataset"),
    _fault("restart-project-lost", "the third project is gone", _project_lost, "project"),
    _fault(
        "restart-file-lost",
        "the file of an image is gone, and its row is not",
        _file_lost,
        "content",
        verdict="crashed",
    ),
    _fault("restart-medium-lost", "an image is gone", _medium_lost, "medium"),
    _fault("restart-models-lost", "the models of every project are gone", _models_lost, "model"),
)
