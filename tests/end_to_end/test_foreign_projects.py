"""Projects of others that come or go while projects are counted leave the case open: no finding is made of them."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from contract.observations import Answer
from contract.verdicts import Expected, Verdict, judge
from deployment.discovery import discover
from deployment.entities import Entities
from judges.counts.entities import Projects

LIMIT = 4


@pytest.fixture
def pair(start_deployment) -> tuple[Entities, Entities]:
    """Two runs in one organization; the name of one begins as that of the other."""
    deployment = start_deployment(limits={"organization.projects.max": LIMIT})
    clients = [deployment.connect(prefix) for prefix in ("ours", "ours2")]
    ours, others = (Entities(client, discover(client), client.run_id) for client in clients)
    return ours, others


@pytest.mark.parametrize(("moment", "verdict"), [("never", Verdict.KEPT), ("meanwhile", Verdict.INCONCLUSIVE)])
def test_a_count_is_inconclusive_where_others_create_projects_meanwhile(
    pair: tuple[Entities, Entities], moment: str, verdict: Verdict, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, others = pair
    subject = Projects(ours, lambda *_: nullcontext(lambda _: None))
    create = subject.create

    def crossed(serial: int) -> Answer:
        if moment == "meanwhile" and len(subject.ours) == LIMIT - 2:
            others.delete_project(others.create_project([("classification", 2)], "theirs").body["id"])
            others.create_project([("classification", 2)], "theirs")
        return create(serial)

    monkeypatch.setattr(subject, "create", crossed)
    seen = subject.observe(LIMIT - 1)
    assert judge(Expected.ACCEPTED, seen).verdict is verdict
