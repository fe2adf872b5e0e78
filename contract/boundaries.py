"""Where the real boundary lies: bisection between a value that was accepted and one that was refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

MOST_REQUESTS: Final = 16
# A whole number as people write it, and no part of an id, a name or a decimal fraction.
_NUMBER: Final = re.compile(r"(?<![\w.-])\d{1,3}(?:,\d{3})+(?![\w-])|(?<![\w.-])\d+(?![\w-]|\.\d)")


@dataclass(frozen=True, slots=True)
class ObservedBoundary:
    """The last value seen accepted and the first seen refused, in the limit's unit; None where none was seen.

    ``exact`` says that nothing that exists lies between the two; ``asked`` holds what was asked, in order.
    """

    accepted: int | None
    refused: int | None
    requests: int
    exact: bool
    asked: tuple[tuple[int, bool], ...] = field(default=(), compare=False)

    @property
    def words(self) -> str:
        """The boundary for people: ``7,680``, ``between 100 and 108``, ``none up to 52,768``."""
        if self.accepted is None:
            return f"nothing accepted from {self.refused:,}"
        if self.refused is None:
            return f"none up to {self.accepted:,}"
        return f"{self.accepted:,}" if self.exact else f"between {self.accepted:,} and {self.refused:,}"


def numbers_in(message: str) -> list[int]:
    """The whole numbers that a text names, in its order."""
    return [int(each.replace(",", "")) for each in _NUMBER.findall(message)]


def named_in(message: str, boundary: ObservedBoundary) -> str:
    """How the numbers in a refusal's message go with the boundary that was observed; empty where it holds none."""
    numbers = numbers_in(message)
    if not numbers:
        return ""
    if boundary.accepted in numbers or boundary.refused in numbers:
        return "the refusal names this boundary"
    return f"the refusal names {' and '.join(f'{each:,}' for each in dict.fromkeys(numbers))}, not this boundary"


def observed(
    accepted: int,
    refused: int | None,
    furthest: int,
    accepts: Callable[[int], bool | None],
    exists: Callable[[int], bool] = lambda _value: True,
    most: int = MOST_REQUESTS,
    known: ObservedBoundary | None = None,
) -> ObservedBoundary | None:
    """What ``bisect`` finds, where the answers on both sides of it agree with it; else None: there is no one boundary.

    Both values beside the boundary are asked for again, and one further inside on each side. A boundary that is
    ``known`` of other cases is only asked for on both sides, and looked for anew where it does not hold.
    """
    if known is not None and known.exact and holds(known, accepted, refused or furthest, accepts, exists):
        return replace(known, requests=2, asked=((known.accepted or 0, True), (known.refused or 0, False)))
    found = bisect(accepted, refused, furthest, accepts, exists, most)
    asked = list(found.asked)
    for value, expected in _checks(found, accepted, refused or furthest, exists):
        answer = accepts(value)
        if answer is not None:
            asked.append((value, answer))
            if answer is not expected:
                return None
    return replace(found, requests=len(asked), asked=tuple(asked))


def holds(
    known: ObservedBoundary,
    accepted: int,
    refused: int,
    accepts: Callable[[int], bool | None],
    exists: Callable[[int], bool],
) -> bool:
    """Whether a boundary lies where it is looked for, and both values beside it are answered as it says."""
    low, high = sorted((accepted, refused))
    sides = ((known.accepted, True), (known.refused, False))
    return all(
        value is not None and low <= value <= high and exists(value) and accepts(value) is expected
        for value, expected in sides
    )


def _checks(
    found: ObservedBoundary, accepted: int, refused: int, exists: Callable[[int], bool]
) -> list[tuple[int, bool]]:
    """Values that are asked for to see whether a boundary holds, with whether each should be accepted.

    Two in a row of each kind, so that answers that come by turns do not happen to agree; none where nothing is refused.
    """
    if found.refused is None:
        return []
    checks: list[tuple[int, bool]] = []
    for known, end, expected in ((accepted, found.accepted, True), (refused, found.refused, False)):
        if end is not None:
            middle = nearest((known + end) // 2, known, end, exists)
            checks += [(end, expected), (end if middle is None else middle, expected)]
    return checks


def bisect(
    accepted: int,
    refused: int | None,
    furthest: int,
    accepts: Callable[[int], bool | None],
    exists: Callable[[int], bool] = lambda _value: True,
    most: int = MOST_REQUESTS,
) -> ObservedBoundary:
    """Narrow the boundary down with at most ``most`` calls of ``accepts(value)``.

    ``accepted`` is a value known to be accepted, ``refused`` one known to be refused, or None: then ``furthest`` is
    asked first. Works in both directions. ``accepts`` answers None where a value could not be judged; the search then
    ends with what is known. ``exists`` says which values can be made at all. Where the range is too wide for halving
    alone, the neighbourhood of ``refused`` is tried first and the roundest number last: boundaries that are wrong are
    mostly wrong by little, or are somebody's round number.
    """
    steps: list[tuple[int, bool]] = []

    def noted(value: int) -> bool | None:
        answer = accepts(value)
        if answer is not None:
            steps.append((value, answer))
        return answer

    return replace(_bisected(accepted, refused, furthest, noted, exists, most), asked=tuple(steps))


def _bisected(
    accepted: int,
    refused: int | None,
    furthest: int,
    accepts: Callable[[int], bool | None],
    exists: Callable[[int], bool],
    most: int,
) -> ObservedBoundary:
    asked = 0
    if refused is None:
        asked, answer = 1, accepts(furthest)
        if answer is not False:
            return ObservedBoundary(furthest if answer else accepted, None, asked, exact=False)
        refused = furthest
    near = 1 << (most - asked - 1)
    while asked < most:
        gap, towards = abs(refused - accepted), 1 if refused > accepted else -1
        if asked <= 1 and gap > 2 * near:
            wanted = refused - towards * near
        elif most - asked == 2 and gap > 4:
            wanted = _roundest(accepted, refused)
        elif most - asked == 1 and gap > 2:
            wanted = accepted + towards
        else:
            wanted = (accepted + refused) // 2
        value = nearest(wanted, accepted, refused, exists)
        if value is None:
            return ObservedBoundary(accepted, refused, asked, exact=True)
        answer = accepts(value)
        asked += 1
        if answer is None:
            return ObservedBoundary(accepted, refused, asked, exact=False)
        accepted, refused = (value, refused) if answer else (accepted, value)
    exact = abs(refused - accepted) < near and nearest(accepted, accepted, refused, exists) is None
    return ObservedBoundary(accepted, refused, asked, exact)


def nearest(wanted: int, accepted: int, refused: int, exists: Callable[[int], bool]) -> int | None:
    """The existing value strictly between the two bounds that is nearest to ``wanted``."""
    low, high = sorted((accepted, refused))
    for distance in range(high - low):
        for value in (wanted + distance, wanted - distance):
            if low < value < high and exists(value):
                return value
    return None


def _roundest(accepted: int, refused: int) -> int:
    """The value strictly between with the most trailing zeros, decimal or binary: limits are round numbers."""
    low, high = sorted((accepted, refused))
    roundest = low + 1
    for base in (2, 10):
        step = 1
        while (high - 1) // (step * base) * (step * base) > low:
            step *= base
        candidate = (high - 1) // step * step
        if _weight(candidate) > _weight(roundest):
            roundest = candidate
    return roundest


def _weight(value: int) -> float:
    """How round a number is: the largest power of 2 or of 10 in it, counted in bits."""
    twos = (value & -value).bit_length() - 1
    tens = len(str(value)) - len(str(value).rstrip("0"))
    return max(twos, tens * 3.32)
