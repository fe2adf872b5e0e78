"""The gate as a user starts it: real processes, real HTTP, exit statuses, findings named right."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contract.limits import LIMITS
from deployment import embedded
from deployment.client import Client
from deployment.discovery import discover
from harness.options import unaimed
from reference.faults import FAULTS
from tests.support.suites_process import suites_command

HERE = Path(__file__).parents[2]


def gate(tmp_path: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    plain = unaimed()
    command = suites_command(tmp_path / "out", *options)
    return subprocess.run(command, cwd=HERE, env=plain | environment, capture_output=True, text=True, check=False)


def report(tmp_path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((tmp_path / "out" / "results.json").read_text())["results"]
    return found


# One of each kind, so that this file stays quick; the power run goes through the whole catalogue.
@pytest.mark.parametrize(
    "name",
    [
        "image-side-max-off-by-one",
        "image-pixels-unchecked",
        "video-width-7680",
        "refuse-415",
        "refuse-500",
        "stored-despite-refusal",
        "silent-resize",
    ],
)
def test_each_fault_is_found_and_named(tmp_path: Path, name: str) -> None:
    fault = FAULTS[name]
    kind = "image_limit" if "image" in fault.requirement else "video_limit"
    run = gate(tmp_path, "--geti-fault", name, "-k", kind)
    assert run.returncode == 1, run.stdout[-2000:]
    extras = [test["extra"] for test in report(tmp_path)["tests"] if test["status"] == "failed"]
    found = {(extra["requirement"], extra["side"], extra["verdict"]) for extra in extras}
    assert (fault.requirement, fault.side, fault.verdict) in found
    assert {extra["requirement"] for extra in extras} == {fault.requirement}
    if name == "video-width-7680":
        assert {extra["observed_boundary"] for extra in extras} == {7680}


@pytest.mark.parametrize("name", ["vp9-refused", "odd-h264-refused"])
def test_a_deployment_that_takes_the_files_of_one_encoder_only_is_found(tmp_path: Path, name: str) -> None:
    run = gate(tmp_path, "--geti-fault", name, "-k", "video_encoders_agree")
    assert run.returncode == 1, run.stdout[-2000:]
    extras = [test["extra"] for test in report(tmp_path)["tests"] if "extra" in test]
    found = {extra["requirement"]: extra["verdict"] for extra in extras if extra["verdict"] == "nonconforming"}
    assert FAULTS[name].requirement in found
    assert "encoders.video-upload@avi" not in found


@pytest.mark.parametrize("name", ["accept-everything", "refuse-everything"])
def test_a_deployment_that_does_not_look_fails_every_limit(tmp_path: Path, name: str) -> None:
    assert gate(tmp_path, "--geti-fault", name).returncode == 1
    failed = {test["extra"]["limit"] for test in report(tmp_path)["tests"] if test["status"] == "failed"}
    # Where nothing can be uploaded there is nothing to annotate or to train on: those stay inconclusive.
    out_of_reach = {"training.dataset-size.max"} | ({"media.annotation-versions.max"} if "refuse" in name else set())
    assert failed >= {limit.id for limit in LIMITS} - out_of_reach


def test_a_deployment_that_takes_no_video_of_ours_is_not_said_to_count_too_many(tmp_path: Path) -> None:
    gate(tmp_path, "--geti-fault", "full-chroma-refused", "-k", "project.media.max and video-upload")
    found = [
        test for test in report(tmp_path)["tests"] if test["extra"]["requirement"] == "project.media.max@video-upload"
    ]
    assert [test["extra"]["verdict"] for test in found] == 3 * ["inconclusive"]
    assert all("the control, well inside every limit, got 400" in test["message"] for test in found)


def test_a_limit_that_is_not_checked_is_found_in_combination_too(tmp_path: Path) -> None:
    run = gate(tmp_path, "--geti-fault", "image-pixels-unchecked", "-k", "test_combination")
    assert run.returncode == 1, run.stdout[-2000:]
    failed = {test["extra"]["requirement"] for test in report(tmp_path)["tests"] if test["status"] == "failed"}
    both = ("width-at-max-pixels-above", "both-sides-at-max")
    assert failed == {f"combination.image-upload@{name}" for name in both}


def test_cases_left_out_make_the_run_incomplete(tmp_path: Path) -> None:
    run = gate(tmp_path, "-k", "image.side.min and bmp and not noise")
    assert run.returncode == 6, run.stdout[-2000:]
    assert report(tmp_path)["extra"]["verdict"] == "incomplete"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--geti-url", "http://127.0.0.1:9"], "no token"),
        (["--geti-url", ""], "is empty"),
        (["--geti-url", "http://127.0.0.1:9/api"], "more than a host"),
        (["--geti-tier", "moon"], "unknown"),
        (["-n", "2", "--geti-resume", "auto"], "one process"),
        (["--geti-seed", "x"], "no whole number"),
        (["--geti-profile", "moon"], "neither"),
        (["--geti-fault", "moon"], "is no fault"),
    ],
)
def test_bad_input_is_one_line_and_exit_4(tmp_path: Path, options: list[str], words: str) -> None:
    run = gate(tmp_path, *options)
    assert run.returncode == 4, run.stdout[-2000:]
    assert words in run.stderr
    assert "Traceback" not in run.stderr + run.stdout


def test_an_unreachable_host_is_exit_4(tmp_path: Path) -> None:
    run = gate(tmp_path, "--geti-url", "http://127.0.0.1:9", GETI_TOKEN="x")
    assert run.returncode == 4
    assert "does not answer" in run.stderr


def test_a_wrong_key_is_exit_4_and_never_shown(tmp_path: Path) -> None:
    deployment = embedded.start("cloud")
    try:
        run = gate(tmp_path, "--geti-url", deployment.url, GETI_TOKEN="geti_pat_recognisable")
    finally:
        deployment.stop()
    assert run.returncode == 4
    assert "refuses the token" in run.stderr
    assert "recognisable" not in run.stderr + run.stdout


def test_ctrl_c_ends_with_2_and_leaves_nothing(tmp_path: Path) -> None:
    deployment = embedded.start("cloud")
    try:
        command = [sys.executable, "-u", "-m", "pytest", "suites", "-v", "--geti-url", deployment.url]
        command += ["--geti-report-dir", str(tmp_path / "out")]
        environment = os.environ | {"GETI_TOKEN": deployment.token}
        with subprocess.Popen(
            command, cwd=HERE, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as run:
            assert run.stdout is not None
            for line in run.stdout:
                if "PASSED" in line:
                    run.send_signal(signal.SIGINT)
                    break
            said = run.stdout.read()
        client = Client(deployment.url, deployment.token, "test")
        listed = client.send("GET", f"{discover(client).root}/projects").body
        client.close()
    finally:
        deployment.stop()
    assert run.returncode == 2, said[-2000:]
    assert listed["project_counts"] == 0
    assert deployment.token not in said
    assert deployment.token not in (tmp_path / "out" / "results.json").read_text()


def test_an_interrupt_while_the_reports_are_written_costs_none_of_them(tmp_path: Path) -> None:
    run = gate(tmp_path, "-s", "-p", "tests.support.interrupting_plugin", "-k", "image.side.min and bmp")
    assert "interrupted at Concluded" in run.stdout
    assert "interrupted at ReportsWritten" in run.stdout
    assert run.returncode == 6, run.stdout[-2000:]  # as without an interrupt: not everything was judged
    assert "VERDICT: INCOMPLETE" in run.stdout
    assert any(test["status"] == "passed" for test in report(tmp_path)["tests"])
