"""What a run concludes from its results: what was not judged is never kept."""

from __future__ import annotations

import pytest

from contract.results import Conclusion, ExitStatus, Result, RunVerdict, conclude
from contract.verdicts import Verdict


def result(verdict: Verdict, case: str = "a") -> Result:
    return Result(case, "r", "t", verdict, "why")


@pytest.mark.parametrize(
    ("results", "stale", "concluded"),
    [
        ([Verdict.KEPT], (), Conclusion(RunVerdict.INCOMPLETE, ExitStatus.INCOMPLETE, ("b", "c"))),
        ([Verdict.UNCLEAN], (), Conclusion(RunVerdict.BROKEN, ExitStatus.BROKEN, ("b", "c"))),
        ([Verdict.KEPT], ("w:1: old",), Conclusion(RunVerdict.BROKEN, ExitStatus.BROKEN, ("b", "c"), ("w:1: old",))),
    ],
)
def test_a_conclusion_names_what_is_missing_and_what_is_stale(
    results: list[Verdict], stale: tuple[str, ...], concluded: Conclusion
) -> None:
    assert conclude([result(verdict) for verdict in results], ["c", "a", "b"], stale) == concluded


def test_a_waived_finding_alone_is_a_judged_run() -> None:
    assert conclude([result(Verdict.WAIVED)], ["a"]).verdict is RunVerdict.KEPT


def test_a_kept_run_is_incomplete_where_reports_could_not_be_written() -> None:
    kept = conclude([result(Verdict.KEPT)], ["a"])
    assert kept.not_kept() == Conclusion(RunVerdict.INCOMPLETE, ExitStatus.INCOMPLETE, ())
    broken = conclude([result(Verdict.CRASHED)], ["a"])
    assert broken.not_kept() is broken


@pytest.mark.parametrize(
    ("verdicts", "manifest", "concluded"),
    [
        ([Verdict.KEPT], ["0"], RunVerdict.KEPT),
        ([], [], RunVerdict.INCOMPLETE),
        ([Verdict.NOT_APPLICABLE], ["0"], RunVerdict.INCOMPLETE),
        ([Verdict.KEPT], ["0", "1"], RunVerdict.INCOMPLETE),
        ([Verdict.KEPT, Verdict.KEPT], ["0"], RunVerdict.INCOMPLETE),
        ([Verdict.KEPT, Verdict.INCONCLUSIVE], ["0", "1"], RunVerdict.INCOMPLETE),
        ([Verdict.INCONCLUSIVE, Verdict.UNCLEAN], ["0", "1", "2"], RunVerdict.BROKEN),
    ],
)
def test_a_run_with_a_case_that_was_not_judged_is_not_kept(
    verdicts: list[Verdict], manifest: list[str], concluded: RunVerdict
) -> None:
    found = conclude([result(verdict, str(index)) for index, verdict in enumerate(verdicts)], manifest)
    assert found.verdict is concluded
    assert (found.exit_status is ExitStatus.KEPT) == (concluded is RunVerdict.KEPT)
