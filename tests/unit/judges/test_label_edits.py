"""Edits of labels: an exchange at the limit, and what an edit that is refused leaves of a project."""

from __future__ import annotations

import copy
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

import pytest

from contract import operations as api
from contract.limits import AFTER_DELETION, EXCHANGE, SECOND_TASK
from contract.observations import Answer, Observation
from deployment.entities import Entities
from deployment.settling import Settling
from judges.counts.label_edits import edited_labels, label_edit
from tests.unit.judges.test_incremental import LIMIT

MOST = 6


@dataclass
class Project:
    """A client of one project, which may have six labels.

    ``kept`` are the fields of an edit that is refused which are kept all the same; ``counts_deleted`` says that labels
    count which an edit deletes, ``keeps_deleted`` that they stay.
    """

    kept: tuple[str, ...] = ()
    counts_deleted: bool = False
    keeps_deleted: bool = False
    held: dict[str, Any] = field(default_factory=dict)
    created: set[str] = field(default_factory=set)
    settling: Settling = field(default_factory=lambda: Settling(0))

    def purpose(self, _purpose: Any) -> Any:
        return nullcontext()

    def call(self, operation: Any, *_ids: str, body: Any = None) -> Answer:
        if operation is api.CREATE_PROJECT:
            self.held = {**copy.deepcopy(body), "id": "p"}
            for number, label in enumerate(self._labels(self.held)):
                label["id"] = f"l{number}"
        if operation is api.EDIT_PROJECT:
            return self._edited(copy.deepcopy(body))
        return Answer(200, copy.deepcopy(self.held))

    def _edited(self, body: Any) -> Answer:
        gone = [label for label in self._labels(body) if label.pop("is_deleted", False)]
        if len(self._labels(body)) - len(gone) * (not self.counts_deleted) > MOST:
            self.held |= {"name": body["name"]} if "name" in self.kept else {}
            if "color" in self.kept:
                for label, new in zip(self._labels(self.held), self._labels(body), strict=False):
                    label["color"] = new["color"]
            return LIMIT
        for task in body["pipeline"]["tasks"]:
            stays = [each for each in task.get("labels", ()) if self.keeps_deleted or each not in gone]
            task.update({"labels": stays} if stays else {})
        self.held = body
        return Answer(200, body)

    def _labels(self, body: Any) -> list[dict[str, Any]]:
        return [label for task in body["pipeline"]["tasks"] for label in task.get("labels", ())]


def observed(count: int, kind: str = "", **given: Any) -> Observation:
    client: Any = Project(**given)
    discovery: Any = None
    return edited_labels(Entities(client, discovery, "run"), kind, MOST)(count)


@pytest.mark.parametrize("kind", ["", SECOND_TASK, AFTER_DELETION, EXCHANGE])
def test_an_edit_that_is_refused_is_seen_to_leave_everything_as_it_was(kind: str) -> None:
    seen = observed(MOST + 1, kind)
    assert (seen.answer.status, seen.created, seen.changes) == (409, False, ())
    seen = observed(MOST, kind)
    assert (seen.answer.status, seen.created, seen.changes, seen.differences) == (200, True, (), ())


@pytest.mark.parametrize(
    ("kept", "words"),
    [("name", "it changed the name of the project"), ("color", "it changed the color of label 'task 1 label 1'")],
)
def test_what_an_edit_that_is_refused_has_changed_is_seen(kept: str, words: str) -> None:
    assert observed(MOST + 1, kept=(kept,)).changes == (words,)


def test_an_exchange_begins_with_as_many_labels_as_there_may_be() -> None:
    edits = [label_edit(EXCHANGE, count, MOST) for count in (MOST, MOST + 1)]
    assert [(edit.before, edit.exchanged, edit.added) for edit in edits] == [(MOST, 1, 1), (MOST, 1, 2)]


def test_an_exchange_that_is_refused_at_the_limit_or_leaves_what_it_deletes_is_seen() -> None:
    assert observed(MOST, EXCHANGE, counts_deleted=True).answer.status == 409
    assert observed(MOST, EXCHANGE, keeps_deleted=True).differences
