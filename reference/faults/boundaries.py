"""Every limit one step too lax, one step too strict, and not checked at all; and not checked at one point only."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from contract.limits import LIMITS, Constraint, EnforcementPoint, Limit
from reference.behaviour import Behaviour
from reference.faults.fault import Fault, combined, everywhere, short

_Change = Callable[[int], int | None]


def _faults() -> Iterator[Fault]:
    for limit in LIMITS:
        outward = 1 if limit.constraint is Constraint.MAX else -1
        for name, words, step, side, verdict in (
            ("off-by-one", "one step past what is documented is accepted", outward, "above", "not-enforced"),
            ("short-by-one", "the last legal value is refused", -outward, "at", "over-enforced"),
        ):
            behaviour = _behaviour(limit, partial(operator.add, step), limit.enforced_at)
            yield _fault(limit, name, f"{limit.id}: {words}.", everywhere(limit.id), side, verdict, behaviour)
        yield _unchecked(limit, "unchecked", "is never checked", limit.enforced_at)
        if len(limit.enforced_at) > 1:
            for point in limit.enforced_at:
                yield _unchecked(limit, f"unchecked-at-{point}", f"is not checked at {point.words}", (point,))


def _unchecked(limit: Limit, name: str, words: str, points: tuple[EnforcementPoint, ...]) -> Fault:
    broken = tuple(limit.requirement(point) for point in points)
    behaviour = _behaviour(limit, lambda _value: None, points)
    return _fault(limit, name, f"{limit.id} {words}.", broken, "above", "not-enforced", behaviour)


def _fault(
    limit: Limit, name: str, sentence: str, broken: tuple[str, ...], side: str, verdict: str, behaviour: type[Behaviour]
) -> Fault:
    return Fault(f"{short(limit)}-{name}", sentence, "boundary", broken, side, verdict, behaviour, combined(limit))


def _behaviour(limit: Limit, change: _Change, points: tuple[EnforcementPoint, ...]) -> type[Behaviour]:
    class Changed(Behaviour):
        def limit(self, limit_id: str, point: EnforcementPoint) -> int | None:
            value = super().limit(limit_id, point)
            concerned = limit_id == limit.id and point in points and value is not None
            return change(value) if concerned and value is not None else value

    return Changed


FAULTS: Final = tuple(_faults())
