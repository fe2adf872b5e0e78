"""Projects as Geti describes them: a chain of tasks with labels, checked and counted."""

from __future__ import annotations

from typing import Any, Final

from reference.errors import ApiError
from reference.store import Document, Store

# Task types that carry labels of their own; `dataset` and `crop` only connect.
TRAINABLE: Final = frozenset(
    {
        "classification",
        "detection",
        "rotated_detection",
        "segmentation",
        "instance_segmentation",
        "anomaly",
        "keypoint_detection",
    }
)
_CONNECTING: Final = frozenset({"dataset", "crop"})
_WITH_EMPTY_LABEL: Final = TRAINABLE - {"classification", "anomaly"}


def checked_tasks(pipeline: Document) -> list[Document]:
    """The tasks of a new pipeline. Raises ``ApiError`` 400 for one that is none."""
    tasks, connections = pipeline.get("tasks"), pipeline.get("connections")
    if not isinstance(tasks, list) or not isinstance(connections, list) or not tasks:
        raise _malformed("A pipeline has tasks and connections.")
    titles: set[str] = set()
    for task in tasks:
        if not isinstance(task, dict) or not isinstance(task.get("title"), str):
            raise _malformed("A task has a title.")
        if task.get("task_type") not in TRAINABLE | _CONNECTING:
            raise _malformed(f"{task.get('task_type')!r} is no task type.")
        checked_labels(task.get("labels", []))
        titles.add(task["title"])
    if tasks[0]["task_type"] != "dataset" or len(titles) != len(tasks):
        raise _malformed("The first task is the dataset, and titles differ.")
    for edge in connections:
        if not isinstance(edge, dict) or not {str(edge.get("from")), str(edge.get("to"))} <= titles:
            raise _malformed("A connection names two tasks.")
    return tasks


def checked_labels(labels: Any) -> list[Document]:
    """The labels of a task. Raises ``ApiError`` 400 for what is none."""
    if not isinstance(labels, list):
        raise _malformed("Labels are a list.")
    names = [label.get("name") if isinstance(label, dict) else None for label in labels]
    if not all(isinstance(name, str) and name for name in names) or len(set(names)) != len(names):
        raise _malformed("Each label has a name of its own.")
    return labels


def trainable(tasks: list[Document]) -> list[Document]:
    """The tasks that count towards the limit."""
    return [task for task in tasks if task["task_type"] in TRAINABLE]


def count_labels(tasks: list[Document]) -> int:
    """The labels that count: those of the user, not the "No object" that a deployment adds."""
    return sum(not label.get("is_empty") for task in tasks for label in task.get("labels", []))


def with_ids(tasks: list[Document], store: Store) -> list[Document]:
    """The tasks as the deployment answers them: with ids, and with its own empty labels."""
    answered = []
    for task in tasks:
        labels = [labelled(label, store) for label in task.get("labels", [])]
        if task["task_type"] in _WITH_EMPTY_LABEL:
            empty = {"name": f"No object {task['title']}", "color": "#000000ff", "group": f"No object {task['title']}"}
            labels.append({**labelled(empty, store), "is_empty": True})
        answered.append({**task, "id": store.new_id(), **({"labels": labels} if labels else {})})
    return answered


def labelled(label: Document, store: Store) -> Document:
    """A label with an id and the fields that every label has."""
    defaults = {"color": "#808080ff", "group": "default", "hotkey": "", "parent_id": None, "is_empty": False}
    return {**defaults, **{key: label[key] for key in ("name", *defaults) if key in label}, "id": store.new_id()}


def edited(old: list[Document], new: Any, store: Store) -> list[Document]:
    """The tasks after an edit: labels without an id are new, ``is_deleted`` ones go. Raises ``ApiError`` 400."""
    if not isinstance(new, list) or [_id(task) for task in new] != [task["id"] for task in old]:
        raise _malformed("An edit names every task of the project, in order.")
    tasks = []
    for before, after in zip(old, new, strict=True):
        known = {label["id"]: label for label in before.get("labels", [])}
        given = checked_labels(after.get("labels", []))
        if any("id" in label and label["id"] not in known for label in given):
            raise _malformed("A label with an id must be one of the project's.")
        gone = {label["id"] for label in given if label.get("is_deleted") and "id" in label}
        kept = [{**label, **_renamed(given, label["id"])} for key, label in known.items() if key not in gone]
        added = [labelled(label, store) for label in given if "id" not in label and not label.get("is_deleted")]
        tasks.append({**before, **({"labels": kept + added} if kept or added else {})})
    return tasks


def _renamed(given: list[Document], identifier: str) -> Document:
    for label in given:
        if label.get("id") == identifier:
            return {key: label[key] for key in ("name", "color", "group", "hotkey") if key in label}
    return {}


def _id(task: Any) -> Any:
    return task.get("id") if isinstance(task, dict) else None


def _malformed(words: str) -> ApiError:
    return ApiError(400, "bad_request", words)
