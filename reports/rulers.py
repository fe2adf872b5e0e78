"""A ruler for each limit: the documented boundary, every probe as a mark, and the real boundary where it differs.

The first step beside the documented value has a width of its own and what lies further grows logarithmically, so that
one step and thousands of steps are both seen. A boundary is drawn between the last value inside and the first outside.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from contract.limits import BY_ID, Constraint
from contract.results import Result
from contract.verdicts import Verdict
from reports.causes import worst
from reports.outcomes import Outcome, outcome

WIDTH: Final = 360
_MARGIN: Final = 18
_COUNT: Final = 12
_TOP: Final = 34
_STACK: Final = 20
_NAME: Final = 20
_FOOT: Final = 16
_STEP: Final = 46


@dataclass(frozen=True, slots=True)
class Mark:
    """Probes with the same value and outcome, at ``x``, ``y``; ``count`` of them."""

    x: float
    y: float
    outcome: Outcome
    broken: bool
    value: int
    count: int


@dataclass(frozen=True, slots=True)
class Label:
    """Text at a place."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One enforcement point and axis: its marks, the steps of the search, the real boundary."""

    name: str
    y: float
    base: float
    marks: tuple[Mark, ...]
    steps: tuple[Mark, ...]
    labels: tuple[Label, ...]
    observed: float | None
    gap: tuple[float, float] | None
    words: str
    boundary: str | None


@dataclass(frozen=True, slots=True)
class Ruler:
    """The picture of one limit. ``legal`` is where values are to be accepted, ``documented_x`` its end."""

    limit: str
    unit: str
    documented: int
    verdict: Verdict
    legal: tuple[float, float]
    documented_x: float
    lanes: tuple[Lane, ...]
    height: float
    citation: str

    @property
    def caption_x(self) -> float:
        """Where the caption of the documented boundary stands, so that it stays within the picture."""
        half = 3.7 * len(f"documented {self.documented:,}")
        return min(max(self.documented_x, half), WIDTH - half)

    @property
    def words(self) -> str:
        """The picture in a sentence, for who cannot see it."""
        return f"{self.limit}: documented {self.documented:,} {self.unit}. " + " ".join(
            f"{lane.name}: {lane.words}." for lane in self.lanes
        )


class _Scale:
    """From values to places: ``documented`` ± 1 stands one step of at least ``_STEP`` beside it."""

    def __init__(self, documented: int, values: Iterable[int]) -> None:
        self.documented = documented
        distances = [value - documented for value in values]
        left, right = (math.log2(max(1, furthest)) for furthest in (-min(distances), max(distances)))
        room = WIDTH - 2 * _MARGIN - _COUNT
        self._step = min(max(room / (2 + left + right), _STEP), room / 3)
        self._octave = (room - 2 * self._step) / max(left + right, 1.0)
        self._origin = _MARGIN + self._step + left * self._octave
        if left + right == 0:
            self._origin = (WIDTH - _COUNT) / 2

    def __call__(self, value: float) -> float:
        distance = value - self.documented
        away = self._step * min(abs(distance), 1) + self._octave * math.log2(max(abs(distance), 1))
        return round(self._origin + math.copysign(away, distance), 1)


def rulers(results: Sequence[Result]) -> list[Ruler]:
    """A ruler for each limit that was probed, in the order of the table of limits; broken ones first."""
    found: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        if result.side and result.limit in BY_ID and result.documented is not None and result.value is not None:
            found[result.limit].append(result)
    drawn = [_ruler(limit, found[limit]) for limit in BY_ID if limit in found]
    return sorted(drawn, key=lambda ruler: ruler.verdict in (Verdict.KEPT, Verdict.NOT_APPLICABLE))


