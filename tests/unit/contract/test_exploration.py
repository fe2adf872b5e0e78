"""A boundary of which nothing is known is found by doubling and bisection, in few requests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.boundaries import ObservedBoundary
from contract.exploration import explored


@given(start=st.integers(1, 10**4), beyond=st.integers(0, 10**8))
def test_any_boundary_is_found_exactly(start: int, beyond: int) -> None:
    real = start + beyond
    found = explored(start, 10**9, lambda value: value <= real)
    assert found is not None
    assert (found.accepted, found.refused, found.exact) == (real, real + 1, True)
    assert found.requests == len(found.asked) <= 2 * 30 + 6


@given(real=st.integers(-5, 64))
def test_a_least_value_is_found_downwards(real: int) -> None:
    found = explored(64, -8, lambda value: value >= real)
    assert found is not None
    assert (found.accepted, found.refused, found.exact) == (real, real - 1, True)


def test_what_has_no_boundary_is_asked_up_to_the_furthest_value() -> None:
    assert explored(64, 1000, lambda _value: True) == ObservedBoundary(1000, None, 2, exact=False)


def test_a_number_that_a_refusal_names_is_asked_for_first() -> None:
    found = explored(64, 1 << 16, lambda value: value <= 7680, named=lambda: [16384, 7680])
    assert found is not None
    assert [value for value, _ in found.asked] == [256, 1024, 4096, 16384, 7680, 7681, 7681, 12032]
    assert (found.accepted, found.refused) == (7680, 7681)


def test_a_number_that_is_not_the_boundary_misleads_nobody() -> None:
    found = explored(64, 1 << 16, lambda value: value <= 7000, named=lambda: [7680, 5000])
    assert found is not None
    assert (found.accepted, found.refused) == (7000, 7001)


@pytest.mark.parametrize("real", [700, 7680])
def test_a_boundary_of_another_place_is_taken_where_it_holds_and_sought_where_it_does_not(real: int) -> None:
    asked = list[int]()

    def accepts(value: int) -> bool:
        asked.append(value)
        return value <= real

    found = explored(64, 1 << 16, accepts, known=ObservedBoundary(7680, 7681, 9, exact=True))
    assert found is not None
    assert found.accepted == real
    assert asked[:1] == [7680]
    assert (len(asked) == 2) is (real == 7680)


def test_an_answer_that_says_nothing_ends_the_search_with_what_is_known() -> None:
    found = explored(64, 1 << 16, lambda value: True if value < 4000 else None)
    assert found == ObservedBoundary(1024, None, 2, exact=False)


def test_answers_that_agree_with_no_one_boundary_are_none() -> None:
    answers = iter([True, True, False, *[False, True] * 20])
    assert explored(64, 1 << 16, lambda _value: next(answers)) is None


def test_values_that_do_not_exist_are_never_asked_for() -> None:
    found = explored(3, 10**6, lambda value: value <= 1000, exists=lambda value: value % 7 == 0)
    assert found is not None
    assert (found.accepted, found.refused, found.exact) == (994, 1001, True)
    assert all(value % 7 == 0 for value, _ in found.asked)
