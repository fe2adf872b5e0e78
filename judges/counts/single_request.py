"""Limits on counts that one request reaches: labels and tasks of a project."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from contract.boundaries import ObservedBoundary, observed
from contract.limits import TWO_TASKS
from contract.observations import Answer, Observation
from deployment.entities import Entities
from deployment.state import StateChange
from judges.counts.probe import PLAIN, CountProbe, UnreachableError


@dataclass
class SingleRequestProbe(CountProbe):
    """A limit that one request reaches: a project with that many labels or tasks.

    ``has_room`` says whether a project more keeps the limit of the organization: a control that is refused then is
    refused for nothing that the run, or others, have made.
    """

    accept: Callable[[int], Observation]
    smallest: int
    has_room: Callable[[], bool] = lambda: True
    control: Answer | None = None

    def observe(self, value: int) -> Observation:
        """One request with ``value`` of them, beside a control with the fewest."""
        control = self.control or self.accept(self.smallest).answer
        if control.accepted:
            self.control = control
        seen = self.accept(value)
        if seen.answer.status == 409 and control.accepted:
            control = self.accept(self.smallest).answer  # it may speak of an organization that is full by now
        alone = not control.accepted and self.has_room()
        return replace(seen, control=control, alone=alone)

    def boundary(self, value: int, *, accepted: bool) -> ObservedBoundary | None:
        """By bisection; each request creates a project that is deleted again."""

        def accepts(count: int) -> bool | None:
            seen = self.accept(count)
            if seen.answer.accepted:
                return None if seen.changes is None else seen.created
            return False if seen.answer.status == 409 else None

        return observed(value, None, 2 * value, accepts) if accepted else observed(self.smallest, value, 0, accepts)


def project_with(
    entities: Entities, chain: Callable[[int], list[tuple[str, int]]], counted: Callable[[str], int | None]
) -> Callable[[int], Observation]:
    """How a project is created with so many of something, looked at, and deleted again."""

    def accept(count: int) -> Observation:
        with entities.watched_projects() as change:
            answer = entities.create_project(chain(count), f"with-{count}")
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


def edited_labels(entities: Entities) -> Callable[[int], Observation]:
    """How the labels of a project are brought to a number by an edit; the project is deleted again."""

    def accept(count: int) -> Observation:
        project = entities.create_project(PLAIN, f"edited-{count}")
        if not project.accepted:
            raise UnreachableError(f"no project could be created for it ({project.words_with_message})")
        identifier = project.body["id"]
        try:
            answer = entities.add_labels(identifier, count - 2)
            wanted = count if answer.accepted else 2
            settling = entities.client.settling
            held = settling.until(lambda: entities.count_labels(identifier), lambda held: held == wanted)
        finally:
            entities.delete_project(identifier)
        if held is None:
            return Observation(answer, None, changes=None, differences=None)
        left = () if answer.accepted or held == 2 else (f"{held} labels are there, before it was 2",)
        differs = () if held == count else (f"{held} labels read back, sent {count}",)
        return Observation(answer, None, answer.accepted and held != 2, left, differs)

    return accept


def labels_at_creation(entities: Entities, variant: str) -> SingleRequestProbe:
    """Labels of a new project: of its only task, or all but two of them of the first of ``two-tasks``."""
    if variant == TWO_TASKS:
        in_two = project_with(entities, lambda n: [("detection", n - 2), ("classification", 2)], entities.count_labels)
        return SingleRequestProbe(in_two, 3)
    return SingleRequestProbe(project_with(entities, lambda n: [("classification", n)], entities.count_labels), 2)


def labels_at_edit(entities: Entities) -> SingleRequestProbe:
    """Labels added to a project."""
    return SingleRequestProbe(edited_labels(entities), 3)


def tasks_at_creation(entities: Entities, last: str) -> SingleRequestProbe:
    """A chain of detections with crops between, ended by ``last``."""

    def chain(count: int) -> list[tuple[str, int]]:
        return [*[("detection", 1)] * (count - 1), (last, 2)]

    def counted(project: str) -> int | None:
        tasks = entities.tasks_of(project)
        return None if tasks is None else len(tasks)

    return SingleRequestProbe(project_with(entities, chain, counted), 1)
