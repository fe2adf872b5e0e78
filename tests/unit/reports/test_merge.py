"""Shards joined: the whole is what the shards are together, and nothing that is missing is ever kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from contract.results import ExitStatus, Result, RunInfo, conclude
from contract.shards import Shard
from contract.verdicts import Verdict
from reports.__main__ import main
from reports.files import write_reports
from reports.merge import MergeError, merge
from reports.parser import Report, read_report
from tests.unit.reports.samples import run_info

CASES = ("a@x/1", "a@x/2", "b@x/1")


def run(index: int, count: int = 3) -> RunInfo:
    started = 1000 * index
    return run_info(
        run_id=f"run{index}", started_ms=started, stopped_ms=started + 500, shard=Shard(index, count), whole=CASES
    )


def shard(index: int, verdict: Verdict = Verdict.KEPT, **changed: object) -> Report:
    case = CASES[index - 1]
    results = (Result(case, case.split("/")[0], "t", verdict, "why"),)
    return Report(replace(run(index), **changed), results, conclude(results, [case]))  # type: ignore[arg-type]


def test_shards_together_are_the_run() -> None:
    whole = merge([shard(3), shard(1), shard(2)])
    assert whole.conclusion.exit_status is ExitStatus.KEPT
    assert [result.case for result in whole.results] == list(CASES)
    assert (whole.run.requests, whole.run.started_ms, whole.run.stopped_ms) == (30, 1000, 3500)
    assert whole.run.operations[0].statuses["200"] == 3


def test_a_missing_shard_leaves_the_whole_incomplete_and_is_named() -> None:
    whole = merge([shard(1), shard(3)])
    assert whole.conclusion.exit_status is ExitStatus.INCOMPLETE
    assert whole.conclusion.missing == (CASES[1],)
    assert any("shard 2/3 is missing" in note for note in whole.run.notes)


def test_a_missing_shard_without_cases_of_its_own_is_missed_too() -> None:
    empty = replace(run(3, 4), whole=CASES)
    parts = [replace(shard(i), run=replace(run(i, 4))) for i in (1, 2, 3)]
    assert merge([*parts[:2], replace(parts[2], run=empty)]).conclusion.exit_status is ExitStatus.INCOMPLETE


def test_what_a_shard_left_open_stays_open() -> None:
    parts = [shard(1), shard(2), shard(3)]
    parts[1] = replace(parts[1], conclusion=parts[1].conclusion.not_kept())
    assert merge(parts).conclusion.exit_status is ExitStatus.INCOMPLETE


def test_a_finding_of_one_shard_breaks_the_whole() -> None:
    assert merge([shard(1), shard(2, Verdict.CRASHED)]).conclusion.exit_status is ExitStatus.BROKEN


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"base_url": "https://other.example"}, "deployment"),
        ({"profile": "on-prem"}, "profile"),
        ({"seed": 8}, "seed"),
        ({"whole": CASES[:2]}, "list of cases"),
        ({"shard": Shard(1, 3)}, "there twice"),
        ({"shard": Shard(2, 4)}, "number of shards"),
    ],
)
def test_what_are_no_shards_of_one_run_is_refused(changed: dict[str, object], words: str) -> None:
    with pytest.raises(MergeError, match=words):
        merge([shard(1), shard(2, **changed)])


def test_a_waiver_is_judged_over_all_shards() -> None:
    lines = ['requirement = "b@x"', 'verdict = "crashed"', 'owner = "a"', 'reason = "r"', 'ticket = "t"']
    text = "\n".join(["[[waiver]]", *lines, "expires = 9999-01-01"])
    waivers = {"source": "w", "text": text}
    kept = merge([shard(index, waivers=waivers) for index in (1, 2, 3)])
    assert kept.conclusion.stale == ("w:1: the waiver of b@x is needed no longer, it is kept now; remove line 1 to 7",)


def test_reports_are_merged_from_their_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for index in (1, 2, 3):
        part = shard(index)
        write_reports(part.run, part.results, part.manifest, part.conclusion, tmp_path / str(index))
        assert read_report(tmp_path / str(index)) == part
    assert main(["merge", *(str(tmp_path / each) for each in "123"), "-o", str(tmp_path / "whole")]) == 0
    assert main(["merge", *(str(tmp_path / each) for each in "13"), "-o", str(tmp_path / "part")]) == 6
    assert "shard 2/3 is missing" in capsys.readouterr().out
    assert len(read_report(tmp_path / "whole").results) == 3


def test_a_report_that_is_cut_short_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    part = shard(1)
    write_reports(part.run, part.results, part.manifest, part.conclusion, tmp_path)
    file = tmp_path / "results.json"
    file.write_text(file.read_text()[:-40])
    assert main(["merge", str(tmp_path), "-o", str(tmp_path / "whole")]) == 4
    assert "cut short" in capsys.readouterr().err
