"""The timeline of a run: which lane judged what, and when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from contract.cases import subject_of
from contract.results import Result
from contract.verdicts import BROKEN, Verdict
from reports.causes import Cause
from reports.text import count

# The width of a lane in units of its picture; what is shorter than the second is drawn as long as it.
WIDTH: Final = 1000
_SHORTEST: Final = 1.5
# What lies nearer together than this share of the run, and is of one subject and one colour, is one block.
_NEAR: Final = 0.004
_TICKS: Final = 4
_LONGEST: Final = 10


@dataclass(frozen=True, slots=True)
class Block:
    """Cases of one subject that one lane judged one after the other; ``finding`` is the number of theirs."""

    x: float
    width: float
    kind: str
    words: str
    finding: int | None


@dataclass(frozen=True, slots=True)
class LaneShown:
    """A lane with its blocks; ``busy`` is the share of the run in which it judged, in percent."""

    name: str
    cases: int
    busy: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The lanes, the seconds below them, and the cases that took longest with when they began, in seconds."""

    lanes: tuple[LaneShown, ...]
    ticks: tuple[str, ...]
    longest: tuple[tuple[Result, float], ...]


def timeline(results: Sequence[Result], causes: Sequence[Cause]) -> Timeline | None:
    """The timeline; None where no result says when it was judged. ``causes`` in the order of the page."""
    timed = [each for each in results if each.started_ms > 0 and each.lane]
    if not timed:
        return None
    began = min(each.started_ms for each in timed)
    ended = max(each.started_ms + 1000 * each.elapsed_s for each in timed)
    scale = _Scale(
        began,
        max(ended - began, 1.0),
        {result.case: number for number, cause in enumerate(causes, 1) for result in cause.results},
    )
    lanes: dict[str, list[Result]] = defaultdict(list)
    for result in sorted(timed, key=lambda each: each.started_ms):
        lanes[result.lane].append(result)
    shown = tuple(scale.lane(name, lanes[name]) for name in sorted(lanes))
    ticks = tuple(f"{scale.span_ms / 1000 * number / _TICKS:,.0f} s" for number in range(_TICKS + 1))
    slow = sorted(timed, key=lambda each: -each.elapsed_s)[:_LONGEST]
    return Timeline(shown, ticks, tuple((each, (each.started_ms - began) / 1000) for each in slow))


@dataclass(frozen=True, slots=True)
class _Scale:
    """From milliseconds since the epoch to units of a picture; ``findings`` are numbers by case."""

    began_ms: float
    span_ms: float
    findings: Mapping[str, int]

    def lane(self, name: str, results: Sequence[Result]) -> LaneShown:
        groups = [[results[0]]]
        for before, result in pairwise(results):
            near = result.started_ms - _end(before) < _NEAR * self.span_ms
            if near and self._same(before, result):
                groups[-1].append(result)
            else:
                groups.append([result])
        busy = round(100 * sum(1000 * each.elapsed_s for each in results) / self.span_ms)
        return LaneShown(name, len(results), min(busy, 100), tuple(map(self._block, groups)))

    def _same(self, one: Result, other: Result) -> bool:
        what = subject_of(one.requirement), _kind(one), self.findings.get(one.case)
        return what == (subject_of(other.requirement), _kind(other), self.findings.get(other.case))

    def _block(self, group: Sequence[Result]) -> Block:
        first, last = group[0], group[-1]
        x = (first.started_ms - self.began_ms) / self.span_ms * WIDTH
        width = max(_SHORTEST, (_end(last) - first.started_ms) / self.span_ms * WIDTH)
        seconds = (first.started_ms - self.began_ms) / 1000, (_end(last) - self.began_ms) / 1000
        words = (
            f"{subject_of(first.requirement)}, {count(len(group), 'case')}, {seconds[0]:.1f} s to {seconds[1]:.1f} s"
        )
        kind = _kind(first)
        return Block(round(x, 1), round(width, 1), kind, f"{words}: {kind}", self.findings.get(first.case))


def _end(result: Result) -> float:
    return result.started_ms + 1000 * result.elapsed_s


def _kind(result: Result) -> str:
    """The colour of a block by its name."""
    if result.verdict in BROKEN:
        return "broken"
    return "kept" if result.verdict in (Verdict.KEPT, Verdict.WAIVED) else "not judged"
