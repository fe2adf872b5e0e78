"""What the searches of a run have drawn, as the matrix of the report: each value, and each two dimensions together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contract.reach import DRAWN
from contract.results import RunInfo


@dataclass(frozen=True, slots=True)
class Row:
    """One dimension: how many of its values were drawn, which were not, and pairs with each dimension before it."""

    name: str
    values: Mapping[str, int]
    pairs: tuple[int, ...]

    @property
    def drawn(self) -> int:
        """How many of its values were drawn."""
        return sum(count > 0 for count in self.values.values())

    @property
    def words(self) -> str:
        """Each value with how often it was drawn."""
        return ", ".join(f"{value} {count:,}" for value, count in self.values.items())


def matrix(run: RunInfo) -> list[Row]:
    """A row for each dimension; nothing where the run drew nothing."""
    facts: Mapping[str, Any] = run.coverage.get(DRAWN, {})
    dimensions: Mapping[str, Mapping[str, int]] = facts.get("dimensions", {})
    pairs: Mapping[str, Mapping[str, int]] = facts.get("pairs", {})
    names = list(dimensions)
    return [
        Row(
            name,
            dimensions[name],
            tuple(len(pairs.get(f"{other} x {name}", pairs.get(f"{name} x {other}", {}))) for other in names[:number]),
        )
        for number, name in enumerate(names)
    ]


def judged(run: RunInfo) -> int:
    """How many examples were judged."""
    examples: Mapping[str, Mapping[str, int]] = run.coverage.get(DRAWN, {}).get("examples", {})
    return sum(count for counts in examples.values() for count in counts.values())
