"""What an action changed in the state of a deployment, also where readings are behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import pytest

from contract.identifiers import identifiers
from contract.observations import Answer
from deployment.history import History
from deployment.settling import Settling
from deployment.state import LastState, StateChange

A, B, C = "a" * 24, "b" * 24, "c" * 24
UPLOADS = "/o/1/media/images"
State = Mapping[str, int] | None


def watched(history: History, *states: State, made_here: Callable[[str], bool] = UPLOADS.__eq__) -> StateChange[int]:
    """Reads the states one after the other, the last of them again and again; the clock stands still."""
    readings: Iterator[State] = iter(states)
    last: list[State] = []

    def read() -> State:
        last[:] = [next(readings, *last)]
        return last[0]

    return StateChange(read, "media", history, Settling(1.0, pause=lambda _seconds: None), made_here)


@pytest.fixture
def history() -> History:
    return History()


def test_what_appeared_and_what_is_gone_is_told_apart(history: History) -> None:
    with watched(history, {A: 1, B: 2}, {B: 2, C: 3}) as change:
        assert change.appeared is None
    assert change.appeared == {C: 3}
    assert change.changes == (f"media {C} appeared", f"media {A} disappeared")


def test_an_id_that_is_spelled_otherwise_is_the_same(history: History) -> None:
    history.note_change("DELETE", f"/projects/{C}", Answer(200))
    with watched(history, {A: 1, C: 1}, {A.upper(): 1, B.upper(): 2}) as change:
        change.expected = B
    assert change.created
    assert change.changes == ()


@pytest.mark.parametrize("states", [(None, {A: 1}), ({A: 1}, None)])
def test_a_state_that_could_not_be_read_says_nothing(history: History, states: tuple[State, State]) -> None:
    with watched(history, *states) as change:
        pass
    assert change.appeared is None
    assert change.changes is None


def test_the_state_after_one_change_is_the_state_before_the_next(history: History) -> None:
    last = LastState[int]()
    with replace(watched(history, {A: 1}, {A: 1, B: 2}), last=last) as change:
        change.expected = B
    last.note_deleted(B.upper())
    with replace(watched(history, {C: 3}), last=last) as change:
        pass
    assert change.before == {A: 1}
    assert change.changes == (f"media {C} appeared", f"media {A} disappeared")
    assert last.held is None, "what is not explained is read again"


def test_what_is_forgotten_is_read_again(history: History) -> None:
    last = LastState({A: 1})
    last.forget()
    with replace(watched(history, {B: 2}, {B: 2}), last=last) as change:
        pass
    assert change.changes == ()


def test_the_state_is_not_read_again_after_an_error(history: History) -> None:
    change = watched(history, {A: 1}, {B: 1})
    with pytest.raises(KeyError), change:
        raise KeyError
    assert change.after is None


def test_what_is_not_listed_yet_is_waited_for(history: History) -> None:
    with watched(history, {A: 1}, {A: 1}, {A: 1}, {A: 1, B: 2}) as change:
        change.expected = B
    assert (change.appeared, change.changes) == ({B: 2}, ())
    assert change.settling.longest_s > 0


def test_what_is_never_listed_did_not_appear(history: History) -> None:
    with watched(history, {A: 1}, {A: 1}) as change:
        change.expected = B
    assert (change.appeared, change.changes) == ({}, ())
    assert change.settling.longest_s == 0


def test_what_was_named_before_did_not_appear(history: History) -> None:
    history.note_ids(identifiers(f'{{"id": "{B.upper()}"}}'))
    with watched(history, {A: 1}, {A: 1, B: 2}) as change:
        pass
    assert (change.appeared, change.changes) == ({}, ())


def test_what_the_run_deleted_before_is_not_gone_by_this(history: History) -> None:
    history.note_change("DELETE", f"/o/1/media/images/{A}", Answer(200))
    with watched(history, {A: 1}, {}) as change:
        pass
    assert change.changes == ()


def test_what_was_deleted_and_comes_back_for_longer_than_a_host_may_lag_is_a_change(history: History) -> None:
    history.note_ids(identifiers(A))
    history.note_change("DELETE", f"/o/1/media/images/{A}", Answer(200))
    with watched(history, {}, {A: 1}) as change:
        pass
    assert change.changes == (f"media {A} appeared",)


def test_what_was_deleted_and_shows_for_a_moment_more_is_no_change(history: History) -> None:
    history.note_change("DELETE", f"/o/1/media/images/{A}", Answer(200))
    with watched(history, {}, {A: 1}, {A: 1}, {}) as change:
        pass
    assert (change.appeared, change.changes) == ({}, ())


def test_a_creation_whose_answer_was_lost_explains_one_medium_and_no_more(history: History) -> None:
    history.note_change("POST", UPLOADS, Answer(504))
    history.note_change("POST", "/o/2/media/images", Answer(504))
    with watched(history, {}, {A: 1}) as change:
        pass
    assert (change.appeared, change.changes) == ({A: 1}, ())
    with watched(history, {A: 1}, {A: 1, B: 1}) as change:
        pass
    assert change.changes == (f"media {B} appeared",)


def test_what_was_never_sent_was_not_lost(history: History) -> None:
    history.note_change("POST", UPLOADS, Answer(None, failure="not sent: budget spent"))
    assert history.lost == []


@pytest.mark.parametrize(
    ("method", "path", "status", "lags"),
    [
        ("GET", f"/projects/{A}", 404, True),
        ("POST", f"/projects/{A}/datasets", 404, True),
        ("GET", f"/projects/{A}", 403, False),
        ("GET", f"/projects/{C}", 404, False),
        ("GET", f"/projects/{B}", 404, False),
        ("GET", f"/projects/{B}", 200, True),
        ("GET", f"/projects/{B}/datasets/{A}", 404, False),
        ("GET", f"/projects/{B}/datasets/{A}", 200, True),
        ("PUT", f"/projects/{B}", 200, False),
        ("GET", f"/projects/{A}", 200, False),
        ("GET", f"/projects/{A}", None, False),
    ],
)
def test_an_answer_that_contradicts_what_was_done_a_moment_ago_may_lag(
    history: History, method: str, path: str, status: int | None, lags: bool
) -> None:
    history.note_ids(identifiers(f"{A} {B}"))
    history.note_change("DELETE", f"/projects/{B}", Answer(200))
    assert history.may_lag(method, path, status, within_s=60) is lags
    assert not history.may_lag(method, path, status, within_s=0)
