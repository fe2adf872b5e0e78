"""What a deployment really does is found out without a table, and a run that is given the profile keeps it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from contract.profiles import parse_profile
from tests.support.processes import ROOT, SuitesRun

# Far from every documented value.
LIMITS = {
    "organization.projects.max": 23,
    "project.labels.max": 77,
    "project.tasks.max": 3,
    "project.datasets.max": 9,
    "project.media.max": 31,
    "image.pixels.max": 3_333_334,
    "image.side.min": 21,
    "image.side.max": 9_001,
    "video.side.min": 38,
    "video.width.max": 2_222,
    "video.height.max": 1_999,
    "video.duration.max": 321,
    "media.annotation-versions.max": 13,
    "training.dataset-size.max": 7,
}
FEW = "(image.side and png and not noise) or (video.width and mp4) or labels.max or tasks.max or versions.max"


@pytest.fixture
def discover(start, tmp_path: Path):
    """Looks at a deployment; what the command printed, with its exit status."""

    def look(deployment, *options: str):
        given = ("--geti-url", deployment.url, "--geti-report-dir", str(tmp_path), "--geti-ledger-dir", str(tmp_path))
        return start("-m", "harness", "discover", *given, *options, environment=deployment.environment).finish()

    return look


def test_fourteen_odd_limits_are_all_found_exactly(discover, start_deployment, run_suites, tmp_path: Path) -> None:
    deployment = start_deployment("cloud", limits=LIMITS)
    looked = discover(deployment)
    assert looked.status == 0, looked.console
    text = (tmp_path / "discovered.toml").read_text()
    assert {row: value for row, value in parse_profile(text, "it").overrides.items() if row in LIMITS} == LIMITS
    assert "# image upload, width: accepted at 9,001 with 200, refused at 9,002 with 409 limit_reached" in text
    assert "| 20,000 | **9,001** |" in (tmp_path / "discovered.md").read_text()
    assert "9,001" in (tmp_path / "discovered.html").read_text()
    assert deployment.project_names() == []
    profile = str(tmp_path / "discovered.toml")
    run: SuitesRun = run_suites("-k", FEW, "--geti-profile", profile, deployment=deployment, paths=("suites/limits",))
    assert set(run.verdicts.values()) == {"kept"}, run.findings


@pytest.mark.slow
def test_what_two_places_do_differently_is_told_of_both(discover, start_deployment, run_suites, tmp_path: Path) -> None:
    deployment = start_deployment("on-prem", limits={"image.side.max@dataset-import": 5000, "project.labels.max": 5000})
    looked = discover(deployment, "--geti-max-requests", "400")
    overrides = parse_profile((tmp_path / "discovered.toml").read_text(), "it").overrides
    assert overrides["image.side.max"] == 20_000
    assert overrides["image.side.max@dataset-import"] == 5000
    assert overrides["image.pixels.max"] == "off"
    assert "image upload: accepted at 134,217,728 with 200, and no limit up to it" in looked.console
    assert overrides["media.annotation-versions.max"] == "unknown"
    assert looked.status == 6
    assert "budget spent: 400 requests" in looked.console
    assert deployment.project_names() == []
    few = "image.side.max and import"
    profile = str(tmp_path / "discovered.toml")
    run = run_suites("-k", few, "--geti-profile", profile, deployment=deployment, paths=("suites/limits",))
    assert set(run.verdicts.values()) == {"kept"}, run.findings


def test_what_may_not_be_created_is_told_as_unknown(discover, deployment, tmp_path: Path) -> None:
    looked = discover(deployment, "--geti-read-only")
    assert looked.status == 6
    overrides = parse_profile((tmp_path / "discovered.toml").read_text(), "it").overrides
    assert overrides.pop("list.limit") == 100, "what only reads is asked all the same"
    assert set(overrides.values()) == {"unknown"}
    assert "image upload, width: not known: " in looked.console
    assert "Traceback" not in looked.console


@pytest.mark.processes
def test_a_console_that_goes_away_costs_neither_the_clean_up_nor_the_files(deployment, tmp_path: Path) -> None:
    given = ("--geti-url", deployment.url, "--geti-report-dir", str(tmp_path), "--geti-ledger-dir", str(tmp_path))
    command = [sys.executable, "-m", "harness", "discover", *given, "--geti-max-seconds", "2"]
    with subprocess.Popen(command, env=deployment.environment, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(60) == 6, "time was up before everything was looked for"
    assert (tmp_path / "discovered.toml").exists()
    assert deployment.project_names() == []


def test_a_profile_that_is_there_is_kept_unless_its_replacement_is_asked_for(
    discover, deployment, tmp_path: Path
) -> None:
    (tmp_path / "discovered.toml").write_text('name = "mine"\n')
    looked = discover(deployment)
    assert looked.status == 4
    assert looked.console == (
        f"python -m harness discover: {tmp_path}/discovered.toml exists; give --overwrite, or another --to FILE\n"
    )
    assert (tmp_path / "discovered.toml").read_text() == 'name = "mine"\n'


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--geti-url", "http://127.0.0.1:9"), "127.0.0.1:9"),
        (("--geti-token-file", "pyproject.toml"), "key"),
        (("--geti-tier", "discover"), "gate, nightly, capacity"),
    ],
)
def test_what_cannot_be_begun_is_one_line(discover, deployment, tmp_path: Path, options, words: str) -> None:
    looked = discover(deployment, *options)
    assert looked.status == 4
    assert looked.console.count("\n") == 1
    assert words in looked.console
    assert not (tmp_path / "discovered.toml").exists()
