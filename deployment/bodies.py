"""The bodies of requests, as Geti documents them: each holds what its operation takes, and nothing more.

What an answer shows is never sent back as it is: it holds more than an edit takes.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, Final

from contract import operations as api
from contract.openapi import Operation, fitted, properties, resolved, schema_of

Body = dict[str, Any]
# What an edit of a project takes of it, of each of its tasks, and of each of their labels.
_PROJECT: Final = ("id", "name")
_TASK: Final = ("id", "title", "task_type")
_LONG: Final = 250
_EDGE: Final = ("from", "to")
_LABEL: Final = ("id", "name", "color", "hotkey", "group", "parent_id")


def labels(count: int, prefix: str = "label", group: str = "all") -> list[Body]:
    """``count`` labels of one exclusive group with names of their own."""
    return [{"name": f"{prefix} {n}", "color": "#ff0000ff", "group": group} for n in range(count)]


def like_siblings(added: Sequence[Body], siblings: Sequence[Mapping[str, Any]]) -> list[Body]:
    """Labels that are added to those of a task: all of one group have one parent, a label of the task before."""
    shared = {name: siblings[0][name] for name in ("group", "parent_id") if name in siblings[0]}
    return [{**label, **shared} for label in added]


def linked(tasks: Sequence[Body]) -> Body:
    """The pipeline of tasks one after the other: the dataset comes first, and ``crop`` lies between two tasks."""
    chain: list[Body] = [{"title": "Dataset", "task_type": "dataset"}]
    for number, task in enumerate(tasks, 1):
        if number > 1:
            chain.append({"title": f"Crop {number}", "task_type": "crop"})
        chain.append(task)
    edges = [{"from": one["title"], "to": two["title"]} for one, two in itertools.pairwise(chain)]
    return {"connections": edges, "tasks": chain}


def pipeline(chain: Sequence[tuple[str, int]], label: str = "label") -> Body:
    """The pipeline of a chain of tasks, each a task type and a number of labels.

    ``label`` is what the labels' names say beside their numbers.
    """
    return linked(
        [
            {
                "title": f"Task {number}",
                "task_type": task_type,
                "labels": labels(count, f"task {number} {label}", f"group {number}"),
            }
            for number, (task_type, count) in enumerate(chain, 1)
        ]
    )


def new_project(name: str, chain: Sequence[tuple[str, int]], label: str = "label") -> Body:
    """A project to create."""
    return {"name": name, "pipeline": pipeline(chain, label)}


def long_name(
    beginning: str, document: Mapping[str, Any] | None, operation: api.ApiOperation | Operation, filler: str = ""
) -> str:
    """A name of 250 characters, with ``filler`` in it; shorter where the document says so of the operation's body."""
    schema = schema_of(document, operation)
    declared = resolved(document, properties(document, schema).get("name")) if document is not None else None
    most = (declared or {}).get("maxLength")
    length = min(_LONG, most) if isinstance(most, int) else _LONG
    return f"{beginning} {filler} ".ljust(length, "n")[:length].strip()


def edited_project(shown: Mapping[str, Any], document: Mapping[str, Any] | None) -> Body:
    """The edit of a project, as it reads back, that changes nothing.

    It holds what Geti documents, fitted to what the deployment's own ``document`` says of it. Labels that a deployment
    adds by itself are left out: their names are reserved.
    """
    shown = without_own_labels(shown)
    chain = shown.get("pipeline")
    tasks = [_edited_task(task) for task in objects(chain, "tasks")]
    edges = [_taken(edge, _EDGE) for edge in objects(chain, "connections")]
    body = {**_taken(shown, _PROJECT), "pipeline": {"connections": edges, "tasks": tasks}}
    schema = schema_of(document, api.EDIT_PROJECT)
    return body if document is None or schema is None else dict(fitted(document, schema, body, shown))


def without_own_labels(shown: Mapping[str, Any]) -> Body:
    """A project as it reads back, without the labels that the deployment adds by itself."""
    if not isinstance(shown.get("pipeline"), Mapping):
        return dict(shown)
    tasks = [
        {**task, "labels": [each for each in objects(task, "labels") if not each.get("is_empty")]}
        if "labels" in task
        else task
        for task in objects(shown.get("pipeline"), "tasks")
    ]
    return {**shown, "pipeline": {**shown["pipeline"], "tasks": tasks}}


def _edited_task(task: Mapping[str, Any]) -> Body:
    named = [_taken(label, _LABEL) for label in objects(task, "labels")]
    return {**_taken(task, _TASK), **({"labels": named} if named else {})}


def new_dataset(name: str) -> Body:
    """A dataset to create, or its new name."""
    return {"name": name}


def media_identifier(medium: str, frame: int | None) -> Body:
    """How an annotation names its image (``frame`` None) or its frame of a video."""
    if frame is None:
        return {"type": "image", "image_id": medium}
    return {"type": "video_frame", "video_id": medium, "frame_index": frame}


def rectangle_annotation(medium: str, frame: int | None, label: str, width: int, height: int) -> Body:
    """One rectangle from the upper left corner of a medium, with one label; ``width`` and ``height`` in pixels."""
    shape = {"type": "RECTANGLE", "x": 0, "y": 0, "width": width, "height": height}
    return shape_annotation(medium, frame, label, shape)


def shape_annotation(medium: str, frame: int | None, label: str, shape: Mapping[str, Any]) -> Body:
    """One shape in pixels, with one label."""
    return shaped_annotations(medium, frame, [(shape, label)])


def shaped_annotations(medium: str, frame: int | None, shapes: Sequence[tuple[Mapping[str, Any], str]]) -> Body:
    """Several shapes in pixels, each with one label."""
    annotations = [{"shape": shape, "labels": [{"id": label, "probability": 1.0}]} for shape, label in shapes]
    return {"media_identifier": media_identifier(medium, frame), "annotations": annotations}


def imported_project(file: str, name: str, names: Sequence[str]) -> Body:
    """A project to make of an uploaded archive, with labels of these names."""
    named = [{"name": label, "color": "#ff0000ff"} for label in names]
    return {"file_id": file, "project_name": name, "task_type": "detection", "labels": named}


def imported_dataset(file: str, *, dataset: str = "", name: str = "") -> Body:
    """An import into a project: into the ``dataset`` of an id, or into a new one of a ``name``; the other is empty."""
    return {"file_id": file, "labels_map": {}, "dataset_id": dataset, "dataset_name": name}


def objects(holder: Any, name: str) -> list[Mapping[str, Any]]:
    """The objects of the list that a part of an answer has under a name; none where it is no such list."""
    value = holder.get(name) if isinstance(holder, Mapping) else None
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def project_labels(project: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The labels of all tasks of a project, in order, those that a deployment has added included."""
    return [label for task in objects(project.get("pipeline"), "tasks") for label in objects(task, "labels")]


def _taken(shown: Mapping[str, Any], fields: Sequence[str]) -> Body:
    return {field: shown[field] for field in fields if shown.get(field) is not None}
