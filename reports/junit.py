"""Results as JUnit XML: a failure for a broken case, an error for one that could not be judged or is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from contract.results import Conclusion, Result, RunInfo
from contract.verdicts import Verdict
from reports.evidence import answered, attempts
from reports.text import escape


def junit(run: RunInfo, results: Sequence[Result], conclusion: Conclusion, folders: Mapping[str, Sequence[str]]) -> str:
    """The whole file, with what the deployment was held to as properties.

    ``folders`` are the files of the finding that a case is part of, by the name of the case.
    They stand in ``system-out`` as GitLab and the attachments of Jenkins read them.
    """
    suite = TestSuite("geti-contract")
    for name, value in (("contract", run.contract), ("profile", run.profile), ("tier", run.tier)):
        suite.add_property(name, escape(value))
    # One by one the suite counts all of them again each time.
    judged = [_judged(result, folders.get(result.case, ())) for result in results]
    suite.add_testcases([*judged, *map(_missing, conclusion.missing)])
    document = JUnitXml("geti-contract")
    document.add_testsuite(suite)
    return str(document.tostring().decode())  # type: ignore[no-untyped-call]


def _judged(result: Result, files: Sequence[str]) -> TestCase:
    case = TestCase(escape(result.case), escape(result.requirement), result.elapsed_s)
    message = escape(f"{result.title}: {result.verdict}: {result.reason}")
    if result.broken:
        failure = Failure(message, result.verdict.value)
        failure.text = _evidence(message, result)
        case.result = [failure]
    elif result.verdict is Verdict.INCONCLUSIVE:
        error = Error(message, result.verdict.value)
        error.text = _evidence(message, result)
        case.result = [error]
    elif result.verdict is not Verdict.KEPT:
        case.result = [Skipped(message)]
    if files:
        case.system_out = "\n".join(f"[[ATTACHMENT|{file}]]" for file in files)
    return case


def _evidence(message: str, result: Result) -> str:
    exchange = [answered(result.exchange)] if result.exchange else []
    lines = [*attempts(result), *exchange, *([result.curl] if result.curl else [])]
    return "\n".join([message, *map(escape, lines)])


def _missing(name: str) -> TestCase:
    case = TestCase(escape(name), escape(name.split("/")[0]))
    case.result = [Error("never judged", Verdict.INCONCLUSIVE.value)]
    return case
