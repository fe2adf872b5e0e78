"""What was made for a count is deleted, also where nobody answered for it or it cannot be listed."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from contract.observations import Answer
from contract.verdicts import Expected, Verdict, judge
from deployment.history import History
from deployment.settling import Settling
from deployment.state import StateChange
from judges.counts.projects import Projects
from judges.counts.single_request import look_at_project

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


def test_a_project_is_deleted_where_the_projects_cannot_be_listed() -> None:
    deleted: list[str] = []
    entities: Any = SimpleNamespace(
        client=SimpleNamespace(created=set(), settling=Settling(0)),
        delete_project=lambda identifier: deleted.append(identifier) or Answer(200),
    )
    with StateChange[str](lambda: None, "project", History(), Settling(0)) as change:
        change.expected = KNOWN
    seen = look_at_project(entities, Answer(201, {"id": KNOWN}), change, lambda _project: 3, 3)
    assert deleted == [KNOWN]
    assert judge(Expected.ACCEPTED, replace(seen, control=Answer(201))).verdict is Verdict.INCONCLUSIVE
