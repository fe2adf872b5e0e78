"""Splitting a manifest among machines: the same split on each of them, balanced by how long cases take."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contract.cases import Case


@dataclass(frozen=True, slots=True)
class Shard:
    """Which part of a run this is: the ``index``-th of ``count``, counted from 1."""

    index: int
    count: int


def shard_of(text: str) -> Shard:
    """``i/n`` as it is typed, counted from 1. Raises ``ValueError`` with what is wrong."""
    parts = re.fullmatch(r"(\d{1,4})/(\d{1,4})", text)
    if parts is None or not 1 <= int(parts[1]) <= int(parts[2]):
        raise ValueError(f"{text} is no shard; write 1/4 for the first of four")
    return Shard(int(parts[1]), int(parts[2]))


def split(cases: Sequence[Case], count: int, recorded: Mapping[str, float]) -> tuple[tuple[Case, ...], ...]:
    """The cases of each of ``count`` shards, in order; ``recorded`` is how long cases took before, in seconds by id.

    Cases of one group stay together. The longest unit goes first, each to the shard that has least to do; nothing is
    drawn at random.
    """
    weights: dict[str, float] = {}
    for case in cases:
        weights[case.unit] = weights.get(case.unit, 0.0) + recorded.get(case.id, case.seconds)
    loads, placed = [0.0] * count, dict[str, int]()
    for unit in sorted(weights, key=lambda unit: -weights[unit]):  # a stable sort: ties stay in order
        least = min(range(count), key=lambda shard: loads[shard])
        loads[least] += weights[unit]
        placed[unit] = least
    return tuple(tuple(case for case in cases if placed[case.unit] == shard) for shard in range(count))
