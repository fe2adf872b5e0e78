"""Splitting a manifest among machines: the same split on each of them, balanced by how long cases take."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from contract.results import Shard

# Seconds that one case of a family took in the gate, as measured; the longest beginning of its id decides.
_SECONDS: Final[Mapping[str, float]] = {
    "": 0.06,
    "document.": 0.001,
    "openapi.": 0.01,
    "openapi.positive-data": 0.30,
    "openapi.negative-data": 0.24,
    "image.pixels.max@image-upload": 0.48,
    "image.pixels.max@dataset-import": 0.20,
    "image.side.max@dataset-import": 0.13,
    "image.side.min@dataset-import": 0.14,
    "video.duration.max": 0.35,
    "combination.video-upload": 0.22,
    "robustness.": 0.09,
    "media.annotation-versions.max": 1.10,
    "organization.projects.max": 0.15,
    "project.": 0.15,
    "training.": 0.10,
}
# Cases that count what other processes create beside them: while one is judged nobody else may create any.
ALONE: Final = "organization.projects.max"
# Limits whose every case shares one fill, whatever the enforcement point.
_ONE_FILL: Final = ("project.media.max", "training.dataset-size.max", ALONE)


def shard_of(text: str) -> Shard:
    """``i/n`` as it is typed, counted from 1. Raises ``ValueError`` with what is wrong."""
    found = re.fullmatch(r"(\d{1,4})/(\d{1,4})", text)
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise ValueError(f"{text} is no shard; write 1/4 for the first of four")
    return Shard(int(found[1]), int(found[2]))


def unit_of(case: str) -> str:
    """What a case must stay together with: cases of a count share what was filled, those of the document its answers.

    Every other case is a unit of its own.
    """
    for family in ("openapi.", "document."):
        if case.startswith(family):
            return family
    requirement = case.partition("/")[0]
    limit = requirement.partition("@")[0]
    if limit in _ONE_FILL:
        return limit
    counted = limit.startswith(("project.", "media."))
    return requirement if counted else case


def split(cases: Sequence[str], count: int, recorded: Mapping[str, float]) -> tuple[tuple[str, ...], ...]:
    """The cases of each of ``count`` shards, in order; ``recorded`` is how long cases took before, in seconds.

    The longest unit goes first, each to the shard that has least to do; nothing is drawn at random.
    """
    weight: dict[str, float] = {}
    for case in cases:
        weight[unit_of(case)] = weight.get(unit_of(case), 0.0) + recorded.get(case, seconds_of(case))
    loads, placed = [0.0] * count, dict[str, int]()
    for unit in sorted(weight, key=lambda unit: -weight[unit]):  # a stable sort: ties stay in order
        least = min(range(count), key=lambda shard: loads[shard])
        loads[least] += weight[unit]
        placed[unit] = least
    return tuple(tuple(case for case in cases if placed[unit_of(case)] == shard) for shard in range(count))


def seconds_of(case: str) -> float:
    """How long a case takes where nothing was recorded, in seconds."""
    return _SECONDS[max((start for start in _SECONDS if case.startswith(start)), key=len)]
