"""A fill of projects is deleted whole, also what nobody answered for."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

from contract.observations import Answer
from deployment.history import History
from judges.counts.projects import Projects

KNOWN, LOST, DELETED, OTHER = ("a" * 24, "b" * 24, "c" * 24, "d" * 24)


def test_what_was_made_and_not_answered_is_deleted_with_the_fill() -> None:
    deleted: list[str] = []
    history, created = History(), set[str]()
    history.note_change("DELETE", f"/projects/{DELETED}", Answer(200))
    names = {KNOWN: "run-fill-1", LOST: "run-fill-2", DELETED: "run-fill-3", OTHER: "run-versions"}

    def delete_project(identifier: str) -> Answer:
        deleted.append(identifier)
        return Answer(200)

    entities: Any = SimpleNamespace(
        prefix="run",
        client=SimpleNamespace(history=history, created=created),
        our_projects=lambda: names,
        delete_project=delete_project,
    )
    Projects(entities, lambda _done, _total: nullcontext(lambda _count: None), ours=[KNOWN]).release()
    assert sorted(deleted) == [KNOWN, LOST]
    assert LOST in created
