"""Results as JUnit XML: a failure for a broken case, an error for one that could not be judged or is missing."""

from __future__ import annotations

from collections.abc import Sequence

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from contract.results import Conclusion, Result
from contract.verdicts import Verdict
from reports.text import escape


def junit(results: Sequence[Result], conclusion: Conclusion) -> str:
    """The whole file."""
    suite = TestSuite("geti-contract")
    # One by one the suite counts all of them again each time.
    suite.add_testcases([*map(_judged, results), *map(_missing, conclusion.missing)])
    document = JUnitXml("geti-contract")
    document.add_testsuite(suite)
    return str(document.tostring().decode())  # type: ignore[no-untyped-call]


def _judged(result: Result) -> TestCase:
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
    return case


def _missing(name: str) -> TestCase:
    case = TestCase(escape(name), escape(name.split("/")[0]))
    case.result = [Error("never judged", Verdict.INCONCLUSIVE.value)]
    return case
