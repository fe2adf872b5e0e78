"""Fractions are the same as far as seven digits go, everything else where it is equal."""

from __future__ import annotations

from typing import Any

import pytest

from contract.numbers import same


@pytest.mark.parametrize(
    ("one", "other"), [(11, 11.000000000000005), (6144.0, 6144.0003), (0, 1e-9), ("a", "a"), (None, None), (True, True)]
)
def test_what_differs_in_its_last_digits_is_the_same(one: Any, other: Any) -> None:
    assert same(one, other)
    assert same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [(11, 11.01), (0.25, 0), (1_000_001, 1_000_002), (1_000_001, 1_000_000), (1, "1"), (None, 0.0), (0.5, "0.5")],
)
def test_what_is_rounded_or_of_another_kind_is_not(one: Any, other: Any) -> None:
    assert not same(one, other)
    assert not same(other, one)
