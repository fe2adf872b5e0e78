"""Projects of others that come or go while projects are counted leave the case open: nobody is accused for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contract.observations import Answer
from contract.verdicts import Expected, Verdict, judge
from deployment import embedded
from deployment.client import Client
from deployment.discovery import discover
from deployment.entities import Entities
from suites.limits.count_entities import Projects

LIMIT = 4


@pytest.fixture(scope="module")
def deployment() -> Iterator[embedded.Embedded]:
    started = embedded.start("cloud", (), {"organization.projects.max": LIMIT})
    yield started
    started.stop()


def entities(deployment: embedded.Embedded, prefix: str) -> Entities:
    client = Client(deployment.url, deployment.token, prefix)
    return Entities(client, discover(client), prefix)


@pytest.mark.parametrize(("moment", "verdict"), [("never", Verdict.KEPT), ("meanwhile", Verdict.INCONCLUSIVE)])
def test_a_stranger_that_comes_meanwhile_leaves_the_count_open(
    deployment: embedded.Embedded, moment: str, verdict: Verdict, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, others = entities(deployment, "ours"), entities(deployment, "ours2")
    subject = Projects(ours, print)
    create = subject.create

    def crossed(serial: int) -> Answer:
        if moment == "meanwhile" and len(subject.ours) == LIMIT - 2:
            others.delete_project(others.create_project([("classification", 2)], "theirs").body["id"])
            others.create_project([("classification", 2)], "theirs")
        return create(serial)

    monkeypatch.setattr(subject, "create", crossed)
    seen = subject.observe(LIMIT - 1)
    assert judge(Expected.ACCEPTED, seen).verdict is verdict
    subject.release()
    for project in others.our_projects() or ():
        others.delete_project(project)
    ours.client.close()
    others.client.close()
