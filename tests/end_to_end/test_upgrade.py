"""What is planted outlives a restart, each loss is named as itself, and nothing of it stays once it is swept."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from contract.planted import parse_planted
from contract.profiles import parse_profile
from deployment.media import create_dataset
from judges.plant.content import planted_projects
from judges.plant.planting import Planter
from judges.workspace import Workspace
from reference.faults import FAULTS
from tests.support.upgrades import PROFILE, Upgradable

LOSSES = [fault for fault in FAULTS.values() if fault.needs_restart]
pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Upgradable:
    """A deployment in which a set was planted, stopped; beside the set it holds a project of somebody else."""
    deployment = Upgradable(tmp_path_factory.mktemp("upgrade") / "whole")
    deployment.start()
    try:
        run = deployment.plant()
        assert run.status == 0, run.console
        assert "PLANTED: 10 projects" in run.console
        client, discovery = deployment.connect()
        create_dataset(client, discovery, "of real people")
        client.close()
    finally:
        deployment.stop()
    return deployment


@pytest.fixture(scope="module")
def snapshot(whole: Upgradable) -> Path:
    return whole.snapshot()


@pytest.fixture
def upgraded(whole: Upgradable, snapshot: Path) -> Iterator[Callable[..., Upgradable]]:
    """Starts it again on its data as they were, with the faults of an upgrade."""
    with contextlib.ExitStack() as stack:

        def start(*faults: str) -> Upgradable:
            whole.restore(snapshot)
            stack.callback(whole.stop)
            whole.start(faults)
            return whole

        yield start


def test_the_file_holds_no_key_and_every_kind_of_thing(whole: Upgradable) -> None:
    text = whole.file.read_text()
    planted = parse_planted(text)
    assert "geti_pat_" not in text
    assert planted.complete
    kinds = {each.kind for each in planted.things}
    assert kinds == {
        "project",
        "label",
        "dataset",
        "medium",
        "content",
        "thumbnail",
        "frames",
        "annotation",
        "job",
        "model",
    }
    assert {each.project for each in planted.projects} >= {"classification", "anomaly", "detection-classification"}
    assert all(each.facts["sha256"] for each in planted.things if each.kind == "content")


def test_every_loss_is_named_and_nothing_else_is_blamed(upgraded) -> None:
    run = upgraded(*(fault.name for fault in LOSSES)).verify("-k", "not taken-again")
    assert run.status == 1, run.console
    found = {(each["requirement"], each["verdict"]) for each in run.findings}
    for fault in LOSSES:
        for pattern in fault.requirements:
            assert any(fnmatchcase(name, pattern) and verdict == fault.verdict for name, verdict in found), fault.name
    reasons = {each["case"]: each["reason"] for each in run.findings}
    assert reasons["planted.label@classification/cat"] == 'altered: color reads back as "#808080ff", was "#12ab34ff"'
    assert reasons["planted.label@detection/cat"] == 'altered: hotkey reads back as "", was "ctrl+1"'
    assert "frames 9" in reasons["planted.frames@detection/Dataset/Video mp4.mp4"]
    assert "1 of" in next(reason for case, reason in reasons.items() if case.startswith("planted.content@boundaries"))
    assert {name.partition("@")[2] for name, _ in found} == {
        "classification",
        "detection",
        "rotated_detection",
        "formats",
        "boundaries",
    }
    assert "LOST: project geti-contract-" in run.console
    assert "version 2.0.0, unchanged" in run.console


def test_what_is_as_it_was_is_kept_until_its_sweep_is_asked_for(upgraded) -> None:
    deployment = upgraded()
    run = deployment.verify()
    assert run.status == 0, run.console
    assert set(run.verdicts.values()) == {"kept"}
    planted = parse_planted(deployment.file.read_text())
    names = deployment.names()
    assert len(names) == 1 + len(planted.projects)  # what was sent again is gone
    again = deployment.plant()
    assert (again.status, "holds a whole set already" in again.console) == (4, True)
    for options in ((), ("--run", planted.run)):
        ordinary = deployment.sweep(*options)
        assert (ordinary.status, "KEPT" in ordinary.console, deployment.names() == names) == (0, True, True)
    asked = deployment.sweep("--planted", str(deployment.file))
    assert (asked.status, deployment.names()) == (0, ["of real people"]), asked.console
    lost = deployment.verify("-k", "planted.project or planted.label")
    assert (lost.status, "ALL LOST: none of the 10 projects" in lost.console) == (1, True)
    assert len([line for line in lost.console.splitlines() if line.startswith("UNCLEAN: planted.")]) >= 10


@pytest.mark.slow
def test_a_set_that_was_cut_short_is_kept_by_a_sweep_and_completed_by_the_same_command(tmp_path: Path) -> None:
    deployment = Upgradable(tmp_path / "cut")
    deployment.start()
    try:
        killed = deployment.suites("--geti-plant", str(deployment.file))
        while not (deployment.file.exists() and json.loads(deployment.file.read_text())["things"]):
            assert killed.status is None
        killed.kill()
        half = parse_planted(deployment.file.read_text())
        assert not half.complete
        assert "KEPT" in deployment.sweep().console
        run = deployment.plant()
        whole = parse_planted(deployment.file.read_text())
        assert (run.status, whole.complete, whole.run) == (0, True, half.run), run.console
        assert sorted(deployment.names()) == sorted(each.names["project"] for each in whole.projects)
        assert deployment.sweep("--planted", whole.run).status == 0
        assert deployment.names() == []
    finally:
        deployment.stop()


@pytest.mark.slow
def test_what_was_brought_to_another_deployment_is_found_by_its_names(whole: Upgradable, tmp_path: Path) -> None:
    other = Upgradable(tmp_path / "other")
    other.start()
    try:
        nothing = other.suites("--geti-verify", str(whole.file)).finish()
        assert (nothing.status, "holds nothing of it" in nothing.console) == (4, True)
        planted = parse_planted(whole.file.read_text())
        client, discovery = other.connect(planted.run)
        profile = parse_profile(PROFILE, "small.toml")
        workspace = Workspace(
            client,
            discovery,
            profile,
            f"geti-contract-{planted.run}",
            0,
            "gate",
            60,
            tmp_path,
            lambda *_: None,  # type: ignore[arg-type, return-value]
        )
        for project in list(planted_projects(profile, planted.seed))[:2]:
            Planter(workspace).plant(project)
        client.close()
        run = other.suites("--geti-verify", str(whole.file), "-k", "planted and classification").finish()
        verdicts = {name: verdict for name, verdict in run.verdicts.items() if "@classification" in name}
        versions = {verdict for name, verdict in verdicts.items() if " version " in name}
        others = {verdict for name, verdict in verdicts.items() if " version " not in name}
        assert (versions, others) == ({"not-applicable"}, {"kept"}), run.console
        swept = other.sweep("--planted", str(whole.file), "--url", other.url)
        assert (swept.status, other.names()) == (0, []), swept.console
    finally:
        other.stop()
