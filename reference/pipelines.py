"""Projects as Geti describes them: a chain of tasks with labels, checked and counted."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Final

from contract.task_types import TASK_TYPES
from reference.errors import ApiError
from reference.requests import EditedPipeline, NewPipeline, NewTask
from reference.store import Document, Store

# Holds a value against a constraint by its id. Raises ``ApiError``.
Hold = Callable[[str, float | str], None]
_IN_WORDS: Final = {0: "no label", 1: "one label"}


def checked_tasks(pipeline: NewPipeline, hold: Hold) -> list[Document]:
    """The tasks of a new pipeline. Raises ``ApiError`` 400 for one that is none."""
    tasks = [task.model_dump(exclude_unset=True) for task in pipeline.tasks]
    titles = [task.title for task in pipeline.tasks]
    if titles == [] or pipeline.tasks[0].task_type != "dataset" or len(set(titles)) != len(titles):
        raise _malformed("The first task is the dataset, and titles differ.")
    if {(edge.from_, edge.to) for edge in pipeline.connections} != set(itertools.pairwise(titles)):
        raise _malformed("The connections lead from each task to the next.")
    for task in pipeline.tasks:
        _check_number(task, hold)
        for label in task.labels:
            hold("label.color", label.color)
    names = [label.name for task in pipeline.tasks for label in task.labels]
    hold("label.name", "two names" if len(set(names)) == len(names) else "one name twice")
    return tasks


def check_chain(tasks: list[Document], hold: Hold) -> None:
    """Hold the types of two tasks against what is supported. Raises ``ApiError``."""
    types = [task["task_type"] for task in trainable(tasks)]
    if len(types) == 2:
        hold("project.chain", " -> ".join(types))


def _check_number(task: NewTask, hold: Hold) -> None:
    kind = TASK_TYPES.get(task.task_type)
    fewest, most = kind.labels if kind else (0, 0)
    number = sum(label.parent_id is None for label in task.labels)
    if task.task_type in ("detection", "classification"):
        hold(f"project.labels.min.{task.task_type}", number)
    elif task.task_type == "anomaly":
        hold("project.labels.anomaly", _IN_WORDS.get(number, f"{number} labels"))
    elif number < fewest or (most is not None and len(task.labels) > most):
        raise ApiError(400, "bad_number_of_labels", f"{task.title} has {number} labels, it needs {fewest} at least.")


def _check_names(names: list[str]) -> None:
    if len(set(names)) != len(names):
        raise ApiError(400, "duplicate_label_names", "Each label has a name of its own.")


def trainable(tasks: list[Document]) -> list[Document]:
    """The tasks that count towards the limit."""
    return [task for task in tasks if task["task_type"] in TASK_TYPES]


def count_labels(tasks: list[Document]) -> int:
    """The labels that count: those of the user, not the "No object" that a deployment adds."""
    return sum(not label.get("is_empty") for task in tasks for label in task.get("labels", []))


def with_ids(tasks: list[Document], store: Store) -> list[Document]:
    """The tasks as the deployment answers them: with ids, and with the labels that it adds by itself."""
    answered = []
    for task in tasks:
        labels = [labelled(label, store) for label in [*task.get("labels", []), *_added(task)]]
        answered.append({**task, "id": store.new_id(), **({"labels": labels} if labels else {})})
    return answered


def _added(task: Document) -> list[Document]:
    kind = TASK_TYPES.get(task["task_type"])
    if kind is None:
        return []
    added: list[Document] = [{"name": name, "group": f"default - {kind.id}"} for name in kind.own_labels]
    if kind.empty_label is not None:
        added.append({"name": kind.empty_label, "color": "#000000ff", "group": kind.empty_label, "is_empty": True})
    return added


def labelled(label: Document, store: Store) -> Document:
    """A label with an id and the fields that every label has."""
    defaults = {"color": "#808080ff", "group": "default", "hotkey": "", "parent_id": None, "is_empty": False}
    return {**defaults, **{key: label[key] for key in ("name", *defaults) if key in label}, "id": store.new_id()}


def edited(old: list[Document], pipeline: EditedPipeline, store: Store) -> list[Document]:
    """The tasks after an edit: labels without an id are new, ``is_deleted`` ones go. Raises ``ApiError`` 400."""
    if [task.id for task in pipeline.tasks] != [task["id"] for task in old]:
        raise _malformed("An edit names every task of the project, in order.")
    _check_names([label.name for task in pipeline.tasks for label in task.labels])
    tasks = []
    for before, after in zip(old, pipeline.tasks, strict=True):
        known = {label["id"]: label for label in before.get("labels", [])}
        given = [label.model_dump(exclude_unset=True) for label in after.labels]
        if any("id" in label and label["id"] not in known for label in given):
            raise _malformed("A label with an id must be one of the project's.")
        if any("id" not in label and "group" not in label for label in given):
            raise _malformed("A new label has a group.")
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


def _malformed(words: str) -> ApiError:
    return ApiError(400, "bad_request", words)
