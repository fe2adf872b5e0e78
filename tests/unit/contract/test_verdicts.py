"""The judgement itself, one property each."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.observations import Answer, Observation
from contract.results import ExitStatus, Result, RunVerdict, conclude
from contract.verdicts import Expected, Verdict, judge

OK = Answer(200, {"id": "a"})


def refusal(status: int, **body: Any) -> Answer:
    return Answer(status, {"error_code": "x", "message": "y", "http_status": status} | body)


ACCEPT, REFUSE = Expected.ACCEPTED, Expected.REFUSED


@pytest.mark.parametrize(
    ("expected", "seen", "verdict"),
    [
        (ACCEPT, Observation(OK, OK, created=True), Verdict.KEPT),
        (REFUSE, Observation(refusal(409), OK), Verdict.KEPT),
        (REFUSE, Observation(OK, OK, created=True), Verdict.NOT_ENFORCED),
        (REFUSE, Observation(Answer(200, {"error_code": "x"}), OK), Verdict.WRONG_STATUS),
        (ACCEPT, Observation(refusal(409), OK), Verdict.OVER_ENFORCED),
        (ACCEPT, Observation(refusal(409), refusal(409)), Verdict.OVER_ENFORCED),
        (REFUSE, Observation(refusal(409), refusal(409)), Verdict.INCONCLUSIVE),
        (ACCEPT, Observation(refusal(415), refusal(415)), Verdict.INCONCLUSIVE),
        (REFUSE, Observation(refusal(415), OK), Verdict.WRONG_STATUS),
        (REFUSE, Observation(Answer(409, ""), OK), Verdict.WRONG_STATUS),
        (REFUSE, Observation(refusal(409, http_status=400), OK), Verdict.WRONG_STATUS),
        (REFUSE, Observation(refusal(409), OK, changes=("media a appeared",)), Verdict.UNCLEAN),
        (REFUSE, Observation(refusal(409), OK, changes=None), Verdict.INCONCLUSIVE),
        (ACCEPT, Observation(OK, OK, created=True, differences=("width",)), Verdict.UNCLEAN),
        (ACCEPT, Observation(OK, OK, created=False), Verdict.UNCLEAN),
        (ACCEPT, Observation(OK, OK, created=True, differences=None), Verdict.INCONCLUSIVE),
        (REFUSE, Observation(Answer(500), OK), Verdict.CRASHED),
        (REFUSE, Observation(Answer(503), OK), Verdict.INCONCLUSIVE),
        (REFUSE, Observation(Answer(503, recurred=True), OK), Verdict.CRASHED),
        (REFUSE, Observation(Answer(None, failure="reset"), OK), Verdict.INCONCLUSIVE),
        (REFUSE, Observation(Answer(None, failure="reset", recurred=True), OK), Verdict.CRASHED),
        (REFUSE, Observation(OK, None), Verdict.INCONCLUSIVE),
        (Expected.NOTHING, Observation(OK, OK), Verdict.NOT_APPLICABLE),
    ],
)
def test_each_observation_has_its_verdict(expected: Expected, seen: Observation, verdict: Verdict) -> None:
    assert judge(expected, seen).verdict is verdict


@pytest.mark.parametrize("status", [401, 403, 429, 507, 302])
@pytest.mark.parametrize("expected", [ACCEPT, REFUSE])
def test_an_answer_about_the_caller_judges_nothing(expected: Expected, status: int) -> None:
    assert judge(expected, Observation(refusal(status), OK)).verdict is Verdict.INCONCLUSIVE


@given(st.sampled_from([ACCEPT, REFUSE]), st.integers(100, 599), st.integers(100, 599))
def test_nothing_is_kept_without_an_accepted_control(expected: Expected, status: int, control: int) -> None:
    seen = Observation(refusal(status), refusal(control), created=True)
    assert (judge(expected, seen).verdict is Verdict.KEPT) <= (200 <= control < 300)


def result(verdict: Verdict, case: str = "a") -> Result:
    return Result(case, "r", "t", verdict, "why")


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
def test_what_was_not_judged_is_never_green(
    verdicts: list[Verdict], manifest: list[str], concluded: RunVerdict
) -> None:
    found = conclude([result(verdict, str(index)) for index, verdict in enumerate(verdicts)], manifest)
    assert found.verdict is concluded
    assert (found.exit_status is ExitStatus.KEPT) == (concluded is RunVerdict.KEPT)
