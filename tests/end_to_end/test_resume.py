"""A capacity run that was killed or interrupted goes on from what was filled, as the deployment itself counts it."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from deployment import embedded
from deployment.client import Client
from deployment.discovery import discover
from deployment.embedded import Embedded
from deployment.entities import Entities
from deployment.errors import SetupError
from deployment.ledger import Ledger
from deployment.ledger_records import read_record
from deployment.resume import chosen, resumed_projects
from harness.options import unaimed

HERE = Path(__file__).parents[2]
LIMIT = 400
PROJECTS = "/organizations/o/workspaces/w/projects"
MADE = {"id": "0123456789abcdef01234567"}
ONLY = "project.media.max@image-upload"
EXPRESSION = "project.media.max and image-upload"


@pytest.fixture(scope="module")
def deployment() -> Iterator[Embedded]:
    started = embedded.start("cloud", limits={"project.media.max": LIMIT})
    yield started
    started.stop()


@pytest.fixture
def entities(deployment: Embedded) -> Iterator[Entities]:
    client = Client(deployment.url, deployment.token, "test")
    yield Entities(client, discover(client), "foreign")
    client.close()


def command(deployment: Embedded, tmp_path: Path, *options: str) -> list[str]:
    profile = tmp_path / "site.toml"
    profile.write_text(f'[limits]\n"project.media.max" = {LIMIT}\n')
    return [
        sys.executable,
        "-u",
        "-m",
        "pytest",
        "suites/limits",
        "--geti-tier",
        "capacity",
        "-k",
        EXPRESSION,
        "-v",
        "--geti-url",
        deployment.url,
        "--geti-profile",
        str(profile),
        "--geti-report-dir",
        str(tmp_path / "out"),
        "--geti-ledger-dir",
        str(tmp_path / "ledger"),
        *options,
    ]


def environment(deployment: Embedded) -> dict[str, str]:
    plain = unaimed()
    return plain | {"GETI_TOKEN": deployment.token}


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


def cut_short(arguments: Sequence[str], deployment: Embedded, entities: Entities, number: int, past: int) -> str:
    """Start a run, send it a signal once more than ``past`` media are there; what it said."""
    with subprocess.Popen(
        arguments, cwd=HERE, env=environment(deployment), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as run:
        while run.poll() is None and held(entities) <= past:
            pass
        run.send_signal(number)
        said, _ = run.communicate()
    return said


def report(tmp_path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((tmp_path / "out" / "results.json").read_text())["results"]
    return found


def test_a_killed_fill_is_gone_on_with_kept_at_an_interrupt_and_removed_at_the_end(
    deployment: Embedded, entities: Entities, tmp_path: Path
) -> None:
    said = cut_short(command(deployment, tmp_path), deployment, entities, signal.SIGKILL, 50)
    named = re.search(r"--geti-resume ([0-9a-f]{8})", said)
    assert named is not None, said
    after_kill = held(entities)
    assert after_kill > 50

    going_on = command(deployment, tmp_path, "--geti-resume", "auto")
    said = cut_short(going_on, deployment, entities, signal.SIGINT, after_kill + 50)
    assert f"going on with run {named[1]}" in said
    assert f"--geti-resume {named[1]}" in said.partition("KEPT")[2]
    assert "deployment sweep" in said.partition("KEPT")[2]
    assert all(name.startswith(f"geti-contract-{named[1]}-") for name in ours(entities))
    after_interrupt = held(entities)
    assert after_interrupt > after_kill + 50

    whole = subprocess.run(
        command(deployment, tmp_path, "--geti-resume", named[1]),
        cwd=HERE,
        env=environment(deployment),
        capture_output=True,
        text=True,
        check=False,
    )
    found = report(tmp_path)
    verdicts = {test["name"]: test["extra"]["verdict"] for test in found["tests"] if test["name"].startswith(ONLY)}
    assert set(verdicts.values()) == {"kept"}, whole.stdout[-3000:]
    assert len(verdicts) == 4
    assert found["extra"]["run"]["requests"] < LIMIT - after_interrupt + 150
    assert ours(entities) == {}


def test_a_run_that_is_not_there_still_goes_on_or_was_elsewhere_is_refused_with_the_next_step(tmp_path: Path) -> None:
    living = Ledger(tmp_path, "0123abcd", "http://127.0.0.1:1")
    ended = Ledger(tmp_path, "4567cdef", "http://127.0.0.1:2")
    for ledger in (living, ended):
        ledger.outcome(ledger.intend(PROJECTS, {"name": f"geti-contract-{ledger.run_id}-media"}), PROJECTS, 201, MADE)
    ended.close()
    assert chosen("auto", tmp_path, "http://127.0.0.1:2") == "4567cdef"
    assert chosen("auto", tmp_path, "http://127.0.0.1:1") is None
    for run, words in (("89ab0123", "there is: none"), ("0123abcd", "goes on"), ("4567cdef", "http://127.0.0.1:2")):
        with pytest.raises(SetupError, match=words):
            chosen(run, tmp_path, "http://127.0.0.1:1")
    living.close()


def test_only_what_the_deployment_lists_under_the_runs_name_is_taken_over(
    deployment: Embedded, entities: Entities, tmp_path: Path
) -> None:
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
    for identifier in (made["media"], made["datasets"], foreign):
        entities.delete_project(identifier)
