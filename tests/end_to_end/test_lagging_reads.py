"""Reads that are behind for a moment are no finding; what takes effect too late is one."""

from __future__ import annotations

import pytest

from contract.profiles import CLOUD, scaled_down
from contract.verdicts import BROKEN
from reference.faults import FAULTS

# Some of each family that reads a state and concludes from it.
STATE = (
    "image.side.min and png and not noise or video.side.min and mp4 or name- or project.labels.max or project.tasks.max"
    " or annotation-versions or project.media.max or dataset-import or sequence or deleted-ids or pages or another"
)
# What a gate sets low by itself where it starts its deployment.
LIMITS = {key: value for key, value in scaled_down(CLOUD).changed().items() if isinstance(value, int)}


@pytest.fixture
def judge_lagging(run_suites, start_deployment, tmp_path):
    """Judges a deployment behind whose address a second host is up to 200 ms late."""

    def judge(*options: str):
        profile = tmp_path / "profile.toml"
        profile.write_text("\n".join(["[limits]", *(f'"{key}" = {value}' for key, value in LIMITS.items())]))
        deployment = start_deployment(limits=LIMITS, lag_s=0.2)
        run = run_suites("--geti-profile", str(profile), *options, deployment=deployment)
        assert deployment.project_names() == []
        return run

    return judge


def test_two_hosts_behind_one_address_are_no_finding(judge_lagging) -> None:
    run = judge_lagging("-k", STATE)
    assert run.findings == [], run.console
    assert set(run.verdicts.values()) <= {"kept", "not-applicable"}, run.console
    assert "Note: reads lagged by up to 0." in run.console
    assert "LEFT BEHIND" not in run.console


@pytest.mark.slow
def test_two_hosts_behind_one_address_keep_the_whole_contract(judge_lagging) -> None:
    assert judge_lagging().status == 0


def test_what_is_read_once_is_reported(judge_lagging) -> None:
    run = judge_lagging("--geti-settle", "0", "-k", "sequence or image.side.min and png and not noise")
    assert set(run.verdicts.values()) & BROKEN, run.console


@pytest.mark.parametrize("name", ["deletion-takes-effect-late", "edit-shows-late"])
def test_what_takes_effect_too_late_is_found(run_suites, name: str) -> None:
    run = run_suites("--geti-fault", name, "-k", "sequence")
    found = {(each["requirement"], each["verdict"]) for each in run.findings}
    assert found == {(requirement, FAULTS[name].verdict) for requirement in FAULTS[name].requirements}
