"""What an operation took before says how long its next answer is waited for."""

from __future__ import annotations

import httpx
import pytest

from contract import operations as api
from contract.purposes import Purpose
from deployment.client import Client
from deployment.deadlines import Deadlines

QUICK, SLOW, NEW = ("GET", "/quick"), ("POST", "/slow"), ("GET", "/new")


@pytest.fixture
def deadlines() -> Deadlines:
    made = Deadlines(120.0)
    for _ in range(30):
        made.note(QUICK, 0.05)
        made.note(SLOW, 3.0)
    return made


def test_nothing_is_known_before_there_are_answers() -> None:
    assert Deadlines(120.0).of(QUICK, 0, confirming=False) == 120.0


def test_each_operation_has_a_deadline_of_its_own(deadlines: Deadlines) -> None:
    assert deadlines.of(QUICK, 0, confirming=False) == 10.0
    assert deadlines.of(SLOW, 0, confirming=False) == 30.0


def test_an_operation_that_never_answered_is_given_as_long_as_the_others_take(deadlines: Deadlines) -> None:
    assert deadlines.of(NEW, 0, confirming=False) == 30.0


def test_one_slow_answer_in_many_says_little(deadlines: Deadlines) -> None:
    for _ in range(170):
        deadlines.note(QUICK, 0.05)
    deadlines.note(QUICK, 60.0)
    assert deadlines.of(QUICK, 0, confirming=False) == 10.0


def test_a_large_body_and_who_judges_once_more_have_longer(deadlines: Deadlines) -> None:
    assert deadlines.of(QUICK, 20_000_000, confirming=False) == 30.0
    assert deadlines.of(QUICK, 0, confirming=True) == 30.0


def test_no_deadline_is_longer_than_was_asked_for_but_for_gigabytes(deadlines: Deadlines) -> None:
    assert deadlines.of(SLOW, 10**6, confirming=True) == 90.0 + 3.0
    assert deadlines.of(SLOW, 10**9, confirming=True) == 120.0 + 50.0
    assert Deadlines(120.0).of(SLOW, 10**10, confirming=False) == 120.0 + 500.0
    assert Deadlines(5.0).of(QUICK, 0, confirming=True) == 5.0


def test_each_request_goes_out_with_the_deadline_of_its_operation() -> None:
    asked: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.extensions["timeout"]["read"])
        return httpx.Response(200, json={})

    client = Client("http://127.0.0.1:9", "key", "run", timeout=60.0)
    client.transport.http = httpx.Client(base_url=client.base, transport=httpx.MockTransport(answer))
    for _ in range(21):
        client.send(*api.READ_ORGANIZATION.at(""))
    with client.purpose(Purpose.CONFIRMATION):
        client.send(*api.READ_ORGANIZATION.at(""))
    assert asked == [60.0] * 20 + [10.0, 30.0]
