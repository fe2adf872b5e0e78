"""Steps that edit the labels of a project, as requests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from contract.observations import Answer
from deployment.bodies import Body, labels, like_siblings
from judges.machines.model import LABELS
from judges.machines.remote import Remote
from judges.machines.steps import Step

_ADDED_COLOUR: Final = "#0000ffff"
_OTHER_COLOUR: Final = "#00ff00ff"


def _add_labels(body: Body, task: int, added: Sequence[Body]) -> None:
    labelled = [each["labels"] for each in body["pipeline"]["tasks"] if each.get("labels")]
    siblings = labelled[min(task, len(labelled) - 1)]
    siblings += like_siblings(added, siblings)


def add_label(remote: Remote, step: Step) -> Answer:
    """Add one label to a task."""
    name = remote.world.made_by(step).name
    label = {"name": name, "color": _ADDED_COLOUR, "group": "all"}
    return remote.edit(step.on, lambda body: _add_labels(body, step.number, [label]), {name: step.made})


def rename_label(remote: Remote, step: Step) -> Answer:
    """Give a label another name."""
    return _edit_label(remote, step, {"name": remote.world.renamed(step.on).name})


def delete_label(remote: Remote, step: Step) -> Answer:
    """Delete a label."""
    return _edit_label(remote, step, {"is_deleted": True})


def _edit_label(remote: Remote, step: Step, change: Body) -> Answer:
    identifier = remote.id_of(step.on)

    def edit(body: Body) -> None:
        for task in body["pipeline"]["tasks"]:
            if "labels" in task:
                task["labels"] = [
                    {**label, **change} if label.get("id") == identifier else label for label in task["labels"]
                ]

    return remote.edit(remote.world.entities[step.on].parent, edit)


def fill_labels(remote: Remote, step: Step) -> Answer:
    """Add as many labels as there may be."""
    added = labels(remote.world.room(LABELS, step.on) or 0, "beside")
    return remote.edit(step.on, lambda body: _add_labels(body, 0, added))


def crowd_labels(remote: Remote, step: Step) -> Answer:
    """Add one label more than there may be, with another name and other colours."""
    added = labels((remote.world.room(LABELS, step.on) or 0) + 1, "refused")

    def edit(body: Body) -> None:
        body["name"] = remote.project_name(remote.world.renamed(step.on))
        for label in (label for task in body["pipeline"]["tasks"] for label in task.get("labels", ())):
            label["color"] = _OTHER_COLOUR
        _add_labels(body, 0, added)

    return remote.edit(step.on, edit)
