"""What searches have drawn, as the report of a run carries it: counts that add up over its processes and shards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

# The family whose facts are counts alone, in mappings of mappings.
DRAWN: Final = "properties"


def joined_coverage(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What the families of several parts of a run reached; of what was drawn the sums."""
    joined: dict[str, Any] = {}
    for part in parts:
        for family, facts in part.items():
            joined[family] = _sum(joined[family], facts) if family == DRAWN and family in joined else facts
    return joined


def never_drawn(dimensions: Iterable[Mapping[str, Mapping[str, int]]]) -> list[str]:
    """The values that no run has drawn, of those that each was to draw: ``orientation 7``."""
    drawn: dict[tuple[str, str], int] = {}
    for run in dimensions:
        for name, values in run.items():
            for value, count in values.items():
                drawn[name, value] = drawn.get((name, value), 0) + count
    return [f"{name} {value}" for (name, value), count in drawn.items() if not count]


def _sum(one: Any, other: Any) -> Any:
    if isinstance(one, Mapping):
        both = {name: _sum(one[name], other[name]) for name in one if name in other}
        return {**one, **other, **both}
    return one + other
