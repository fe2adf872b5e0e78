"""A boundary is looked for in few requests, in an order that finds the likely mistakes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.boundaries import MOST_REQUESTS, ObservedBoundary, bisect, named_in, observed


def asked(real: int, accepted: int, refused: int | None, furthest: int, most: int = 16) -> list[int]:
    """The values that are tried to find a boundary at ``real``, where larger values are refused."""
    found = bisect(accepted, refused, furthest, lambda value: value <= real, most=most)
    assert all(answer is (value <= real) for value, answer in found.asked)
    assert found.requests == len(found.asked)
    return [value for value, _answer in found.asked]


@pytest.mark.parametrize(
    ("real", "accepted", "refused", "furthest", "most", "tried"),
    [
        (7680, 64, 7860, 15720, 16, [3962, 5911, 6885, 7372, 7616, 7738, 7677, 7707, 7692, 7684, 7680, 7682, 7681]),
        (20000, 20001, None, 20002, 16, [20002]),
        (
            20003,
            20001,
            None,
            40002,
            16,
            [40002, 30001, 25001, 22501, 21251, 20626, 20313, 20157, 20079, 20040, 20020, 20010, 20005, 20003, 20004],
        ),
        (
            1000000,
            64,
            20000000,
            40000000,
            16,
            [
                19967232,
                19934464,
                9967264,
                4983664,
                2491864,
                1245964,
                623014,
                934489,
                1090226,
                1012357,
                973423,
                992890,
                1002623,
                997756,
                1000000,
                1000001,
            ],
        ),
        (5, 1, 9, 20, 2, [7, 5]),
        (
            35000000,
            4096,
            35481600,
            70000000,
            16,
            [
                35448832,
                35416064,
                17710080,
                26563072,
                30989568,
                33202816,
                34309440,
                34862752,
                35139408,
                35001080,
                34931916,
                34966498,
                34983789,
                34992434,
                35000000,
                35000001,
            ],
        ),
        (4096, 64, 4320, 8640, 8, [4192, 4064, 4128, 4096, 4112, 4104, 4100, 4097]),
    ],
)
def test_bisection_asks_for_values_in_this_order(
    real: int, accepted: int, refused: int | None, furthest: int, most: int, tried: list[int]
) -> None:
    assert asked(real, accepted, refused, furthest, most) == tried


def roundness(value: int) -> float:
    """The largest power of 2 or of 10 in a number, in bits."""
    twos = max(each for each in range(40) if value % 2**each == 0)
    return max(twos, 3.32 * (len(str(value)) - len(str(value).rstrip("0"))))


@pytest.mark.parametrize("low", [*range(1, 40), 95, 990, 7671])
def test_the_roundest_number_between_two_is_tried_where_two_tries_are_left(low: int) -> None:
    for high in range(low + 25, low + 90):
        (_, _), (refused, _), (roundest, _), *_ = bisect(low, high, 0, lambda _value: False, most=4).asked
        assert low < roundest < refused < high
        assert roundness(roundest) == max(roundness(value) for value in range(low + 1, refused))


@pytest.mark.parametrize(
    ("boundary", "words"),
    [
        (ObservedBoundary(None, 32, 1, exact=False), "nothing accepted from 32"),
        (ObservedBoundary(40, None, 1, exact=False), "none up to 40"),
        (ObservedBoundary(7680, 7681, 9, exact=True), "7,680"),
        (ObservedBoundary(100, 108, 16, exact=False), "between 100 and 108"),
    ],
)
def test_an_observed_boundary_reads_as_a_sentence(boundary: ObservedBoundary, words: str) -> None:
    assert boundary.words == words


def test_a_minimum_is_bisected_downwards() -> None:
    found = bisect(64, 15, 1, lambda value: value >= 20)
    assert [value for value, _answer in found.asked] == [39, 27, 21, 18, 19, 20]
    assert found == ObservedBoundary(20, 19, 6, exact=True)


@pytest.mark.parametrize("most", range(1, 9))
@pytest.mark.parametrize("step", [1, 3])
def test_bisection_is_exact_only_where_no_value_lies_between_accepted_and_refused(most: int, step: int) -> None:
    for refused in range(2, 60):
        for real in range(refused):
            found = bisect(0, refused, 0, lambda value, real=real: value <= real, lambda v: v % step == 0, most)
            assert found.accepted is not None
            assert found.refused is not None
            assert found.accepted <= real < found.refused <= refused
            between = [value for value in range(found.accepted + 1, found.refused) if value % step == 0]
            assert not (found.exact and between)
            assert found.exact or between or found.requests == most


def test_a_value_that_cannot_be_made_is_never_asked_for() -> None:
    found = bisect(64, 7860, 15720, lambda value: value <= 7680, lambda value: value % 16 == 0)
    assert all(value % 16 == 0 for value, _answer in found.asked)
    assert (found.accepted, found.refused, found.exact) == (7680, 7696, True)


def test_bisection_ends_at_a_value_that_could_not_be_judged() -> None:
    found = bisect(1, 9, 20, lambda value: None if value == 5 else value < 5)
    assert found == ObservedBoundary(1, 9, 1, exact=False)
    assert bisect(1, None, 20, lambda _value: None) == ObservedBoundary(1, None, 1, exact=False)
    assert bisect(1, None, 20, lambda _value: True) == ObservedBoundary(20, None, 1, exact=False)


@given(st.integers(64, 19_999))
def test_a_boundary_below_the_limit_is_found_exactly(real: int) -> None:
    found = bisect(64, 20_000, 0, lambda value: value <= real)
    assert (found.accepted, found.exact) == (real, True)
    assert found.requests <= MOST_REQUESTS


@given(st.integers(20_001, 39_999))
def test_a_boundary_above_the_limit_is_found_exactly(real: int) -> None:
    found = bisect(20_001, None, 40_000, lambda value: value <= real)
    assert (found.accepted, found.exact) == (real, True)
    assert found.requests <= MOST_REQUESTS


@pytest.mark.parametrize("real", [33_177_600, 25_000_000, 35_481_000])
def test_a_round_number_is_found_in_a_range_too_wide_to_halve(real: int) -> None:
    assert bisect(4096, 35_481_600, 0, lambda value: value <= real).accepted == real


@given(st.integers(64, 19_999))
def test_a_boundary_is_stated_where_the_answers_on_both_sides_agree(real: int) -> None:
    found = observed(64, 20_000, 0, lambda value: value <= real)
    assert found is not None
    assert (found.accepted, found.refused, found.exact) == (real, real + 1, True)
    assert found.requests == len(found.asked) <= MOST_REQUESTS + 4


@pytest.mark.parametrize("period", [2, 3, 4, 5])
def test_answers_that_come_by_turns_state_no_boundary(period: int) -> None:
    for start in range(period):
        turn = iter(range(start, 1000))
        assert observed(64, 7860, 0, lambda _value, turn=turn: next(turn) % period > 0) is None


@pytest.mark.parametrize("odd", [range(3000, 4000), range(7760, 7780)])
def test_answers_that_are_not_monotone_state_no_boundary(odd: range) -> None:
    assert observed(64, 7860, 0, lambda value: (value <= 7680) is not (value in odd)) is None
    found = observed(7861, None, 15720, lambda value: value not in odd)
    assert found is not None
    assert found.words == "none up to 15,720"


def test_a_check_that_cannot_be_judged_takes_no_boundary_away() -> None:
    asked: list[int] = []

    def accepts(value: int) -> bool | None:
        asked.append(value)
        return None if len(asked) > 13 else value <= 7680

    found = observed(64, 7860, 0, accepts)
    assert found is not None
    assert found.accepted == 7680


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("Videos may be 7680 px wide.", "the refusal names this boundary"),
        ("At most 7,680 px.", "the refusal names this boundary"),
        ("The width is 7,860, the limit 7,500.", "the refusal names 7,860 and 7,500, not this boundary"),
        ("The dimensions are not allowed.", ""),
        ("Project 65a1f0c2 of v2.11-b5 is full.", ""),
    ],
)
def test_the_numbers_of_a_refusal_are_held_against_the_boundary(message: str, words: str) -> None:
    assert named_in(message, ObservedBoundary(7680, 7681, 9, exact=True)) == words


@pytest.mark.parametrize(("real", "requests"), [(7680, 2), (7000, 17)])
def test_a_boundary_that_is_known_is_asked_for_on_both_sides_and_looked_for_where_it_does_not_hold(
    real: int, requests: int
) -> None:
    known = ObservedBoundary(7680, 7681, 9, exact=True)
    found = observed(64, 7860, 0, lambda value: value <= real, known=known)
    assert found is not None
    assert (found.accepted, found.refused, found.exact) == (real, real + 1, True)
    assert (found.requests <= 2) == (requests == 2)
