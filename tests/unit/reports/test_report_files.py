"""The files of a run: valid by the reference implementation and by our own schema, whole or an error."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from junitparser import JUnitXml

from contract.results import Attempt, Exchange, Result, conclude
from contract.severity import SEVERITY
from contract.verdicts import Verdict
from reports.console import findings
from reports.files import REPORTS, ReportError, clear, write_reports
from reports.parser import read_report
from tests.unit.reports.samples import broken_width, run_info


def results() -> list[Result]:
    others = [Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE, Verdict.WAIVED]
    return [*broken_width(), *(Result(each.value, each.value, "t", each, "why") for each in others)]


def written(directory: Path, found: Sequence[Result], missing: Sequence[str] = ("never",)) -> dict[str, Any]:
    manifest = [*(each.case for each in found), *missing]
    write_reports(run_info(), found, manifest, conclude(found, manifest), directory)
    read: dict[str, Any] = json.loads((directory / "results.json").read_text())
    return read


def test_the_extra_is_what_its_schema_says(tmp_path: Path) -> None:
    schema = json.loads(files("reports").joinpath("extra-1.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    report = written(tmp_path, results())["results"]
    Draft202012Validator(schema).validate(report["extra"])
    judged = Draft202012Validator({**schema, "$ref": "#/$defs/judged"})
    missing = Draft202012Validator({**schema, "$ref": "#/$defs/missing"})
    for test in report["tests"]:
        (missing if test["status"] == "pending" else judged).validate(test["extra"])
    assert not judged.is_valid({**report["tests"][0]["extra"], "verdict": "fine"})


def test_every_verdict_and_every_attempt_reads_back_from_the_report(tmp_path: Path) -> None:
    attempts = (
        Attempt(Verdict.NOT_ENFORCED, "accepted", 200, None, 1, 0.5, alone=False, in_flight=("another",)),
        Attempt(Verdict.KEPT, "refused", 409, "limit_reached", 2, 0.5),
    )
    found = [Result(each.value, each.value, "t", each, "why") for each in Verdict]
    found = [replace(each, attempts=attempts) if each.verdict is Verdict.UNSTABLE else each for each in found]
    report = written(tmp_path, found)["results"]
    schema = json.loads(files("reports").joinpath("extra-1.schema.json").read_text(encoding="utf-8"))
    judged = Draft202012Validator({**schema, "$ref": "#/$defs/judged"})
    for test in report["tests"]:
        assert test["status"] == "pending" or judged.is_valid(test["extra"])
    assert list(read_report(tmp_path).results) == found
    assert set(SEVERITY) == set(Verdict)


def test_junit_counts_findings_as_failures_and_what_could_not_be_judged_as_errors(tmp_path: Path) -> None:
    written(tmp_path, results())
    (suite,) = JUnitXml.fromfile(str(tmp_path / "junit.xml"))
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (7, 2, 2, 2)


def test_junit_and_the_badge_name_the_contract_in_force(tmp_path: Path) -> None:
    run, found = run_info(contract="2.11", profile="on-prem"), results()
    write_reports(run, found, [each.case for each in found], conclude(found, [each.case for each in found]), tmp_path)
    (suite,) = JUnitXml.fromfile(str(tmp_path / "junit.xml"))
    said = {each.name: each.value for each in suite.properties()}
    assert said == {"contract": "2.11", "profile": "on-prem", "tier": "gate"}
    assert json.loads((tmp_path / "badge.json").read_text())["label"] == "geti contract 2.11"


def test_what_could_not_be_judged_shows_the_exchange_and_what_the_deployment_says(tmp_path: Path) -> None:
    said = '{"error_code": "bad_request", "message": "the name is taken", "http_status": 400}'
    control = Exchange("POST", "https://geti.example/api/v1/a/b/media/images", 400, 0.03, response=said)
    reason = "control refused with 400 bad_request: the name is taken"
    unjudged = Result("a@b", "a@b", "an image", Verdict.INCONCLUSIVE, reason, exchanges=(control,))
    written(tmp_path, [unjudged], ())
    (suite,) = JUnitXml.fromfile(str(tmp_path / "junit.xml"))
    line = "POST .../b/media/images got 400 in 30 ms: the name is taken"
    assert [error.text.splitlines()[1] for case in suite for error in case.result] == [line]
    for name in ("report.html", "summary.md"):
        assert line in (tmp_path / name).read_text(encoding="utf-8")
    assert f"  {line}" in findings(run_info(), [unjudged])


def test_an_answer_that_changes_shows_every_attempt(tmp_path: Path) -> None:
    attempts = (Attempt(Verdict.CRASHED, "answered 500", 500, None, 1_700_000_000_000, 0.25),) * 2
    written(tmp_path, [Result("a", "a", "t", Verdict.UNSTABLE, "it changes", attempts=attempts)], ())
    line = "attempt 2, 22:13:20.000 UTC, 0.2 s, alone: crashed, answered 500"
    for name in ("report.html", "summary.md", "junit.xml"):
        assert line in (tmp_path / name).read_text(encoding="utf-8")


def test_the_summary_names_limit_boundary_and_command(tmp_path: Path) -> None:
    written(tmp_path, results())
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    for words in (
        "## Geti contract: broken",
        "contract: `video width: at most 7,860 px, at video upload (the table)`",
        "documented **7,860**, observed **7,680** px",
        "| over-enforced | 2 |",
        "--geti-replay video.width.max@video-upload/at/width/mp4",
        "### Not judged",
    ):
        assert words in summary


@pytest.mark.parametrize(
    ("verdict", "message", "colour"),
    [
        (Verdict.KEPT, "kept", "brightgreen"),
        (Verdict.CRASHED, "broken, 1 finding", "red"),
        (Verdict.INCONCLUSIVE, "incomplete", "yellow"),
        (Verdict.WAIVED, "kept, 1 waived", "brightgreen"),
    ],
)
def test_the_badge_is_an_endpoint_of_shields(tmp_path: Path, verdict: Verdict, message: str, colour: str) -> None:
    written(tmp_path, [Result("a", "a", "t", verdict, "w")], ())
    badge = json.loads((tmp_path / "badge.json").read_text())
    assert badge == {"schemaVersion": 1, "label": "geti contract", "message": message, "color": colour}


@pytest.mark.parametrize("name", [name for name in REPORTS if name != "results.json"])
def test_where_one_report_cannot_be_written_the_others_do_not_say_kept(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(ReportError, match=name):
        written(tmp_path, [Result("a", "a", "t", Verdict.KEPT, "w")], ())
    extra = json.loads((tmp_path / "results.json").read_text())["results"]["extra"]
    assert (extra["verdict"], extra["exit_status"]) == ("incomplete", 6)


def test_a_report_that_reads_back_short_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda self: whole(self)[:-5])
    with pytest.raises(ReportError, match="does not read back"):
        written(tmp_path, [Result("a", "a", "t", Verdict.KEPT, "w")], ())


def test_reports_of_an_earlier_run_are_gone_before_the_next_one_begins(tmp_path: Path) -> None:
    written(tmp_path, results())
    (tmp_path / "mine.txt").write_text("stays")
    clear(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["mine.txt"]


def test_what_markdown_would_act_on_stands_in_code(tmp_path: Path) -> None:
    words = "`<img src=x>` @everyone [a](b) ``x``"
    found = [replace(broken_width()[0], reason=words, title=words)]
    written(tmp_path, found, ())
    line = next(line for line in (tmp_path / "summary.md").read_text().splitlines() if "@everyone" in line)
    assert line.strip() == f"``` {words} ```: ``` {words} ```"
