"""Labels in the body of a project, as its edit takes them: added without an id, deleted by a mark."""

from __future__ import annotations

from typing import Any


def labelled(body: Any) -> list[dict[str, Any]]:
    """The tasks of a project that have labels."""
    chain = body.get("pipeline") if isinstance(body, dict) else None
    tasks = chain.get("tasks") if isinstance(chain, dict) else None
    return [task for task in tasks or () if isinstance(task, dict) and task.get("labels")]


def label_names(body: Any) -> list[Any]:
    """The names of all labels."""
    return [label.get("name") for task in labelled(body) for label in task["labels"]]


def with_label(body: Any, name: str) -> Any:
    """The project with one label more, in the first task that has any."""
    for task in labelled(body)[:1]:
        group = task["labels"][0].get("group", "all")
        task["labels"].append({"name": name, "color": "#0000ffff", "group": group})
    return body


def without_label(body: Any, name: str) -> Any:
    """The project with the labels of one name marked for deletion."""
    for task in labelled(body):
        task["labels"] = [{**one, "is_deleted": True} if one.get("name") == name else one for one in task["labels"]]
    return body
