"""Texts that fit a regular expression, and texts that just miss it."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st


def fitting(pattern: str, number: int, seeded: int = 0) -> tuple[str, ...]:
    """So many texts that fit a pattern as a whole, the same for the same seed; fewer where there are no more.

    Raises ``re.error`` for what is no regular expression of Python.
    """
    expression, found = re.compile(pattern), dict[str, None]()

    @seed(seeded)
    @settings(
        max_examples=10 * number,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.from_regex(expression, fullmatch=True))
    def collect(text: str) -> None:
        if text.isprintable():
            found[text] = None

    collect()
    return tuple(found)[:number]


def missing(pattern: str, text: str) -> tuple[str, ...]:
    """The neighbours of a text that a pattern does not fit: one character less, one more, and one space more."""
    neighbours = (text[:-1], text[1:], text + text[-1:], f"{text} ")
    return tuple(dict.fromkeys(each for each in neighbours if re.fullmatch(pattern, each) is None))
