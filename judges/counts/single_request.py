"""Limits on counts that one request reaches: labels and tasks of a project."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from contract import limits
from contract.boundaries import ObservedBoundary, observed
from contract.observations import Answer, Observation
from deployment.entities import Entities
from deployment.state import StateChange
from judges.counts.probe import PLAIN, CountProbe, UnreachableError

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


@dataclass(frozen=True, slots=True)
class LabelEdit:
    """How the labels of a project are brought to a number by an edit: ``made`` before it, ``deleted``, ``added``."""

    chain: tuple[tuple[str, int], ...]
    deleted: int
    added: int

    @property
    def before(self) -> int:
        """How many labels there are before the edit."""
        return sum(count for _type, count in self.chain) - self.deleted


def label_edit(kind: str, count: int) -> LabelEdit:
    """The edit after which a project has ``count`` labels, three at least."""
    match kind:
        case limits.SECOND_TASK:
            return LabelEdit((("detection", 1), ("classification", 2)), 0, count - 3)
        case limits.AFTER_DELETION:
            made = max(3, count - 1)
            return LabelEdit((("classification", made),), 1, count - made + 1)
        case limits.UNCHANGED:
            return LabelEdit((("detection", count),), 0, 0)
        case _:
            return LabelEdit(PLAIN, 0, count - 2)


def edited_labels(entities: Entities, kind: str) -> Callable[[int], Observation]:
    """How the labels of a project are brought to a number by an edit; the project is deleted again."""

    def accept(count: int) -> Observation:
        edit = label_edit(kind, count)
        project = entities.create_project(edit.chain, f"edited-{count}")
        if not project.accepted:
            raise UnreachableError(f"no project could be created for it ({project.words_with_message})")
        identifier = project.body["id"]
        try:
            if edit.deleted and not (deleted := entities.edit_labels(identifier, 0, edit.deleted)).accepted:
                raise UnreachableError(f"no label could be deleted ({deleted.words_with_message})")
            answer = entities.edit_labels(identifier, edit.added, before=edit.before)
            wanted = count if answer.accepted else edit.before
            settling = entities.client.settling
            held = settling.until(lambda: entities.count_labels(identifier), lambda held: held == wanted)
        finally:
            entities.delete_project(identifier)
        if held is None:
            return Observation(answer, None, changes=None, differences=None)
        left = () if answer.accepted or held == edit.before else (f"{held} labels, before it were {edit.before}",)
        differs = () if held == count else (f"{held} labels read back, sent {count}",)
        changed = held != edit.before or not edit.added
        return Observation(answer, None, answer.accepted and changed, left, differs)

    return accept


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


def labels_at_edit(entities: Entities, kind: str) -> SingleRequestProbe:
    """Labels added to a project."""
    return SingleRequestProbe(edited_labels(entities, kind), 4 if kind == limits.SECOND_TASK else 3)


def tasks_at_creation(entities: Entities, last: str) -> SingleRequestProbe:
    """A chain of detections with crops between, ended by ``last``."""

    def chain(count: int) -> list[tuple[str, int]]:
        return [*[("detection", 1)] * (count - 1), (last, 2)]

    def counted(project: str) -> int | None:
        tasks = entities.tasks_of(project)
        return None if tasks is None else len(tasks)

    return SingleRequestProbe(project_with(entities, chain, counted), 1)
