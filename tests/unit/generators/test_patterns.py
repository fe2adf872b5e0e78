"""Texts that fit a pattern, and their neighbours that do not."""

from __future__ import annotations

import re

import pytest

from generators.patterns import fitting, missing

COLOR = "^#([a-fA-F0-9]{6}|[a-fA-F0-9]{8})$"


@pytest.mark.parametrize("pattern", [COLOR, "^[0-9a-f]{24}$", "^([1-9][0-9]{0,2}|1000)$"])
def test_what_is_drawn_fits_and_its_neighbours_do_not(pattern: str) -> None:
    drawn = fitting(pattern, 4)
    assert len(set(drawn)) == 4
    assert all(re.fullmatch(pattern, text) for text in drawn)
    assert not any(re.fullmatch(pattern, each) for text in drawn for each in missing(pattern, text))


def test_the_same_seed_draws_the_same() -> None:
    assert fitting(COLOR, 4, 1) == fitting(COLOR, 4, 1)
    assert fitting(COLOR, 4, 1) != fitting(COLOR, 4, 2)


def test_a_pattern_of_few_texts_gives_those() -> None:
    assert set(fitting("a|b", 4)) == {"a", "b"}


def test_what_is_no_pattern_of_python_is_an_error() -> None:
    with pytest.raises(re.error):
        fitting("(?<name>", 1)
