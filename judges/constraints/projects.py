"""Values of a new project and of its datasets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from contract.observations import Answer, Observation
from deployment.bodies import Body, labels, pipeline
from judges.constraints.subject import Asked, Subject

# How many labels a task has whose number of labels is not in question: more than any task type needs.
_ENOUGH: Final = 3
_NUMBERS: Final = {"no label": 0, "one label": 1}


class Projects(Subject):
    """The creation of a project; what is created is deleted again."""

    def send(self, asked: Asked) -> Answer:
        """Create a project with the value."""
        entities = self.workspace.entities
        name = f"{entities.prefix}-{re.sub('[^a-z]+', '-', asked.constraint)}"
        return entities.create_project_of({"name": name, "pipeline": _pipeline(asked)})

    def discard(self, asked: Asked, answer: Answer) -> None:  # noqa: ARG002
        """Delete the project."""
        made = answer.text("id")
        if made is not None:
            self.workspace.entities.delete_project(made)

    def ask(self, asked: Asked) -> Observation:
        """Create a project with the value, beside those that are there."""
        entities = self.workspace.entities
        with entities.watched_projects() as change:
            answer = self.send(asked)
            change.expected = answer.text("id")
        for made in {change.expected, *(change.appeared or ())} - {None}:
            entities.client.created.add(made)
            entities.delete_project(made)
        return Observation(answer, None, change.created, change.changes)


def _pipeline(asked: Asked) -> Body:
    value = asked.value
    match asked.constraint:
        case "label.color":
            return _with_labels([{**label, "color": value} for label in labels(_ENOUGH)])
        case "label.name":
            made = labels(_ENOUGH)
            return _with_labels(made if value == "two names" else [*made, made[0]])
        case "project.labels.anomaly":
            return pipeline([("anomaly", _NUMBERS[str(value)])])
        case "project.chain":
            return pipeline([(task_type, _ENOUGH) for task_type in str(value).split(" -> ")])
        case "project.labels.min.classification" if isinstance(value, str):
            return _one_below_another(asked.field)
        case _:
            return pipeline([(asked.field, int(value))])


def _with_labels(named: Sequence[dict[str, Any]]) -> Body:
    """The pipeline of a detection with these labels."""
    chain = pipeline([("detection", 1)])
    chain["tasks"][-1]["labels"] = list(named)
    return chain


def _one_below_another(task_type: str) -> Body:
    """The pipeline of a task of two labels, one of them below the other."""
    chain = pipeline([(task_type, 1)])
    (top,) = chain["tasks"][-1]["labels"]
    chain["tasks"][-1]["labels"].append({**top, "name": "below", "group": "below", "parent_id": top["name"]})
    return chain


@dataclass
class Datasets(Subject):
    """The creation of a dataset in a project; what is created is deleted again."""

    made_in: str = ""

    def send(self, asked: Asked) -> Answer:
        """Create a dataset whose name has so many characters. Raises ``UnreachableError``."""
        return self.workspace.entities.create_dataset(self._home(), "x" * int(asked.value))

    def discard(self, asked: Asked, answer: Answer) -> None:  # noqa: ARG002
        """Delete the dataset."""
        made = answer.text("id")
        if made is not None:
            self.workspace.entities.delete_dataset(self.made_in, made)

    def _home(self) -> str:
        if not self.made_in:
            self.made_in = self.project((("detection", _ENOUGH),), "dataset-names").body["id"]
        return self.made_in

    def ask(self, asked: Asked) -> Observation:
        """Create a dataset whose name has so many characters, beside those that are there."""
        entities = self.workspace.entities
        self._home()
        before = self._held()
        answer = self.send(asked)
        made = answer.text("id")
        settling = entities.client.settling
        after = settling.until(self._held, lambda held: held is None or (made in held) is answer.accepted)
        appeared = set(after or ()) - set(before or ())
        for identifier in appeared:
            entities.client.created.add(identifier)
            entities.delete_dataset(self.made_in, identifier)
        if before is None or after is None:
            return Observation(answer, None, changes=None, differences=None)
        beside = tuple(f"dataset {each} appeared" for each in sorted(appeared - {made}))
        return Observation(answer, None, made in appeared, beside)

    def _held(self) -> frozenset[str] | None:
        listed = self.workspace.entities.datasets(self.made_in)
        return None if listed is None else frozenset(str(each.get("id")) for each in listed)
