"""Several processes of one run: each deletes its own, and the last one whatever carries the run's name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deployment import embedded
from deployment.client import Client
from deployment.discovery import discover
from deployment.media import create_dataset
from harness.teardown import Teardown

RUN = "0123abcd"


@pytest.fixture(scope="module")
def deployment() -> Iterator[embedded.Embedded]:
    running = embedded.start("cloud")
    yield running
    running.stop()


def process(deployment: embedded.Embedded, directory: Path) -> Teardown:
    """One process of the run, its ledger begun."""
    client = Client(deployment.url, deployment.token, RUN)
    made = Teardown(client, discover(client).root, directory)
    made.open()
    return made


def names(teardown: Teardown) -> list[str]:
    answer = teardown.client.send("GET", f"{teardown.root}/projects_names")
    return sorted(each["name"] for each in answer.body["projects"])


def test_the_last_process_of_a_run_deletes_what_the_others_could_not(
    deployment: embedded.Embedded, tmp_path: Path
) -> None:
    first, last = process(deployment, tmp_path), process(deployment, tmp_path)
    for one, title in ((first, "first"), (last, "last")):
        create_dataset(one.client, discover(one.client), f"geti-contract-{RUN}-{title}")
    assert first.client.ledger is not None
    first.client.ledger.intend(f"{first.root}/projects", {"name": f"geti-contract-{RUN}-lost"})
    unnoted = Client(deployment.url, deployment.token, RUN)
    create_dataset(unnoted, discover(unnoted), f"geti-contract-{RUN}-lost")
    first.delete_everything()
    assert first.lines == []
    assert names(last) == [f"geti-contract-{RUN}-last", f"geti-contract-{RUN}-lost"]
    last.delete_everything()
    assert (last.lines, names(last)) == ([], [])
    assert list(tmp_path.iterdir()) == []
    for each in (first.client, last.client, unnoted):
        each.close()


def test_what_stays_is_reported_as_a_leak(deployment: embedded.Embedded, tmp_path: Path) -> None:
    others = Client(deployment.url, deployment.token, "theirs")
    theirs = create_dataset(others, discover(others), "of others")
    run = process(deployment, tmp_path)
    unnoted = Client(deployment.url, deployment.token, RUN)
    leak = create_dataset(unnoted, discover(unnoted), f"geti-contract-{RUN}-leak")
    assert others.send("DELETE", theirs.project_path).accepted
    run.delete_everything()
    lines = "\n".join(run.lines)
    assert f"geti-contract-{RUN}-leak" in lines
    assert "python -m deployment sweep" in lines
    assert "changed meanwhile by others: of others (1 datasets, 0 media) is gone" in lines
    assert run.facts["after"]["projects"] == 1
    unnoted.send("DELETE", leak.project_path)
    for each in (others, run.client, unnoted):
        each.close()
