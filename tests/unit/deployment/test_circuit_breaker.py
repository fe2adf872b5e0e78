"""An operation that never answers costs a run a few timeouts, is reported once, and everything else is judged."""

from __future__ import annotations

import pytest

from deployment.budget import WithheldError
from deployment.circuit_breaker import ENOUGH, MOST, CircuitBreaker

DEAF, OTHER = ("GET", "/status"), ("GET", "/organization")


def timed_out(times: int, *, others: bool) -> CircuitBreaker:
    breaker = CircuitBreaker()
    for _ in range(times):
        breaker.admit(DEAF)
        breaker.note_timeout(DEAF, 20.0)
        if others:
            breaker.note_answer(OTHER)
    return breaker


def test_the_last_timeout_says_that_the_operation_is_given_up() -> None:
    assert timed_out(MOST - 1, others=True).note_timeout(DEAF, 20.0)
    assert not timed_out(MOST, others=True).note_timeout(DEAF, 20.0)


def test_an_operation_that_is_silent_while_others_answer_is_given_up() -> None:
    breaker = timed_out(MOST, others=True)
    with pytest.raises(WithheldError, match=f"GET /status left {MOST} requests in a row unanswered for 20 s or more"):
        breaker.admit(DEAF)
    breaker.admit(OTHER)


def test_who_waits_is_told_when_the_waiting_begins_and_ends() -> None:
    said = list[str]()
    breaker = CircuitBreaker(said.append)
    for _ in range(MOST):
        breaker.note_timeout(DEAF, 20.0)
        breaker.note_answer(OTHER)
    assert said == [
        "no answer within 20 s: GET /status; a few more are waited for",
        f"GET /status is not asked any more: {MOST} requests in a row got no answer",
    ]


def test_one_silence_fewer_gives_nothing_up() -> None:
    breaker = timed_out(MOST - 1, others=True)
    breaker.admit(DEAF)


def test_what_stops_to_answer_for_everybody_is_not_given_up() -> None:
    breaker = timed_out(10 * MOST, others=False)
    breaker.admit(DEAF)


def test_an_answer_begins_the_count_anew() -> None:
    breaker = timed_out(MOST - 1, others=True)
    breaker.note_answer(DEAF)
    for _ in range(MOST - 1):
        breaker.note_timeout(DEAF, 20.0)
        breaker.note_answer(OTHER)
    breaker.admit(DEAF)


def test_once_enough_is_told_nothing_is_made_sure_of() -> None:
    breaker = CircuitBreaker()
    assert breaker.attempts == 2
    breaker.findings = ENOUGH
    assert breaker.attempts == 1
