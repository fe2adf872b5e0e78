"""Limits on counts that one request reaches: labels and tasks of a project."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from contract import limits
from contract.boundaries import ObservedBoundary, observed
from contract.observations import Answer, Observation
from deployment.entities import Entities
from deployment.state import StateChange
from judges.counts.label_edits import edited_labels
from judges.counts.probe import CountProbe

# What makes the name of a label long, and 500 of them no body that a gateway refuses, in characters.
_LONG_LABEL = 100


@dataclass
class SingleRequestProbe(CountProbe):
    """A limit that one request reaches: a project with that many labels or tasks.

    ``has_room`` says whether a project more keeps the limit of the organization: a control that is refused then is
    refused for nothing that the run, or others, have made.
    """

    accept: Callable[[int], Observation]
    smallest: int
    has_room: Callable[[], bool] = lambda: True

    def observe(self, value: int) -> Observation:
        """One request with ``value`` of them; beside a refusal a control with the fewest, which is its own.

        It is sent after the refusal, which may speak of an organization that is full by now.
        """
        seen = self.accept(value)
        if seen.answer.accepted:
            return replace(seen, control=seen.answer)
        control = self.accept(self.smallest).answer
        return replace(seen, control=control, alone=not control.accepted and self.has_room())

    def boundary(self, value: int, *, accepted: bool, known: ObservedBoundary | None = None) -> ObservedBoundary | None:
        """By bisection; each request creates a project that is deleted again."""

        def accepts(count: int) -> bool | None:
            seen = self.accept(count)
            if seen.answer.accepted:
                return None if seen.changes is None else seen.created
            return False if seen.answer.status == 409 else None

        known_accepted, refused = (value, None) if accepted else (self.smallest, value)
        return observed(known_accepted, refused, 2 * value, accepts, known=known)


def project_with(
    entities: Entities,
    chain: Callable[[int], list[tuple[str, int]]],
    counted: Callable[[str], int | None],
    label: str = "label",
) -> Callable[[int], Observation]:
    """How a project is created with so many of something, looked at, and deleted again."""

    def accept(count: int) -> Observation:
        with entities.watched_projects() as change:
            answer = entities.create_project(chain(count), f"with-{count}", label)
            change.expected = answer.text("id")
        return look_at_project(entities, answer, change, counted, count)

    return accept


def look_at_project(
    entities: Entities, answer: Answer, change: StateChange[str], counted: Callable[[str], int | None], count: int
) -> Observation:
    """What came of a project that should hold ``count`` of something; it is deleted again, with what appeared."""
    made, settling = change.expected, entities.client.settling
    created = change.created
    held = settling.until(lambda: counted(str(made)), lambda held: held == count) if created else None
    for identifier in {made, *(change.appeared or ())} - {None}:
        entities.client.created.add(identifier)
        entities.delete_project(identifier)
    if change.changes is None or (created and held is None):
        return Observation(answer, None, created, change.changes, None)
    differences = () if held == count or not created else (f"{held} read back, sent {count}",)
    return Observation(answer, None, created, change.changes, differences)


def labels_at_creation(entities: Entities, kind: str) -> SingleRequestProbe:
    """Labels of a new project: of its only task, or all but one or two of them of one of two tasks."""

    def chain(count: int) -> list[tuple[str, int]]:
        match kind:
            case limits.TWO_TASKS:
                return [("detection", count - 2), ("classification", 2)]
            case limits.SECOND_TASK:
                return [("detection", 1), ("classification", count - 1)]
            case _:
                return [("classification", count)]

    label = "label" if kind != limits.LONG_NAME else "n" * _LONG_LABEL
    fewest = 3 if len(chain(3)) > 1 else 2
    return SingleRequestProbe(project_with(entities, chain, entities.count_labels, label), fewest)


def labels_at_edit(entities: Entities, kind: str, most: int) -> SingleRequestProbe:
    """Labels added to a project, of which there may be ``most``."""
    return SingleRequestProbe(edited_labels(entities, kind, most), 4 if kind == limits.SECOND_TASK else 3)


def tasks_at_creation(entities: Entities, last: str) -> SingleRequestProbe:
    """A chain of detections with crops between, ended by ``last``."""

    def chain(count: int) -> list[tuple[str, int]]:
        return [*[("detection", 1)] * (count - 1), (last, 2)]

    def counted(project: str) -> int | None:
        tasks = entities.tasks_of(project)
        return None if tasks is None else len(tasks)

    return SingleRequestProbe(project_with(entities, chain, counted), 1)
