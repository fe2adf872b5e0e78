"""What was asked of the searches of a run, and what each of them gets of it."""

from __future__ import annotations

import sys

import pytest

from contract.search import SearchSettings


@pytest.mark.parametrize(
    ("asked", "most"),
    [
        (SearchSettings(), 20),
        (SearchSettings(examples=7), 7),
        (SearchSettings(minutes=1), sys.maxsize),
        (SearchSettings(examples=7, minutes=1), 7),
    ],
)
def test_a_search_draws_its_usual_number_unless_another_is_asked_for(asked: SearchSettings, most: int) -> None:
    assert asked.most(usual=20) == most


@pytest.mark.parametrize(("rounds", "minutes"), [(3, 4), (10, 1.2), (0, 12)])
def test_searches_that_follow_one_another_share_the_minutes(rounds: int, minutes: float) -> None:
    assert SearchSettings(minutes=12).share(rounds).minutes == pytest.approx(minutes)


def test_without_minutes_there_is_nothing_to_share() -> None:
    assert SearchSettings(examples=3).share(10) == SearchSettings(examples=3)
