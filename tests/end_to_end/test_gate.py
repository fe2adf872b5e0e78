"""The gate as a user starts it: real processes, real HTTP, exit statuses, findings named right."""

from __future__ import annotations

import signal

import pytest

from contract.limits import LIMITS
from reference.faults import FAULTS


# One of each kind, two in a run where they break different requirements, in two formats; the power run goes through
# all, each alone and in every format.
@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (
            "image. and image-upload and (png or jpg)",
            ["image-side-max-off-by-one", "image-pixels-unchecked", "stored-despite-refusal"],
        ),
        ("image. and image-upload and (png or jpg)", ["silent-resize"]),
        ("image. and image-upload and (png or jpg)", ["refuse-415"]),
        ("video. and video-upload and (mp4 or avi)", ["video-width-7680", "refuse-500"]),
    ],
)
def test_each_fault_is_found_and_named_and_nothing_else_is(run_suites, kind: str, names: list[str]) -> None:
    run = run_suites(*(part for name in names for part in ("--geti-fault", name)), "-k", kind)
    assert run.status == 1, run.console
    findings = {(each["requirement"], each["side"], each["verdict"]) for each in run.findings}
    assert findings >= {(FAULTS[name].requirement, FAULTS[name].side, FAULTS[name].verdict) for name in names}
    assert {requirement for requirement, _, _ in findings} == {FAULTS[name].requirement for name in names}
    if "video-width-7680" in names:
        boundaries = {each["observed_boundary"] for each in run.findings if each["limit"] == "video.width.max"}
        assert boundaries == {7680}


# Each limit in one or two ways: each that is broken has its boundary searched.
_ONE_OF_EACH = (
    "(png or mp4 or organization. or project. or training. or annotation-versions) and not (lifecycle or property "
    "or direct or noise or race or empty or scratch or second-dataset or long-name or long-dataset-name "
    "or first-dataset or two-tasks or second-task or after-deletion or segmentation or two-for-one-place)"
)


@pytest.mark.parametrize("name", ["vp9-refused", "odd-h264-refused"])
def test_a_deployment_that_takes_the_files_of_one_encoder_only_is_found(run_suites, name: str) -> None:
    run = run_suites("--geti-fault", name, "-k", "encoders.video-upload")
    assert run.status == 1, run.console
    nonconforming = {each["requirement"] for each in run.findings if each["verdict"] == "nonconforming"}
    assert FAULTS[name].requirement in nonconforming
    assert "encoders.video-upload@avi" not in nonconforming


@pytest.mark.parametrize(
    ("name", "side"), [("accept-everything", "above"), ("refuse-everything", "not above and not below")]
)
def test_a_deployment_that_checks_nothing_fails_every_limit(run_suites, name: str, side: str) -> None:
    run = run_suites("--geti-fault", name, "-k", f"{side} and {_ONE_OF_EACH}", paths=("suites/limits",))
    assert run.status == 1, run.console
    # Where nothing can be uploaded there is nothing to annotate or to train on: those stay inconclusive.
    out_of_reach = {"training.dataset-size.max"} | ({"media.annotation-versions.max"} if "refuse" in name else set())
    assert {each["limit"] for each in run.findings} >= {limit.id for limit in LIMITS} - out_of_reach


def test_a_deployment_that_refuses_every_video_of_the_control_is_inconclusive(run_suites) -> None:
    run = run_suites("--geti-fault", "full-chroma-refused", "-k", "project.media.max and video-upload")
    tests = [test for test in run.results["tests"] if test["extra"]["requirement"] == "project.media.max@video-upload"]
    judged = [test for test in tests if test["extra"]["verdict"] != "not-applicable"]  # in no other way taken either
    assert [test["extra"]["verdict"] for test in judged] == 3 * ["inconclusive"]
    assert all("control refused with 400" in test["message"] for test in judged), [test["message"] for test in judged]


def test_a_limit_that_is_not_checked_is_found_in_combination_too(run_suites) -> None:
    run = run_suites("--geti-fault", "image-pixels-unchecked", "-k", "combination.")
    assert run.status == 1, run.console
    both = ("width-at-max-pixels-above", "both-sides-at-max")
    assert {each["requirement"] for each in run.findings} == {f"combination.image-upload@{name}" for name in both}


def test_cases_left_out_make_the_run_incomplete(run_suites, deployment) -> None:
    run = run_suites("-k", "image.side.min and bmp and not noise", deployment=deployment)
    assert run.status == 6, run.console
    assert run.results["extra"]["verdict"] == "incomplete"


def test_ctrl_c_ends_with_2_and_leaves_nothing(start_suites, deployment) -> None:
    run = start_suites("-v", deployment=deployment)
    run.until("PASSED")
    run.send_signal(signal.SIGINT)
    assert run.finish().status == 2, run.console
    assert deployment.project_names() == []
    assert deployment.token not in run.console
    assert deployment.token not in (run.out / "results.json").read_text()


def test_an_interrupt_while_the_reports_are_written_costs_none_of_them(run_suites, deployment) -> None:
    few = ("-k", "image.side.min and bmp", "-s", "-p", "tests.support.interrupting_plugin")
    run = run_suites(*few, deployment=deployment)
    assert "interrupted at Concluded" in run.console
    assert "interrupted at ReportsWritten" in run.console
    assert run.status == 6, run.console  # as without an interrupt: not everything was judged
    assert "VERDICT: INCOMPLETE" in run.console
    assert any(test["status"] == "passed" for test in run.results["tests"])
