"""The history: every run is kept, and what is new, fixed, flaky or still broken compares with those before."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from contract.results import Result, RunInfo, conclude
from contract.verdicts import Verdict
from reports.__main__ import main
from reports.changes import Kind, changes
from reports.files import ReportError, write_reports
from reports.history import HistoryError, earlier, kept_run, last, record
from reports.parser import read_report
from tests.unit.reports.samples import run_info

K, B, U, N = Verdict.KEPT, Verdict.CRASHED, Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE


def info(number: int, url: str = "https://geti.example") -> RunInfo:
    started = number * 1000
    return run_info(run_id=f"run{number}", tier="nightly", base_url=url, started_ms=started, stopped_ms=started + 9)


def judged(*verdicts: Verdict) -> list[Result]:
    return [Result(f"r{place}@x/c", f"r{place}@x", "t", verdict, "w") for place, verdict in enumerate(verdicts)]


def keep(directory: Path, number: int, results: Sequence[Result], url: str = "https://geti.example") -> None:
    record(directory, info(number, url), results, conclude(results, [each.case for each in results]))


@pytest.mark.parametrize(
    ("states", "kind"),
    [
        ([K, B], Kind.NEW),
        ([B], Kind.NEW),
        ([B, B], Kind.STILL),
        ([B, K], Kind.FIXED),
        ([K, B, K], Kind.FIXED),
        ([B, K, B], Kind.FLAKY),
        ([B, K, B, K], Kind.FLAKY),
        ([B, U, B], Kind.STILL),
        ([B, U], None),
        ([B, N], None),
        ([K, K], None),
        ([B, K, *[K] * 9, B], Kind.NEW),
    ],
)
def test_a_finding_is_compared_with_the_runs_before(tmp_path: Path, states: list[Verdict], kind: Kind | None) -> None:
    for number, state in enumerate(states):
        keep(tmp_path, number, judged(state))
    assert [change.kind for change in changes(last(tmp_path))] == ([kind] if kind else [])


def test_runs_of_another_deployment_or_tier_are_not_compared(tmp_path: Path) -> None:
    keep(tmp_path, 1, judged(K))
    keep(tmp_path, 2, judged(B), "https://other.example")
    assert [run.run_id for run in earlier(tmp_path, info(3))] == ["run1"]
    assert earlier(tmp_path, replace(info(3), tier="gate")) == []


def test_embedded_deployments_are_compared_whatever_their_port(tmp_path: Path) -> None:
    results = judged(K)
    record(tmp_path, replace(info(1, "http://127.0.0.1:1"), embedded=True), results, conclude(results, []))
    assert len(earlier(tmp_path, replace(info(2, "http://127.0.0.1:2"), embedded=True))) == 1


def test_the_history_is_read_back_to_thirty_runs(tmp_path: Path) -> None:
    for number in range(35):
        keep(tmp_path, number, judged(K, B if number % 2 else K))
    runs = last(tmp_path)
    assert [run.run_id for run in runs] == [f"run{number}" for number in range(5, 35)]
    assert [(run.broken, run.unjudged) for run in runs[-2:]] == [(1, 0), (0, 0)]
    assert len(earlier(tmp_path, info(99))) == 29


def test_a_change_names_the_observed_boundary(tmp_path: Path) -> None:
    for number, observed in enumerate((None, 7680)):
        results = judged(B if observed else K)
        keep(tmp_path, number, [replace(results[0], boundary=observed and f"{observed:,}", documented=7860)])
    assert [change.words for change in changes(last(tmp_path))] == ["crashed, documented 7,860, observed 7,680"]


def test_the_page_compares_with_the_run_before_and_lists_the_last_runs(tmp_path: Path) -> None:
    for number, state in enumerate((K, B)):
        results = judged(state)
        conclusion = conclude(results, [results[0].case])
        write_reports(info(number), results, [results[0].case], conclusion, tmp_path / "out", tmp_path / "history")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<b>new</b> r0@x: crashed" in page
    assert '<span class="kind">new</span> t</h3>' in page
    assert "Compared with run run0" in page
    assert "The last 2 runs" in page


def test_diff_names_what_is_new_and_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number, states in enumerate(((K, B, K), (B, B, K))):
        results = judged(*states)
        manifest = [each.case for each in results]
        write_reports(info(number), results, manifest, conclude(results, manifest), tmp_path / str(number), tmp_path)
    assert main(["diff", str(tmp_path / "0"), str(tmp_path / "1")]) == 1
    output = capsys.readouterr().out
    assert "NEW: r0@x: crashed (1 case)" in output
    assert "STILL BROKEN: r1@x" in output
    assert main(["diff", "--history", str(tmp_path)]) == 1
    assert capsys.readouterr().out == output
    assert main(["diff", str(tmp_path / "1"), str(tmp_path / "0")]) == 0
    assert "FIXED: r0@x" in capsys.readouterr().out


def test_a_history_that_cannot_be_used_is_an_error_and_the_run_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "history.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(HistoryError, match="move it away"):
        keep(tmp_path, 1, judged(K))
    results = judged(K)
    with pytest.raises(ReportError, match="move it away"):
        write_reports(info(1), results, [results[0].case], conclude(results, [results[0].case]), tmp_path, tmp_path)
    assert read_report(tmp_path).conclusion.verdict == "incomplete"


def test_a_history_of_a_later_version_is_refused(tmp_path: Path) -> None:
    keep(tmp_path, 1, judged(K))
    with sqlite3.connect(tmp_path / "history.sqlite") as base:
        base.execute("PRAGMA user_version = 3")
    base.close()
    with pytest.raises(HistoryError, match="version 3"):
        last(tmp_path)


def test_a_history_of_the_first_version_goes_on(tmp_path: Path) -> None:
    keep(tmp_path, 1, judged(K))
    with sqlite3.connect(tmp_path / "history.sqlite") as base:
        base.executescript("ALTER TABLE runs DROP COLUMN facts; PRAGMA user_version = 1;")
    base.close()
    keep(tmp_path, 2, judged(K))
    first, second = last(tmp_path)
    assert first.facts == {}
    assert second.facts == {"build-version": "2.0.0"}
    assert changes([first, second]) == []


def test_a_switch_that_changed_stands_beside_what_changed_with_it(tmp_path: Path) -> None:
    for number, (switched, verdict) in enumerate((("false", K), ("true", B))):
        run = replace(info(number), switches={"FEATURE_FLAG_X": switched})
        results = judged(verdict)
        record(tmp_path, run, results, conclude(results, [each.case for each in results]))
    switched_now, new = changes(last(tmp_path))
    assert (switched_now.kind, switched_now.requirement, switched_now.words) == (
        Kind.SWITCHED,
        "FEATURE_FLAG_X",
        "true, was false",
    )
    assert new.kind is Kind.NEW


def test_a_run_is_compared_with_those_that_were_held_to_the_same_contract(tmp_path: Path) -> None:
    results = judged(K)
    for number, contract in enumerate(("2.0", "2.11", "2.0")):
        run = replace(info(number), contract=contract)
        record(tmp_path, run, results, conclude(results, [each.case for each in results]))
    assert [run.run_id for run in last(tmp_path)] == ["run0", "run2"]


def test_a_run_fits_in_the_history_as_it_was(tmp_path: Path) -> None:
    results = judged(K, B)
    keep(tmp_path, 1, results)
    assert last(tmp_path) == [kept_run(info(1), results, conclude(results, [each.case for each in results]))]


def test_what_no_run_of_thirty_has_drawn_is_named(tmp_path: Path) -> None:
    drawn = {"properties": {"dimensions": {"mode": {"L": 1, "I;16": 0}, "rate": {"5": 0}}}}
    for number in range(30):
        run = replace(info(number), coverage=drawn)
        write_reports(run, judged(K), ["r0@x/c"], conclude(judged(K), ["r0@x/c"]), tmp_path / "out", tmp_path)
        notes = read_report(tmp_path / "out").run.notes
        named = [note.rpartition("drawn ")[2] for note in notes if "no search has ever drawn" in note]
        assert named == (["mode I;16", "rate 5"] if number == 29 else [])
