"""Every verdict on a probe, with the exact sentence that justifies it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.observations import LOST_DELETION, NOT_SENT, Answer, Observation
from contract.verdicts import Expected, Verdict, crashed_or_inconclusive, inconclusive_reason, judge
from tests.unit.contract.answers import ACCEPT, BODY, NO, OK, REFUSE, read

SEEN = Observation(OK, OK, created=True)


@pytest.mark.parametrize(
    ("expected", "seen", "verdict", "reason"),
    [
        (Expected.NOTHING, SEEN, "not-applicable", "this limit is not part of the profile"),
        (REFUSE, Observation(OK, None), "inconclusive", "no control could be sent; the probe got 201"),
        (
            ACCEPT,
            Observation(NO, NO),
            "inconclusive",
            "control refused with 409 limit: too large (well inside every limit; the probe got 409 limit)",
        ),
        (
            ACCEPT,
            Observation(NO, NO, alone=True),
            "over-enforced",
            "refused with 409 limit, as is the control, well inside every limit",
        ),
        (
            ACCEPT,
            Observation(NO, Answer(400, BODY)),
            "inconclusive",
            "control refused with 400 limit: too large (well inside every limit; the probe got 409 limit)",
        ),
        (
            ACCEPT,
            Observation(NO, Answer(409, "full")),
            "inconclusive",
            "control refused with 409: full (well inside every limit; the probe got 409 limit)",
        ),
        (
            ACCEPT,
            Observation(Answer(409, "full"), NO),
            "inconclusive",
            "control refused with 409 limit: too large (well inside every limit; the probe got 409)",
        ),
        (REFUSE, Observation(Answer(500), OK), "crashed", "answered 500"),
        (ACCEPT, SEEN, "kept", "accepted with 201 and reads back as sent"),
        (REFUSE, SEEN, "not-enforced", "accepted with 201, should be refused with 409"),
        (REFUSE, replace(SEEN, changes=None), "not-enforced", "accepted with 201; the state could not be read after"),
        (REFUSE, replace(SEEN, created=False), "wrong-status", "nothing was created, yet the answer is 201, not 409"),
        (
            REFUSE,
            replace(SEEN, created=False, changes=("media a appeared",)),
            "not-enforced",
            "accepted with 201, should be refused with 409",
        ),
        (ACCEPT, replace(SEEN, differences=None), "inconclusive", "accepted with 201, but it could not be read back"),
        (ACCEPT, replace(SEEN, changes=None), "inconclusive", "accepted with 201, but it could not be read back"),
        (ACCEPT, replace(SEEN, created=False), "unclean", "accepted with 201, but it is not listed afterwards"),
        (
            ACCEPT,
            replace(SEEN, differences=("smaller",), changes=("b appeared",)),
            "unclean",
            "accepted with 201, but smaller; b appeared",
        ),
        (ACCEPT, Observation(NO, OK), "over-enforced", "refused with 409 limit, should be accepted"),
        (
            ACCEPT,
            Observation(NO, OK, created=True),
            "over-enforced",
            "refused with 409 limit, should be accepted (and yet something was created)",
        ),
        (
            ACCEPT,
            Observation(NO, OK, changes=("b appeared",)),
            "over-enforced",
            "refused with 409 limit, should be accepted (and yet something was created)",
        ),
        (REFUSE, Observation(NO, OK), "kept", "refused with 409 limit and nothing changed"),
        (
            REFUSE,
            Observation(NO, OK, changes=None),
            "inconclusive",
            "refused with 409 limit, but the state could not be read after",
        ),
        (REFUSE, Observation(NO, OK, created=True), "unclean", "refused with 409 limit, yet it was stored"),
        (
            REFUSE,
            Observation(NO, OK, changes=("b appeared", "c appeared")),
            "unclean",
            "refused with 409 limit, yet b appeared; c appeared",
        ),
        (REFUSE, Observation(Answer(400, BODY), OK), "wrong-status", "refused with 400 limit, should be 409"),
        (REFUSE, Observation(Answer(499), OK), "wrong-status", "refused with 499, should be 409"),
        (
            REFUSE,
            Observation(Answer(409, "<html>"), OK),
            "wrong-status",
            "refused with 409, but not as documented: the body is no JSON object",
        ),
    ],
)
def test_each_probe_has_its_verdict_and_sentence(
    expected: Expected, seen: Observation, verdict: str, reason: str
) -> None:
    assert read(judge(expected, seen)) == (verdict, reason)


@pytest.mark.parametrize(
    ("answer", "verdict", "reason"),
    [
        (Answer(None, failure="reset"), "inconclusive", "no answer (reset)"),
        (Answer(None), "inconclusive", "no answer (unknown)"),
        (Answer(502), "inconclusive", "502 from a gateway"),
        (Answer(302), "inconclusive", "302: neither accepted nor refused"),
        (Answer(300), "inconclusive", "300: neither accepted nor refused"),
        (Answer(399), "inconclusive", "399: neither accepted nor refused"),
        (Answer(199), "inconclusive", "199: neither accepted nor refused"),
        (Answer(401), "inconclusive", "401: the key was refused"),
        (Answer(403), "inconclusive", "403: the key has no permission"),
        (Answer(407), "inconclusive", "407: a proxy wants credentials"),
        (Answer(408), "inconclusive", "408: the deployment gave up waiting"),
        (Answer(429), "inconclusive", "429: the deployment asked for patience"),
        (Answer(507), "inconclusive", "507: the deployment has no space left"),
    ],
)
def test_an_answer_that_says_nothing_about_the_limit_is_inconclusive(answer: Answer, verdict: str, reason: str) -> None:
    assert read(inconclusive_reason(answer)) == (verdict, reason)


@pytest.mark.parametrize("answer", [OK, Answer(200), Answer(299), Answer(400), NO, Answer(500)])
def test_an_answer_about_the_limit_is_not_inconclusive(answer: Answer) -> None:
    assert inconclusive_reason(answer) is None


def test_a_server_error_is_a_crash_of_what_was_asked_for() -> None:
    assert read(crashed_or_inconclusive(Answer(500), subject="the page")) == ("crashed", "the page was answered 500")
    assert read(crashed_or_inconclusive(Answer(502))) == ("crashed", "answered 502")
    assert read(crashed_or_inconclusive(Answer(None, failure="reset"))) == ("crashed", "no answer (reset)")
    assert read(crashed_or_inconclusive(Answer(507))) == ("inconclusive", "507: the deployment has no space left")
    for nothing_said in (Answer(None, failure=f"{NOT_SENT}: spent"), Answer(None, failure=LOST_DELETION)):
        assert read(crashed_or_inconclusive(nothing_said))[0] == "inconclusive"
    assert crashed_or_inconclusive(Answer(400)) is None


def test_a_rule_on_keys_takes_401_for_an_answer() -> None:
    assert inconclusive_reason(Answer(401), (401, 403)) is None
    assert inconclusive_reason(Answer(429), (401, 403)) is not None


@pytest.mark.parametrize("status", [401, 403, 429, 507, 302])
@pytest.mark.parametrize("expected", [ACCEPT, REFUSE])
def test_an_answer_about_the_caller_judges_nothing(expected: Expected, status: int) -> None:
    assert judge(expected, Observation(Answer(status, BODY), OK)).verdict is Verdict.INCONCLUSIVE


@given(st.sampled_from([ACCEPT, REFUSE]), st.integers(100, 599), st.integers(100, 599))
def test_a_probe_without_an_accepted_control_is_never_kept(expected: Expected, status: int, control: int) -> None:
    seen = Observation(Answer(status, BODY), Answer(control, BODY), created=True)
    assert (judge(expected, seen).verdict is Verdict.KEPT) <= (200 <= control < 300)
