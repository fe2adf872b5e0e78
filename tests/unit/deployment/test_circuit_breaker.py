"""An operation that never answers costs a run a few timeouts, is accused once, and everything else is judged."""

from __future__ import annotations

import pytest

from deployment.budget import WithheldError
from deployment.circuit_breaker import ENOUGH, MOST, CircuitBreaker

DEAF, OTHER = ("GET", "/status"), ("GET", "/organization")


def silenced(times: int, *, others: bool) -> CircuitBreaker:
    silence = CircuitBreaker(20.0)
    for _ in range(times):
        silence.admit(DEAF)
        silence.note(DEAF, answered=False)
        if others:
            silence.note(OTHER, answered=True)
    return silence


def test_an_operation_that_is_silent_while_others_answer_is_given_up() -> None:
    silence = silenced(MOST, others=True)
    with pytest.raises(WithheldError, match=f"GET /status left {MOST} requests in a row unanswered for 20 s each"):
        silence.admit(DEAF)
    assert (silence.total, silence.given_up, silence.withheld) == (MOST, 1, 1)
    silence.admit(OTHER)


def test_who_waits_is_told_when_the_waiting_begins_and_ends() -> None:
    said = list[str]()
    silence = CircuitBreaker(20.0, said.append)
    for _ in range(MOST):
        silence.note(DEAF, answered=False)
        silence.note(OTHER, answered=True)
    assert said == [
        "no answer within 20 s: GET /status; a few more are waited for",
        f"GET /status is not asked any more: {MOST} requests in a row got no answer",
    ]


def test_one_silence_fewer_gives_nothing_up() -> None:
    silence = silenced(MOST - 1, others=True)
    silence.admit(DEAF)
    assert silence.given_up == 0


def test_what_stops_to_answer_for_everybody_is_not_given_up() -> None:
    silence = silenced(10 * MOST, others=False)
    silence.admit(DEAF)
    assert silence.given_up == 0


def test_an_answer_begins_the_count_anew() -> None:
    silence = silenced(MOST - 1, others=True)
    silence.note(DEAF, answered=True)
    for _ in range(MOST - 1):
        silence.note(DEAF, answered=False)
        silence.note(OTHER, answered=True)
    silence.admit(DEAF)


def test_once_enough_is_told_nothing_is_made_sure_of() -> None:
    silence = CircuitBreaker(20.0)
    assert silence.attempts == 2
    silence.accusations = ENOUGH
    assert silence.attempts == 1
