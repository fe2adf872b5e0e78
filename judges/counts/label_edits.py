"""Edits of a project that bring its labels to a number, and change more: what is refused has changed none of it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from contract import limits
from contract import operations as api
from contract.observations import Observation
from contract.purposes import Purpose
from deployment.bodies import Body, edited_project, labels, like_siblings, project_labels
from deployment.entities import Entities
from judges.counts.probe import CHAIN, PLAIN, UnreachableError

_OTHER_COLOUR: Final = "#00ff00ff"


@dataclass(frozen=True, slots=True)
class LabelEdit:
    """How the labels of a project are brought to a number by an edit.

    ``deleted`` are those that an edit before it deletes; it deletes as many as are ``exchanged`` itself, and adds those
    that are ``added``.
    """

    chain: tuple[tuple[str, int], ...]
    deleted: int = 0
    exchanged: int = 0
    added: int = 0

    @property
    def before(self) -> int:
        """How many labels there are before the edit."""
        return sum(count for _type, count in self.chain) - self.deleted

    @property
    def after(self) -> int:
        """How many labels there are after it."""
        return self.before - self.exchanged + self.added

    def of(self, unchanged: Body) -> Body:
        """The edit, made of one that changes nothing: with labels it brings another name and another colour."""
        body = copy.deepcopy(unchanged)
        if not self.added:
            return body
        first, *_ = tasks = [task["labels"] for task in body["pipeline"]["tasks"] if task.get("labels")]
        body["name"] = f"{body['name']} again"
        first[-1]["color"] = _OTHER_COLOUR
        last = tasks[-1]
        last += like_siblings(labels(self.added, "added"), last)
        last[: self.exchanged] = [{**label, "is_deleted": True} for label in last[: self.exchanged]]
        return body


def label_edit(kind: str, count: int, most: int) -> LabelEdit:
    """The edit after which a project has ``count`` labels, three at least, where there may be ``most``."""
    match kind:
        case limits.SECOND_TASK:
            return LabelEdit(CHAIN, added=count - 3)
        case limits.AFTER_DELETION:
            made = max(3, count - 1)
            return LabelEdit((("classification", made),), deleted=1, added=count - made + 1)
        case limits.EXCHANGE:
            made = min(count, most)
            return LabelEdit((("classification", made),), exchanged=1, added=count - made + 1)
        case limits.UNCHANGED:
            return LabelEdit((("detection", count),))
        case _:
            return LabelEdit(PLAIN, added=count - 2)


def edited_labels(entities: Entities, kind: str, most: int) -> Callable[[int], Observation]:
    """How the labels of a project are brought to a number by an edit; the project is deleted again."""

    def accept(count: int) -> Observation:
        edit = label_edit(kind, count, most)
        project = entities.create_project(edit.chain, f"edited-{count}")
        if not project.accepted:
            raise UnreachableError(f"no project could be created for it ({project.words_with_message})")
        identifier = project.body["id"]
        try:
            if edit.deleted and not (deleted := entities.edit_labels(identifier, 0, edit.deleted)).accepted:
                raise UnreachableError(f"no label could be deleted ({deleted.words_with_message})")
            return _observed(edit, identifier, entities)
        finally:
            entities.delete_project(identifier)

    return accept


def _observed(edit: LabelEdit, project: str, entities: Entities) -> Observation:
    """What an edit of a project comes to."""

    def shown() -> Body | None:
        with entities.client.purpose(Purpose.STATE):
            read = entities.client.call(api.READ_PROJECT, project)
        return edited_project(read.fields, entities.document) if read.fields else None

    settling = entities.client.settling
    before = settling.until(shown, lambda body: body is not None and len(project_labels(body)) == edit.before)
    if before is None:
        raise UnreachableError("the project that was created for it cannot be read")
    answer = entities.client.call(api.EDIT_PROJECT, project, body=edit.of(before))
    judged = _differences if answer.accepted else _changes
    after = settling.until(shown, lambda body: body is not None and not judged(edit, before, body))
    if after is None:
        return Observation(answer, None, changes=None, differences=None)
    created = answer.accepted and (not edit.added or _by_name(before).keys() != _by_name(after).keys())
    changes = () if answer.accepted else _changes(edit, before, after)
    return Observation(answer, None, created, changes, _differences(edit, before, after))


def _differences(edit: LabelEdit, before: Body, after: Body) -> tuple[str, ...]:
    """Where the labels after an edit that was accepted are not those that it should leave."""
    held, names = len(project_labels(after)), _by_name(after)
    kept = [name for name in list(_by_name(before))[: edit.exchanged] if name in names]
    return (
        *((f"{held} labels read back, sent {edit.after}",) if held != edit.after else ()),
        *(f"{name!r} is still there, and was deleted" for name in kept),
    )


def _changes(edit: LabelEdit, before: Body, after: Body) -> tuple[str, ...]:
    """What an edit that was refused has changed of a project."""
    held = len(project_labels(after))
    if held != edit.before:
        return (f"{held} labels, before it were {edit.before}",)
    was, now = map(_fields, (before, after))
    changed = (field for field, value in was.items() if now.get(field) != value)
    return tuple(f"it changed {field}" for field in changed)[:1]


def _fields(project: Body) -> dict[str, Any]:
    """What an edit can change of a project, by what it is called."""
    fields = {"the name of the project": project.get("name")}
    for name, label in _by_name(project).items():
        fields |= {f"the {field} of label {name!r}": value for field, value in label.items()}
    return fields


def _by_name(project: Body) -> dict[str, Mapping[str, Any]]:
    """All labels of a project, by name: a list of them may come in any order."""
    return {str(label.get("name")): label for label in project_labels(project)}