def _ruler(limit_id: str, results: Sequence[Result]) -> Ruler:
    limit, documented = BY_ID[limit_id], results[0].documented or 0
    outward = 1 if limit.constraint is Constraint.MAX else -1
    values = [result.value for result in results if result.value is not None]
    values += [result.observed_boundary for result in results if result.observed_boundary is not None]
    values += [value for result in results for value, _ in result.search]
    scale = _Scale(documented, values)
    edge = scale(documented + outward / 2)
    lanes, y = [], float(_TOP)
    for name, group in _lanes(results).items():
        lane, y = _lane(name, group, scale, outward, y)
        lanes.append(lane)
    legal = (0.0, edge) if outward == 1 else (edge, float(WIDTH))
    return Ruler(
        limit_id, limit.unit, documented, worst(results), legal, edge, tuple(lanes), y + 4, results[0].citation
    )


def _lanes(results: Sequence[Result]) -> dict[str, list[Result]]:
    several = len({result.axis for result in results}) > 1
    lanes: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        point = (result.enforcement_point or "").replace("-", " ")
        lanes[f"{point}, {result.axis}" if several else point].append(result)
    return lanes


def _lane(name: str, results: Sequence[Result], scale: _Scale, outward: int, y: float) -> tuple[Lane, float]:
    drawn = [result for result in results if result.verdict is not Verdict.NOT_APPLICABLE]
    counted = Counter((each.value or 0, outcome(each), _was_broken(each)) for each in drawn)
    piles: Counter[int] = Counter()
    places = []
    for (value, seen, broken), count in sorted(counted.items()):
        places.append((value, seen, broken, count, piles[value]))
        piles[value] += 1
    tallest = max(piles.values(), default=1)
    base = y + _NAME + tallest * _STACK
    marks = tuple(
        Mark(scale(value), base - 10 - pile * _STACK, seen, broken, value, count)
        for value, seen, broken, count, pile in places
    )
    told = next((each for each in drawn if each.boundary), None)
    observed, gap = _observed(told, scale, outward)
    steps = tuple(
        Mark(scale(value), base, Outcome.ACCEPTED if accepted else Outcome.REFUSED, False, value, 1)
        for value, accepted in (told.search if told else ())
    )
    labels = _labels(marks, told, scale, base + 12)
    words = "not applicable" if not drawn else f"real boundary {told.boundary}" if told else worst(drawn).value
    boundary = told.boundary if told else None
    return Lane(name, y + 14, base, marks, steps, labels, observed, gap, words, boundary), base + _FOOT + 8


def _was_broken(result: Result) -> bool:
    return result.broken or result.waived_verdict is not None


def _observed(told: Result | None, scale: _Scale, outward: int) -> tuple[float | None, tuple[float, float] | None]:
    """Where the real boundary is drawn, and the stretch between it and the documented one."""
    if told is None or told.observed_boundary is None:
        return None, None
    end = scale(scale.documented + outward / 2)
    unbounded = (told.boundary or "").startswith("none up to")
    real = float(WIDTH if outward == 1 else 0) if unbounded else scale(told.observed_boundary + outward / 2)
    return None if unbounded else real, (min(real, end), max(real, end))


def _labels(marks: Sequence[Mark], told: Result | None, scale: _Scale, y: float) -> tuple[Label, ...]:
    """The values below the marks: steps from the documented value close to it, the number itself further away."""
    wanted = [told.observed_boundary] if told and told.observed_boundary is not None else []
    wanted += sorted({mark.value for mark in marks}, key=lambda value: abs(value - scale.documented))
    placed: list[Label] = []
    for value in dict.fromkeys(wanted):
        text, x = _step(value - scale.documented, value), scale(value)
        x = min(max(x, 3.1 * len(text)), WIDTH - 3.1 * len(text))
        if all(abs(x - other.x) > 3.1 * (len(text) + len(other.text)) + 3 for other in placed):
            placed.append(Label(x, y, text))
    return tuple(placed)


def _step(distance: int, value: int) -> str:
    if distance == 0:
        return "±0"
    return f"{distance:+d}".replace("-", "\N{MINUS SIGN}") if abs(distance) < 10 else f"{value:,}"
