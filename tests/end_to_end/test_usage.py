"""A mistake of whoever starts a command is one line that says what to do, exit status 4, and nothing is sent."""

from __future__ import annotations

import pytest

NOBODY = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--geti-url", NOBODY], "no token"),
        (["--geti-url", ""], "is empty"),
        (["--geti-url", f"{NOBODY}/api"], "more than a host"),
        (["--geti-tier", "moon"], "unknown"),
        (["-n", "2", "--geti-resume", "auto"], "one process"),
        (["--geti-seed", "x"], "no whole number"),
        (["--geti-profile", "moon"], "neither"),
        (["--geti-fault", "moon"], "is no fault"),
        (["--geti-shard", "3/2"], "no shard"),
        (["--geti-shard", "1/2", "--geti-tier", "nightly"], "--geti-seed"),
        (["--geti-shard", "9999/9999"], "is empty"),
        (["--geti-shard", "1/2", "--geti-durations", "/nowhere"], "cannot be read"),
        (["--geti-plant", "/nowhere/plant.json"], "needs --geti-url"),
        (["--geti-verify", "/nowhere/plant.json", "--geti-url", NOBODY], "cannot be read"),
        (["--geti-against", "/nowhere/record.json"], "cannot be read"),
    ],
)
def test_a_wrong_option_of_the_suites_is_refused(run_suites, options: list[str], words: str) -> None:
    run = run_suites(*options)
    assert run.status == 4, run.console
    assert words in run.console
    assert "Traceback" not in run.console


def test_a_deployment_that_does_not_answer_is_refused(run_suites) -> None:
    run = run_suites("--geti-url", NOBODY, GETI_TOKEN="x")
    assert run.status == 4
    assert "does not answer" in run.console


def test_a_key_that_the_deployment_refuses_is_never_shown(run_suites, deployment) -> None:
    run = run_suites("--geti-url", deployment.url, GETI_TOKEN="geti_pat_recognisable")
    assert run.status == 4
    assert "refuses the token" in run.console
    assert "recognisable" not in run.console


def test_a_mistaken_waiver_file_is_refused_with_its_line_and_column(run_suites, tmp_path) -> None:
    file = tmp_path / "waivers.toml"
    file.write_text('[[waiver]]\nrequirement = "a@b"\nverdict = "over-enforced"\nowner = ""\n')
    run = run_suites("--geti-waivers", str(file))
    assert run.status == 4
    assert f"{file}:4:9: owner is empty; fill it in" in run.console
    assert "deployment:" not in run.console


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--time", "soon"], "no time"),
        (["--uploads", "many"], "no rate"),
        (["--geti-url", NOBODY], "does not answer"),
        (["--geti-url", NOBODY, "--geti-token-file", "/nowhere"], "cannot be read"),
    ],
)
def test_a_wrong_option_of_the_load_is_refused(start, options: list[str], words: str) -> None:
    run = start("-m", "harness.load", *options, environment={"GETI_TOKEN": "key"}).finish()
    assert run.status == 4, run.console
    assert words in run.console
    assert "Traceback" not in run.console


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--run", "ffffffff"], "holds no run ffffffff"),
        (["--ledger-dir", "/nowhere"], "is no directory"),
        (["--geti-url", "geti.example"], "no base URL"),
        (["--moon"], "unrecognized"),
    ],
)
def test_a_wrong_option_of_the_sweep_is_refused(sweep, deployment, tmp_path, options: list[str], words: str) -> None:
    (tmp_path / "ledger").mkdir()
    run = sweep(deployment, *options)
    assert run.status == 4, run.console
    assert words in run.console
    assert "Traceback" not in run.console
