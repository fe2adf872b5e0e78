"""Writing the reports: whole or not at all, and read back before they count as written."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from contract.results import Conclusion, Result, RunInfo
from contract.verdicts import Verdict
from reports.ctrf import ctrf


class ReportError(Exception):
    """A report could not be written whole: whoever reads the directory would read an older run or half of this."""


def write_reports(
    run: RunInfo, results: Sequence[Result], manifest: Sequence[str], conclusion: Conclusion, directory: Path
) -> None:
    """Write ``results.json`` and ``junit.xml`` into ``directory``. Raises ``ReportError`` naming the file."""
    report = ctrf(run, results, manifest, conclusion)
    text = json.dumps(report, indent=1)
    _write(directory / "results.json", text, lambda read: json.loads(read) == json.loads(text))
    suite = junit(results, conclusion)
    count = len(results) + len(conclusion.missing)
    _write(
        directory / "junit.xml",
        suite.tostring().decode(),  # type: ignore[no-untyped-call]
        lambda read: sum(len(part) for part in JUnitXml.fromstring(read.encode())) == count,
    )


def junit(results: Sequence[Result], conclusion: Conclusion) -> JUnitXml:
    """JUnit: a failure for a broken case, an error for one that could not be judged or is missing."""
    suite = TestSuite("geti-contract")
    for result in results:
        case = TestCase(result.case, result.requirement, result.elapsed_s)
        message = f"{result.title}: {result.verdict}: {result.reason}"
        if result.broken:
            failure = Failure(message, result.verdict.value)
            failure.text = f"{message}\n{result.curl or ''}"
            case.result = [failure]
        elif result.verdict is Verdict.INCONCLUSIVE:
            case.result = [Error(message, result.verdict.value)]
        elif result.verdict is not Verdict.KEPT:
            case.result = [Skipped(message)]
        suite.add_testcase(case)
    for name in conclusion.missing:
        case = TestCase(name, name.split("/")[0])
        case.result = [Error("never judged", Verdict.INCONCLUSIVE.value)]
        suite.add_testcase(case)
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
        if not reads_back(path.read_text(encoding="utf-8")):
            raise ReportError(f"{path} does not read back as it was written; write to another directory")
    except OSError as error:
        raise ReportError(
            f"{path} cannot be written ({error.strerror}); free space or give --geti-report-dir"
        ) from None
