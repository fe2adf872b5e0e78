"""The power run: what counts as killed, as named right and as a false positive; what it writes and reads again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from benchmarks.power.early_stop import EarlyStop, ExpectedFinding
from benchmarks.power.kept_results import KeepingError, Kept
from benchmarks.power.readme import BEGIN, END, ReadmeError, put_into
from benchmarks.power.runs import Finding, GateRun
from benchmarks.power.scores import score, summary, table, unkilled
from contract.cases import Case, Requirement
from contract.results import Result
from contract.verdicts import Verdict
from harness.events import CaseJudged
from reference.behaviour import Behaviour
from reference.faults.fault import Fault

WIDTH = "video.width.max@video-upload"
FAULT = Fault("f", "F.", "value", (WIDTH,), "at", "over-enforced", Behaviour, ("combination.*",))


def run(*findings: tuple[str, str | None, Verdict], status: int = 1) -> GateRun:
    return GateRun(status, tuple(Finding(*each) for each in findings), 2.0, "")


@pytest.mark.parametrize(
    ("found", "killed", "named", "false_positives"),
    [
        (run((WIDTH, "at", Verdict.OVER_ENFORCED)), True, True, 0),
        (run((WIDTH, "above", Verdict.CRASHED)), True, False, 0),
        (run((WIDTH, "at", Verdict.KEPT), ("image.side.max@image-upload", "at", Verdict.UNCLEAN)), False, False, 1),
        (run((WIDTH, "at", Verdict.OVER_ENFORCED), ("combination.x@y", None, Verdict.UNCLEAN)), True, True, 0),
        (run((WIDTH, "at", Verdict.OVER_ENFORCED), status=0), False, True, 0),
        (run((WIDTH, "at", Verdict.INCONCLUSIVE), status=6), False, False, 0),
        (run(status=-1), False, False, 0),
    ],
)
def test_only_a_finding_at_the_right_requirement_kills(
    found: GateRun, killed: bool, named: bool, false_positives: int
) -> None:
    result = score(FAULT, found)
    assert (result.killed, result.named, len(result.false_positives)) == (killed, named, false_positives)


def test_a_survivor_is_named_and_no_row_rounds_it_away() -> None:
    scores = [score(FAULT, run((WIDTH, "at", Verdict.OVER_ENFORCED))), score(FAULT, run(status=0))]
    assert "| value | 1/2 (50 %) | 1/2 | 0 | 2.0 |" in table(scores)
    assert "Survivors: f." in summary(scores, run((WIDTH, "at", Verdict.KEPT), status=0))[0]


def test_a_requirement_that_no_fault_breaks_is_listed() -> None:
    scores = [score(FAULT, run((WIDTH, "at", Verdict.OVER_ENFORCED)))]
    assert unkilled([WIDTH, "openapi.pages@list_projects"], scores) == ["openapi.pages@list_projects"]


def test_an_expected_finding_is_written_and_read_alike() -> None:
    expected = ExpectedFinding((WIDTH, "openapi.key-*"), "at", "over-enforced")
    assert ExpectedFinding.parse(expected.text) == expected
    assert expected.concerns("openapi.key-missing@list_projects")
    assert expected.is_shown_by(result(WIDTH))
    assert not expected.is_shown_by(replace(result(WIDTH), side="below"))


def result(requirement: str, verdict: Verdict = Verdict.OVER_ENFORCED) -> Result:
    return Result(case="c", requirement=requirement, title="t", verdict=verdict, reason="r", side="at")


def stopped(
    expected: ExpectedFinding, requirements: Sequence[str], shown: Collection[str]
) -> tuple[list[str], list[bool]]:
    """The order in which the cases of some requirements run, and after which of them the run was to stop."""
    session = SimpleNamespace(shouldstop=False)
    items = [
        SimpleNamespace(
            path=Path(name[:3], "t.py"),
            session=session,
            callspec=SimpleNamespace(params={"case": Case(requirement=Requirement(*name.split("@")))}),
        )
        for name in requirements
    ]
    plugin, stops = EarlyStop(expected), []
    plugin.pytest_collection_modifyitems(cast(list[pytest.Item], items))
    order = [item.callspec.params["case"].requirement.id for item in items]
    for item, name in zip(items, order, strict=True):
        plugin.pytest_geti_event(CaseJudged(result(name, Verdict.OVER_ENFORCED if name in shown else Verdict.KEPT)))
        plugin.pytest_runtest_teardown(cast(pytest.Item, item))
        stops.append(bool(session.shouldstop))
    return order, stops


def test_a_run_stops_once_all_that_is_expected_has_run_and_each_part_of_it_was_shown() -> None:
    names = (WIDTH, "openapi.pages@a", "image.side.max@image-upload", "openapi.pages@b", "openapi.pages@b")
    expected = ExpectedFinding((WIDTH, "openapi.pages@*"), "at", "over-enforced")
    order, stops = stopped(expected, names, shown=(WIDTH, "openapi.pages@a"))
    assert order[-1] == "image.side.max@image-upload"
    assert stops == [False, False, False, True, True]


def test_a_run_goes_on_while_part_of_what_is_expected_was_not_shown() -> None:
    assert stopped(ExpectedFinding((WIDTH,), "at", "over-enforced"), (WIDTH,), shown=())[1] == [False]


def test_kept_runs_read_back_and_other_files_are_refused(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "kept")
    kept.keep("f", run((WIDTH, "at", Verdict.OVER_ENFORCED), ("document.valid", None, Verdict.KEPT)))
    assert Kept(tmp_path / "kept").runs == kept.runs
    (tmp_path / "other").write_text("no runs\n")
    with pytest.raises(KeepingError, match="holds no runs"):
        Kept(tmp_path / "other")


def test_the_table_takes_the_place_of_the_last_one_and_of_nothing_else(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    put_into(str(readme), ["| new |"])
    assert readme.read_text() == f"before\n{BEGIN}\n| new |\n{END}\nafter\n"
    readme.write_text("no marks")
    with pytest.raises(ReadmeError, match="no one pair of marks"):
        put_into(str(readme), ["| new |"])
    assert readme.read_text() == "no marks"
