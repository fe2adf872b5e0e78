"""A project that a job has locked is waited for, and never for ever."""

from __future__ import annotations

import time
from itertools import chain, repeat

import httpx
import pytest

from deployment.locked_projects import LockedProjects
from deployment.transport import Delivery


def refused(code: str) -> Delivery:
    body = {"error_code": code, "message": "no", "http_status": 409}
    return Delivery(httpx.Response(409, json=body), None)


ACCEPTED = Delivery(httpx.Response(201, json={"id": "a"}), None)
LOCKED = refused("project_locked")


def test_a_request_that_a_lock_refused_is_sent_again_until_the_lock_is_gone() -> None:
    answers, pauses = iter([LOCKED, LOCKED, ACCEPTED]), list[float]()
    assert LockedProjects(pause=pauses.append).waited_for(lambda: next(answers)) is ACCEPTED
    assert pauses == [0.5, 1.0]


@pytest.mark.parametrize("other", [ACCEPTED, refused("limit_reached"), Delivery(None, "reset")])
def test_what_speaks_of_no_lock_is_sent_once(other: Delivery) -> None:
    answers = iter([other])
    assert LockedProjects(pause=lambda _: None).waited_for(lambda: next(answers)) is other


def test_a_lock_that_never_ends_is_waited_for_once_in_a_run() -> None:
    projects, sent = LockedProjects(patience_s=0.01), list[Delivery]()
    answers = chain([LOCKED], repeat(LOCKED))

    def send() -> Delivery:
        sent.append(next(answers))
        return sent[-1]

    assert projects.waited_for(send) is LOCKED
    projects.patience_s = 0
    asked = len(sent)
    assert projects.waited_for(send) is LOCKED
    assert len(sent) == asked + 1


def test_locks_that_end_are_waited_for_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])

    def pause(seconds: float) -> None:
        clock[0] += seconds

    projects, waited = LockedProjects(patience_s=60, pause=pause), 0
    while projects.patience_s > 1:
        until = clock[0] + 4
        projects.waited_for(lambda until=until: LOCKED if clock[0] < until else ACCEPTED)  # type: ignore[misc]
        waited += 1
    assert 60 / 4 < waited < 10 * 60 / 4
