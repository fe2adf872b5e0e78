"""When something is asked again, and when not."""

from __future__ import annotations

from collections.abc import Iterator

from contract.observations import NOT_SENT, Answer
from deployment.retry import RetryPolicy


def test_pauses_double_up_to_the_longest() -> None:
    pauses: list[float] = []
    policy = RetryPolicy(attempts=6, first_s=1.0, longest_s=5.0, pause=pauses.append)
    assert list(policy) == [1, 2, 3, 4, 5, 6]
    assert pauses == [1.0, 2.0, 4.0, 5.0, 5.0]


def test_without_patience_there_is_one_attempt() -> None:
    assert list(RetryPolicy(patience_s=-1.0)) == [1]


def asked(answers: Iterator[Answer], attempts: int) -> Answer:
    policy = RetryPolicy(attempts=attempts, first_s=0)
    return policy.ask(lambda: next(answers), until=lambda answer: answer.accepted)


def test_the_first_answer_that_is_enough_ends_it_else_the_last_is_given() -> None:
    assert asked(iter([Answer(503), Answer(200), Answer(201)]), 3).status == 200
    assert asked(iter([Answer(503), Answer(502), Answer(200)]), 2).status == 502


def test_what_was_not_sent_is_not_sent_again() -> None:
    assert asked(iter([Answer(None, failure=f"{NOT_SENT}: budget"), Answer(200)]), 2).unsent
