"""How long a reading is read again, and what of it is noted."""

from __future__ import annotations

import itertools

from deployment.settling import Settling


def test_a_reading_that_is_clean_at_once_is_no_lag() -> None:
    settling = Settling()
    assert settling.until(lambda: 1, lambda got: got == 1) == 1
    assert settling.longest_s == 0


def test_pauses_grow_and_the_last_reading_comes_when_the_time_is_over() -> None:
    pauses: list[float] = []
    settling, readings = Settling(1.0, pause=pauses.append), itertools.count()
    assert settling.until(lambda: next(readings), lambda got: got < 0) == len(pauses)
    assert pauses[:5] == [0.02, 0.04, 0.08, 0.16, 0.25]
    assert round(sum(pauses), 6) == 1.0
    assert settling.longest_s == 0


def test_without_patience_it_is_read_once() -> None:
    readings = itertools.count()
    assert Settling(0).until(lambda: next(readings), lambda got: got > 3) == 0
    assert Settling(0).at_rest(lambda: next(readings)) == 1


def test_a_state_of_which_nothing_is_known_is_read_until_the_time_is_over() -> None:
    pauses: list[float] = []
    readings = itertools.count()
    assert Settling(0.5, pause=pauses.append).at_rest(lambda: next(readings)) == len(pauses)
