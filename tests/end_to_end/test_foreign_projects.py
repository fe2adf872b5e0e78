"""Projects of others that come or go while projects are counted leave the case open: no finding is made of them."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from contract.observations import Answer
from contract.verdicts import Expected, Verdict, judge
from deployment.discovery import discover
from deployment.entities import Entities
from judges.counts.probe import UnreachableError
from judges.counts.projects import Projects

LIMIT = 4


@pytest.fixture
def pair(start_deployment) -> tuple[Entities, Entities]:
    """Two runs in one organization; the name of one begins as that of the other."""
    deployment = start_deployment(limits={"organization.projects.max": LIMIT})
    clients = [deployment.connect(run) for run in ("0123abcd", "4567ef01")]
    prefixes = ("geti-contract-0123abcd", "geti-contract-0123abcd2")
    ours, others = (Entities(client, discover(client), name) for client, name in zip(clients, prefixes, strict=True))
    return ours, others


@pytest.mark.parametrize("moment", ["never", "meanwhile"])
def test_a_count_is_inconclusive_where_others_create_projects_meanwhile(
    pair: tuple[Entities, Entities], moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, others = pair
    subject = Projects(ours, lambda *_: nullcontext(lambda _: None))
    create = subject._create

    def crossed() -> Answer:
        if moment == "meanwhile" and len(subject.ours) == LIMIT - 2:
            others.delete_project(others.create_project([("classification", 2)], "theirs").body["id"])
            others.create_project([("classification", 2)], "theirs")
        return create()

    monkeypatch.setattr(subject, "_create", crossed)
    if moment == "never":
        assert judge(Expected.ACCEPTED, subject.observe(LIMIT - 1)).verdict is Verdict.KEPT
    else:
        with pytest.raises(UnreachableError, match="others create or delete"):
            subject.observe(LIMIT - 1)


def test_nothing_is_said_of_a_count_shortly_after_others_changed_it(pair: tuple[Entities, Entities]) -> None:
    ours, others = pair
    others.delete_project(others.create_project([("classification", 2)], "earlier").body["id"])
    ours.others_projects()
    others.create_project([("classification", 2)], "theirs")
    subject = Projects(ours, lambda *_: nullcontext(lambda _: None))
    subject.foreign_ids()
    with pytest.raises(UnreachableError):
        subject.observe(LIMIT - 1)
