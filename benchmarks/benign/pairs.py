"""Which variants run together: every pair that can be combined meets at least once, in few runs. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final

from benchmarks.benign.variants import Variant

# So many variants a run: with more of them a finding would be nobody's, with fewer there would be too many runs.
SIZE: Final = 6


def pairs(variants: Sequence[Variant]) -> set[frozenset[str]]:
    """The ids of each two variants that can be combined."""
    return {frozenset((one.id, other.id)) for one, other in combinations(variants, 2) if one.goes_with(other)}


def packed(variants: Sequence[Variant], size: int = SIZE) -> list[tuple[Variant, ...]]:
    """Groups of at most ``size`` variants in which each pair meets: whoever adds most new pairs comes next."""
    missing, groups = pairs(variants), list[tuple[Variant, ...]]()
    while missing:
        group: list[Variant] = []
        while len(group) < size:
            fitting = [each for each in variants if all(each.goes_with(other) for other in group)]
            best = max(fitting, key=lambda each: _gain(each, group, missing), default=None)
            if best is None or (group and not _met(best, group) & missing):
                break
            group.append(best)
        missing -= {frozenset((one.id, other.id)) for one, other in combinations(group, 2)}
        groups.append(tuple(group))
    return groups


def _gain(variant: Variant, group: Sequence[Variant], missing: set[frozenset[str]]) -> tuple[int, int]:
    """How many missing pairs a variant adds to a group, and how many of it are missing at all."""
    return len(_met(variant, group) & missing), sum(variant.id in pair for pair in missing)


def _met(variant: Variant, group: Sequence[Variant]) -> set[frozenset[str]]:
    return {frozenset((variant.id, other.id)) for other in group}
