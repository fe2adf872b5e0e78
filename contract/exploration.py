"""Where the real boundary lies where nothing is known of it: by ever larger steps, and then by bisection."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from contract.boundaries import ObservedBoundary, bisect, holds, nearest

_STEP: Final = 4


def explored(
    start: int,
    furthest: int,
    accepts: Callable[[int], bool | None],
    exists: Callable[[int], bool] = lambda _value: True,
    named: Callable[[], Iterable[int]] = tuple,
    known: ObservedBoundary | None = None,
) -> ObservedBoundary | None:
    """The boundary beyond ``start``, which is accepted; None where the answers agree with no one boundary.

    Values grow by the factor ``_STEP``, or shrink by it where ``furthest`` lies below, until one is refused, or cannot
    be judged. What ``named`` gives then, the numbers that the refusals speak of, is asked for before the rest is
    halved. What is ``known`` of other places is asked for first, and looked for anew where it does not hold.
    """
    if known is not None and known.refused is None and known.accepted is not None and accepts(known.accepted):
        return replace(known, requests=1, asked=((known.accepted, True),))
    if known is not None and known.exact and holds(known, start, furthest, accepts, exists):
        return replace(known, requests=2, asked=((known.accepted or 0, True), (known.refused or 0, False)))
    asked: list[tuple[int, bool]] = []
    accepted, refused, towards = start, None, 1 if furthest > start else -1

    def noted(value: int | None) -> bool | None:
        answer = None if value is None else accepts(value)
        if value is not None and answer is not None:
            asked.append((value, answer))
        return answer

    while refused is None:
        value = nearest(_further(accepted, furthest), accepted, furthest + towards, exists)
        answer = noted(value)
        if value is None or answer is None:
            return ObservedBoundary(accepted, None, len(asked), exact=False, asked=tuple(asked))
        accepted, refused = (value, None) if answer else (accepted, value)
    beyond = refused
    for number in (each for each in named() if each in range(accepted, refused, towards)):
        for value in (number, number + towards, number - towards):
            answer = noted(value) if min(accepted, refused) < value < max(accepted, refused) and exists(value) else None
            if answer is not None:
                accepted, refused = (value, refused) if answer else (accepted, value)
    found = bisect(accepted, refused, furthest, noted, exists, abs(refused - accepted).bit_length() + 3)
    if found.accepted is None or found.refused is None:
        return None
    # On this side several values were accepted on the way; on the other the last is asked for again, and one further.
    further = nearest((found.refused + beyond) // 2, found.refused, beyond, exists)
    if noted(found.refused) or noted(beyond if further is None else further):
        return None
    return replace(found, requests=len(asked), asked=tuple(asked))


def _further(value: int, furthest: int) -> int:
    """Several times as far, upwards or downwards, and no further than ``furthest``."""
    if furthest > value:
        return min(max(_STEP * value, value + 1), furthest)
    return max(value // _STEP if value > 0 else _STEP * value - 1, furthest)
