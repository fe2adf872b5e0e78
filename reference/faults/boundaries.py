"""Every limit one step too lax, one step too strict, and not checked at all; and not checked at one point only."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from contract.limits import LIMITS, EnforcementPoint, Limit
from reference.behaviour import Behaviour
from reference.faults.fault import Fault, Group, combined, everywhere, short

_boundary = Group("boundary")
_Change = Callable[[int], int | None]


def _faults() -> Iterator[Fault]:
    for limit in LIMITS:
        outward = limit.sign
        for name, words, step, side, verdict in (
            ("off-by-one", "one step past what is documented is accepted", outward, "above", "not-enforced"),
            ("short-by-one", "the last legal value is refused", -outward, "at", "over-enforced"),
        ):
            by = _limited(limit, partial(operator.add, step), limit.enforced_at)
            fault = _boundary(f"{short(limit)}-{name}", f"{limit.id}: {words}.")
            yield fault.breaks(*everywhere(limit.id), side=side, verdict=verdict, by=by, also=combined(limit))
        yield _unchecked(limit, "unchecked", "is never checked", limit.enforced_at)
        if len(limit.enforced_at) > 1:
            for point in limit.enforced_at:
                yield _unchecked(limit, f"unchecked-at-{point}", f"is not checked at {point.words}", (point,))


def _unchecked(limit: Limit, name: str, words: str, points: tuple[EnforcementPoint, ...]) -> Fault:
    broken = [limit.requirement(point) for point in points]
    by = _limited(limit, lambda _value: None, points)
    fault = _boundary(f"{short(limit)}-{name}", f"{limit.id} {words}.")
    return fault.breaks(*broken, side="above", verdict="not-enforced", by=by, also=combined(limit))


def _limited(limit: Limit, change: _Change, points: tuple[EnforcementPoint, ...]) -> type[Behaviour]:
    class Changed(Behaviour):
        def limit(self, limit_id: str, point: EnforcementPoint) -> int | None:
            value = super().limit(limit_id, point)
            concerned = limit_id == limit.id and point in points and value is not None
            return change(value) if concerned and value is not None else value

    return Changed


FAULTS: Final = tuple(_faults())
