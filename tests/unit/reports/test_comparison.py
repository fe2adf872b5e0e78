"""Two runs in rows by cause, with the documents of both where they are known; and a record that reads back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from contract.results import Result, conclude
from contract.verdicts import Verdict
from reports.__main__ import main
from reports.comparison import comparison_lines, comparison_of
from reports.files import ReportError
from reports.parser import UnreadableError
from reports.record import prove_writable, read_record, write_record
from tests.unit.reports.samples import broken_width, run_info

KEPT = [replace(each, verdict=Verdict.KEPT, boundary=None, observed_boundary=None) for each in broken_width()]
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "x", "version": "1"},
    "paths": {"/projects": {"get": {"responses": {"200": {"description": "x"}, "404": {"description": "x"}}}}},
}


def side(results: list[Result], *more: str):
    return run_info(), results, [*(each.case for each in results), *more]


def test_cases_of_one_cause_are_one_row() -> None:
    comparison = comparison_of(side(KEPT), side(broken_width()))
    (row,) = comparison["rows"]
    assert (row["effect"], row["number"], comparison["exit_status"]) == ("worse", 2, 1)
    assert row["what"] == ["verdict", "boundary", "status"] or row["what"] == ["verdict", "boundary"]
    text = "\n".join(comparison_lines(comparison))
    assert "WORSE: video.width.max@video-upload" in text
    assert text.endswith("COMPARISON: the second accepts less, or answers worse, than the first")


def test_what_neither_side_judged_is_said_and_is_not_green() -> None:
    comparison = comparison_of(side(KEPT, "never/judged"), side(KEPT))
    assert (comparison["rows"], comparison["neither"], comparison["exit_status"]) == ([], 1, 6)
    assert "JUDGED ON NEITHER SIDE: 1 case" in "\n".join(comparison_lines(comparison))


def test_what_the_document_no_longer_promises_is_worse_and_more_of_it_is_not() -> None:
    get = DOCUMENT["paths"]["/projects"]["get"]
    less = {**DOCUMENT, "paths": {"/projects": {"get": {**get, "responses": {"200": {"description": "x"}}}}}}
    worse = comparison_of(side(KEPT), side(KEPT), (DOCUMENT, less))
    assert [(row["effect"], row["what"], row["words"]) for row in worse["rows"]] == [
        ("worse", ["schema"], "no longer declares 404")
    ]
    assert worse["exit_status"] == 1
    assert comparison_of(side(KEPT), side(KEPT), (less, DOCUMENT))["exit_status"] == 0


def test_a_record_reads_back_with_its_document_and_a_report_without(tmp_path: Path) -> None:
    manifest = [each.case for each in KEPT]
    conclusion = conclude(KEPT, manifest)
    file = tmp_path / "record.json"
    write_record(file, run_info(), KEPT, manifest, conclusion, DOCUMENT)
    recorded = read_record(file)
    assert recorded.document == DOCUMENT
    assert [each.case for each in recorded.side[1]] == manifest
    write_record(file, run_info(), KEPT, manifest, conclusion, {})
    assert read_record(file).document is None
    file.write_text(file.read_text()[:100])
    with pytest.raises(UnreadableError, match="cut short"):
        read_record(file)


def test_a_record_that_cannot_be_written_is_refused_before_a_run(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path, tmp_path / "file" / "record.json"):
        with pytest.raises(ReportError, match="--geti-record"):
            prove_writable(place)


def test_two_records_are_compared_by_a_command_of_their_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [tmp_path / name for name in ("first.json", "second.json", "other.json")]
    manifest = [each.case for each in KEPT]
    for file, run, results in zip(
        files, (run_info(), run_info(), run_info(seed=3)), (KEPT, broken_width(), KEPT), strict=True
    ):
        write_record(file, run, results, manifest, conclude(results, manifest), DOCUMENT)
    first, second, other = map(str, files)
    assert main(["compare", first, second]) == 1
    assert main(["compare", second, first]) == 0
    assert main(["compare", first, other]) == 4
    assert "give --geti-seed as there" in capsys.readouterr().err
