"""A capacity run that was killed or interrupted goes on from what was filled, as the deployment itself counts it."""

from __future__ import annotations

import re
import signal
import time
from contextlib import closing
from pathlib import Path

import pytest

from deployment.entities import Entities
from deployment.ledger import Ledger
from deployment.ledger_records import read_record
from deployment.resume import resumed_projects
from tests.support.deployments import Deployment
from tests.support.processes import SuitesRun

LIMIT = 400
PROJECTS = "/organizations/o/workspaces/w/projects"
ONLY = "project.media.max@image-upload"
EXPRESSION = "project.media.max and image-upload"


@pytest.fixture
def limited(start_deployment) -> Deployment:
    return start_deployment(limits={"project.media.max": LIMIT})


@pytest.fixture
def entities(limited: Deployment) -> Entities:
    return Entities(limited.client, limited.discovery, "foreign")


@pytest.fixture
def start_fill(start_suites, limited: Deployment, tmp_path: Path):
    profile = tmp_path / "site.toml"
    profile.write_text(f'[limits]\n"project.media.max" = {LIMIT}\n')
    few = ("--geti-tier", "capacity", "-k", EXPRESSION, "-v", "--geti-profile", str(profile))
    return lambda *options: start_suites(*few, *options, deployment=limited, paths=("suites/limits",))


def ours(entities: Entities) -> dict[str, str]:
    listed = entities.client.send("GET", f"{entities.discovery.root}/projects_names").body["projects"]
    return {each["name"]: each["id"] for each in listed if each["name"].startswith("geti-contract-")}


def held(entities: Entities) -> int:
    """The media of the project that is being filled."""
    for name, identifier in ours(entities).items():
        if name.endswith("-media"):
            project = entities.client.send("GET", entities.project_path(identifier))
            return entities.dataset(project).count_media() or 0
    return 0


def cut_short(run: SuitesRun, entities: Entities, number: signal.Signals, past: int) -> str:
    """Send a signal to a run once more than ``past`` media are there; what it printed."""
    while run.status is None and held(entities) <= past:
        time.sleep(0.02)
    run.send_signal(number)
    return run.finish().console


def test_a_killed_fill_is_resumed_kept_at_an_interrupt_and_removed_at_the_end(start_fill, entities: Entities) -> None:
    output = cut_short(start_fill(), entities, signal.SIGKILL, 50)
    named = re.search(r"--geti-resume ([0-9a-f]{8})", output)
    assert named is not None, output
    after_kill = held(entities)
    assert after_kill > 50

    output = cut_short(start_fill("--geti-resume", "auto"), entities, signal.SIGINT, after_kill + 50)
    assert f"going on with run {named[1]}" in output
    assert f"--geti-resume {named[1]}" in output.partition("KEPT")[2]
    assert "deployment sweep" in output.partition("KEPT")[2]
    assert all(name.startswith(f"geti-contract-{named[1]}-") for name in ours(entities))
    after_interrupt = held(entities)
    assert after_interrupt > after_kill + 50

    whole = start_fill("--geti-resume", named[1]).finish()
    filled = (item for item in whole.verdicts.items() if item[0].startswith(ONLY))
    verdicts = {name: verdict for name, verdict in filled if not name.endswith("/lifecycle")}
    assert set(verdicts.values()) == {"kept"}, whole.console
    assert len(verdicts) == 6
    assert whole.results["extra"]["run"]["requests"] < LIMIT - after_interrupt + 150
    assert ours(entities) == {}


def test_only_projects_with_the_name_of_the_run_are_taken_over(deployment: Deployment, tmp_path: Path) -> None:
    entities = Entities(deployment.client, deployment.discovery, "foreign")
    client, chain = entities.client, (("classification", 2),)
    made = {
        name: Entities(client, entities.discovery, "geti-contract-0123abcd").create_project(chain, name).body["id"]
        for name in ("media", "datasets", "left")
    }
    foreign = entities.create_project(chain, "media").body["id"]
    with closing(Ledger(tmp_path, "0123abcd", deployment.url)) as ledger:
        for identifier in (*made.values(), foreign, "f" * 24):
            ledger.outcome(ledger.intend(PROJECTS, {}), PROJECTS, 201, {"id": identifier})
        ledger.gone(f"{PROJECTS}/{made['datasets']}")
    record = read_record(tmp_path / "0123abcd")
    root = entities.discovery.root
    assert resumed_projects(client, root, record, lambda title: title == "media") == {"media": made["media"]}
    assert set(ours(entities)) == {"geti-contract-0123abcd-media", "geti-contract-0123abcd-datasets"}
    assert client.send("GET", entities.project_path(foreign)).accepted
