"""Writing the reports: whole or not at all, and read back before they count as written."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from contract.results import Conclusion, Result, RunInfo
from contract.verdicts import Verdict
from reports.ctrf import ctrf
from reports.history import HistoryError, earlier, kept_run, record
from reports.page import END, page
from reports.summary import badge, summary
from reports.text import escape
from reports.trends import RUNS, history_of

REPORTS: Final = ("results.json", "report.html", "junit.xml", "summary.md", "badge.json")


class ReportError(Exception):
    """A report could not be written whole: whoever reads the directory would read an older run or half of this."""


def clear(directory: Path) -> None:
    """Remove the reports of an earlier run: a run that dies must not leave them to be taken for its own."""
    for name in REPORTS:
        try:
            (directory / name).unlink(missing_ok=True)
        except NotADirectoryError:
            raise ReportError(f"{directory} is no directory; give another --geti-report-dir") from None
        except OSError as error:
            raise ReportError(f"{directory / name} cannot be replaced ({error.strerror})") from None


def write_reports(
    run: RunInfo,
    results: Sequence[Result],
    manifest: Sequence[str],
    conclusion: Conclusion,
    directory: Path,
    history: Path | None = None,
) -> None:
    """Write ``REPORTS`` into ``directory``, ``results.json`` last, and keep the run in ``history`` where one is given.

    Raises ``ReportError`` naming the file.

    Where another file could not be written ``results.json`` says so, and is not kept.
    """
    failure: ReportError | None = None
    try:
        _write_beside(run, results, conclusion, directory, _told(run, results, conclusion, history))
        if history is not None:
            record(history, run, results, conclusion)
    except (ReportError, HistoryError) as error:
        failure, conclusion = ReportError(str(error)), conclusion.not_kept()
        run = replace(run, notes=(*run.notes, f"reports not written: {error}"))
    text = json.dumps(ctrf(run, results, manifest, conclusion), indent=1)
    _write(directory / "results.json", text, lambda read: json.loads(read) == json.loads(text))
    if failure is not None:
        raise failure


def _told(run: RunInfo, results: Sequence[Result], conclusion: Conclusion, history: Path | None) -> dict[str, Any]:
    if history is None:
        return {}
    return history_of([*earlier(history, run, RUNS - 1), kept_run(run, results, conclusion)])


def _write_beside(
    run: RunInfo, results: Sequence[Result], conclusion: Conclusion, directory: Path, history: Mapping[str, Any]
) -> None:
    count = len(results) + len(conclusion.missing)
    _write(
        directory / "junit.xml",
        junit(results, conclusion).tostring().decode(),  # type: ignore[no-untyped-call]
        lambda read: sum(len(part) for part in JUnitXml.fromstring(read.encode())) == count,
    )
    told = summary(run, results, conclusion)
    _write(directory / "summary.md", told, lambda read: read == told)
    shown_page = page(run, results, conclusion, history)
    _write(directory / "report.html", shown_page, lambda read: read == shown_page and END in read)
    shown = badge(results, conclusion)
    _write(directory / "badge.json", json.dumps(shown), lambda read: json.loads(read) == shown)


def junit(results: Sequence[Result], conclusion: Conclusion) -> JUnitXml:
    """JUnit: a failure for a broken case, an error for one that could not be judged or is missing."""
    cases = []
    for result in results:
        case = TestCase(escape(result.case), escape(result.requirement), result.elapsed_s)
        message = escape(f"{result.title}: {result.verdict}: {result.reason}")
        if result.broken:
            failure = Failure(message, result.verdict.value)
            failure.text = f"{message}\n{escape(result.curl or '')}"
            case.result = [failure]
        elif result.verdict is Verdict.INCONCLUSIVE:
            case.result = [Error(message, result.verdict.value)]
        elif result.verdict is not Verdict.KEPT:
            case.result = [Skipped(message)]
        cases.append(case)
    for name in conclusion.missing:
        case = TestCase(escape(name), escape(name.split("/")[0]))
        case.result = [Error("never judged", Verdict.INCONCLUSIVE.value)]
        cases.append(case)
    suite = TestSuite("geti-contract")
    suite.add_testcases(cases)  # one by one it counts all of them again each time
    document = JUnitXml("geti-contract")
    document.add_testsuite(suite)
    return document


def _write(path: Path, text: str, reads_back: Callable[[str], bool]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as out:
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
            Path(part).chmod(0o644)
            Path(part).replace(path)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
        try:
            whole = reads_back(path.read_text(encoding="utf-8"))
        except (ValueError, SyntaxError):  # of JSON, UTF-8 and XML
            whole = False
        if not whole:
            raise ReportError(f"{path} does not read back as it was written; write to another directory")
    except OSError as error:
        raise ReportError(
            f"{path} cannot be written ({error.strerror}); free space or give --geti-report-dir"
        ) from None
