"""A job that does not end is waited for once."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from contract.identifiers import Ids
from contract.profiles import CLOUD
from deployment.client import Client
from deployment.discovery import Discovery
from deployment.jobs import Jobs
from tests.support.servers import QuietHandler, serving

PROJECT, JOB = "a1" * 12, "b2" * 12
TRAIN, EXPORT = (f"/projects/{PROJECT}:{verb}" for verb in ("train", "export"))


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def jobs(asked: list[str]) -> Iterator[Jobs]:
    """Jobs at a deployment where none ever ends, but that of an export."""

    class Handler(QuietHandler):
        def answer(self) -> None:
            self.body()
            asked.append(f"{self.command} {self.path.rpartition('/')[2]}")
            exports = sum(each.endswith(":export") for each in asked)
            body = {"job_id": JOB, "id": JOB, "state": "finished" if exports else "running"}
            self.reply(200, {"content-type": "application/json"}, json.dumps(body).encode())

    with serving(Handler) as url:
        client = Client(url, "key", "0123abcd", created=Ids([PROJECT]))
        discovery = Discovery("o", "w", {}, CLOUD)
        client.area.root = discovery.root
        yield Jobs(client, discovery, patience_s=0)
        client.close()


def test_an_operation_whose_job_never_ends_is_given_up_once(jobs: Jobs, asked: list[str]) -> None:
    train = jobs.root + TRAIN
    assert jobs.ended(jobs.submit(train)) is None
    before = len(asked)
    for _ in range(8):
        answer = jobs.submit(train)
        assert answer.unsent
        assert "was still running after 0 s" in answer.words
        assert jobs.ended(answer) is None
    assert len(asked) == before


def test_other_operations_go_on(jobs: Jobs) -> None:
    assert jobs.ended(jobs.submit(jobs.root + TRAIN)) is None
    assert (jobs.ended(jobs.submit(jobs.root + EXPORT)) or {}).get("state") == "finished"
