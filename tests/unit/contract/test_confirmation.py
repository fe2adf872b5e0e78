"""Several judgements of one case come to one verdict: nothing is reported that does not come out the same alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.confirmation import MOST_ATTEMPTS, answers_changed, beside_copies, decide
from contract.results import Attempt
from contract.verdicts import BROKEN, Verdict

KEPT = Attempt(Verdict.KEPT, "accepted")
OVER = Attempt(Verdict.OVER_ENFORCED, "refused with 415", 415)
SLOW = Attempt(Verdict.NONCONFORMING, "one took 3 s", 200)
CRASH = Attempt(Verdict.CRASHED, "answered 500", 500)
UNJUDGED = Attempt(Verdict.INCONCLUSIVE, "the control got 415")
BESIDE = replace(OVER, alone=False, in_flight=("another case",))
UNJUDGED_BESIDE = replace(UNJUDGED, alone=False)
NETWORK = replace(KEPT, disturbed="503")
BROKEN_NETWORK = replace(CRASH, status=503, disturbed="503")


@pytest.mark.parametrize(
    ("attempts", "verdict"),
    [
        ([KEPT], "kept"),
        ([replace(KEPT, alone=False)], "kept"),
        ([OVER], None),
        ([OVER, OVER], None),
        ([OVER, OVER, OVER], "over-enforced"),
        ([OVER, KEPT], None),
        ([OVER, KEPT, KEPT], "unstable"),
        ([OVER, KEPT, OVER], "unstable"),
        ([OVER, OVER, CRASH], "unstable"),
        ([BESIDE], None),
        ([BESIDE, KEPT, KEPT], "kept"),
        ([BESIDE, OVER, OVER], "over-enforced"),
        ([BESIDE, KEPT, OVER], "unstable"),
        ([UNJUDGED], None),
        ([UNJUDGED_BESIDE, KEPT], "kept"),
        ([UNJUDGED, UNJUDGED], "inconclusive"),
        ([UNJUDGED, OVER], None),
        ([UNJUDGED, OVER, OVER], "over-enforced"),
        ([OVER, UNJUDGED, OVER], None),
        ([OVER, UNJUDGED, OVER, OVER], "over-enforced"),
        ([OVER, UNJUDGED], None),
        ([OVER, UNJUDGED, UNJUDGED], "inconclusive"),
        ([NETWORK], None),
        ([NETWORK, KEPT], "kept"),
        ([NETWORK] * 2, None),
        ([NETWORK] * 3, "inconclusive"),
        ([BROKEN_NETWORK, KEPT, KEPT], "kept"),
        ([BROKEN_NETWORK, OVER, OVER], "over-enforced"),
        ([BROKEN_NETWORK] * (MOST_ATTEMPTS - 1), None),
        ([BROKEN_NETWORK] * MOST_ATTEMPTS, "crashed"),
        ([BROKEN_NETWORK, UNJUDGED, *[BROKEN_NETWORK] * (MOST_ATTEMPTS - 2)], "inconclusive"),
    ],
)
def test_the_attempts_at_a_case_come_to_one_verdict(attempts: list[Attempt], verdict: str | None) -> None:
    decision = decide(attempts)
    assert (decision.verdict if decision else None) == verdict


def test_a_cause_that_is_confirmed_needs_no_more_attempts_unless_the_network_failed() -> None:
    decision = decide([BESIDE], confirmed=True)
    assert decision is not None
    assert decision.verdict is Verdict.OVER_ENFORCED
    assert decide([replace(OVER, disturbed="reset")], confirmed=True) is None


def test_an_answer_that_changes_says_what_it_came_to_and_shows_a_broken_attempt() -> None:
    decision = decide([OVER, KEPT, KEPT])
    assert decision is not None
    assert decision.attempt == 0
    assert decision.reason == "judged 3 times, it came to over-enforced (415) and kept"


@pytest.mark.parametrize(
    ("attempts", "changed"),
    [
        ([BESIDE, KEPT, KEPT], True),
        ([replace(BESIDE, status=None), KEPT, KEPT], False),
        ([replace(BESIDE, verdict=Verdict.UNCLEAN), KEPT, KEPT], False),
        ([replace(BESIDE, disturbed="503"), KEPT, KEPT], False),
        ([BESIDE, OVER, OVER], False),
        ([replace(KEPT, alone=False)], False),
    ],
)
def test_copies_are_judged_where_an_answer_changed_and_nothing_else_tells_why(
    attempts: list[Attempt], *, changed: bool
) -> None:
    decision = decide(attempts)
    assert decision is not None
    assert answers_changed(attempts, decision) is changed


def test_a_first_answer_that_copies_at_one_time_do_not_get_is_unstable() -> None:
    attempts = [BESIDE, KEPT, KEPT]
    decision = decide(attempts)
    assert decision is not None
    changed = beside_copies(attempts, decision, [Verdict.KEPT] * 8)
    assert (changed.verdict, changed.attempt) == (Verdict.UNSTABLE, 0)
    assert changed.reason.endswith("over-enforced (415) and kept, also 8 times at one time")
    for verdict in (Verdict.OVER_ENFORCED, Verdict.INCONCLUSIVE):
        assert beside_copies(attempts, decision, [Verdict.KEPT] * 7 + [verdict]) is decision


ATTEMPTS = st.builds(
    Attempt,
    st.sampled_from([Verdict.KEPT, Verdict.OVER_ENFORCED, Verdict.CRASHED, Verdict.INCONCLUSIVE]),
    st.just("reason"),
    alone=st.booleans(),
    disturbed=st.sampled_from(["", "503"]),
)


@given(st.lists(ATTEMPTS, min_size=MOST_ATTEMPTS, max_size=MOST_ATTEMPTS))
def test_attempts_come_to_an_end_and_nothing_is_reported_that_no_attempt_found(attempts: list[Attempt]) -> None:
    attempts = [attempts[0], *(replace(each, alone=True) for each in attempts[1:])]
    taken = next(n for n in range(1, MOST_ATTEMPTS + 1) if decide(attempts[:n]) is not None)
    decision = decide(attempts[:taken])
    assert decision is not None
    seen = {each.verdict for each in attempts[:taken]}
    assert decision.verdict in {*seen, Verdict.UNSTABLE, Verdict.INCONCLUSIVE}
    if decision.verdict in BROKEN:
        assert taken > 2
        assert seen & BROKEN


@pytest.mark.parametrize(
    ("attempts", "verdict"),
    [
        ([SLOW], None),
        ([SLOW, KEPT], "kept"),
        ([SLOW, SLOW], None),
        ([SLOW, SLOW, KEPT], "kept"),
        ([SLOW, SLOW, SLOW], "nonconforming"),
    ],
)
def test_what_was_in_time_once_is_kept(attempts: list[Attempt], verdict: str | None) -> None:
    decision = decide(attempts, timed=True)
    assert (None if decision is None else decision.verdict) == verdict
