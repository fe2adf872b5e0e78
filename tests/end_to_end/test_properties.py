"""The properties against faults that no fixed probe sees: found at night, named right, and as simple as they get."""

from __future__ import annotations

import signal

import pytest

from contract.reach import DRAWN
from reference.faults import FAULTS

NIGHT = ("--geti-tier", "nightly", "--geti-seed", "1", "--geti-examples", "100")


@pytest.mark.parametrize(
    ("names", "kind", "found"),
    [
        (["wide-turned-passes"], "image.side.max", ["20001x64,orientation"]),
        pytest.param(
            ["jpeg-in-second-dataset-unchecked"], "image.side.min", ["31x64,format=j"], marks=pytest.mark.slow
        ),
        pytest.param(["wide-mjpeg-passes"], "video.width.max", ["7861x64,2s,format=m"], marks=pytest.mark.slow),
    ],
)
def test_what_no_fixed_probe_sees_is_found_and_made_simple(run_suites, names, kind, found) -> None:
    faults = [part for name in names for part in ("--geti-fault", name)]
    run = run_suites(*faults, *NIGHT, "-k", f"{kind} and property and upload")
    assert run.status == 1, run.console
    (finding,) = run.findings
    fault = FAULTS[names[0]]
    assert (finding["requirement"], finding["side"], finding["verdict"]) == (
        f"{kind}@{fault.requirement.partition('@')[2]}",
        fault.side,
        fault.verdict,
    )
    lines = [each["example"] for each in finding["sent"]["found"]]
    assert all(any(line.startswith(each) for line in lines) for each in found), lines
    assert len(lines) <= len(names) + 2
    assert {f"{kind}@{fault.requirement.partition('@')[2]}/property/{lines[0]}"} == {finding["replay"]}


@pytest.mark.parametrize(("faults", "status"), [(("--geti-fault", "wide-16-bit-passes"), 1), ((), 0)])
def test_the_line_of_a_finding_is_judged_again(run_suites, faults, status) -> None:
    run = run_suites(*faults, "--geti-replay", "image.side.max@image-upload/property/20001x64,mode=I;16")
    assert run.status == status, run.console
    assert len(run.judged) == 1


def test_an_interrupted_search_tells_what_was_searched(start_suites, deployment) -> None:
    endless = ("--geti-tier", "nightly", "--geti-minutes", "30", "-k", "image.side.min and property and upload")
    run = start_suites(*endless, deployment=deployment)
    while not deployment.project_names():
        assert run.status is None
    run.send_signal(signal.SIGINT)
    assert run.finish().status == 2, run.console
    assert "image.side.min@image-upload/property/inside" in run.results["extra"]["coverage"][DRAWN]["examples"]
    assert deployment.project_names() == []


def test_minutes_are_searched_to_their_end_and_no_longer(run_suites, deployment) -> None:
    minutes = ("--geti-tier", "nightly", "--geti-minutes", "0.1", "-k", "image.side.min and property and upload")
    run = run_suites(*minutes, deployment=deployment)
    assert set(run.verdicts.values()) == {"kept"}, run.console
    assert all(sum(counts.values()) > 2 for counts in run.results["extra"]["coverage"][DRAWN]["examples"].values())
