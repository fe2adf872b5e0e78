"""A ruler for a broken limit: the documented boundary, every probe as a mark, and the boundary that was observed.

The first two steps beside the documented value have a width of their own, what lies further grows logarithmically: one
step and thousands of steps are both seen. A boundary is drawn between the last value inside and the first outside.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from contract.limits import LIMITS
from contract.results import Result
from contract.verdicts import Expected, Verdict

WIDTH: Final = 400
_MARGIN: Final = 18
_TOP: Final = 20
_MARK_ROW: Final = 28
_NAME: Final = 20
_GAP: Final = 6
_FOOT: Final = 16
_STEP: Final = 46
_SECOND_STEP: Final = 26


class Outcome(StrEnum):
    """What the deployment did with a probe; each has a mark of its own shape and colour, named by ``mark``."""

    ACCEPTED = "accepted"
    REFUSED = "refused with 409, or by its job"
    OTHERWISE = "refused otherwise"
    CRASHED = "crashed"
    UNJUDGED = "not judged"

    @property
    def mark(self) -> str:
        """The name of the mark in the style sheet."""
        return self.name.lower()


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
    """One axis of the probes, named where there are several: its marks, and the steps of the search.

    ``observed`` is where the observed boundary is drawn, ``gap`` the stretch between it and the documented one.
    """

    name: str
    top: float
    base: float
    marks: tuple[Mark, ...]
    steps: tuple[Label, ...]
    labels: tuple[Label, ...]
    observed: float | None
    gap: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Ruler:
    """The picture of one requirement. ``legal`` is where values are to be accepted, ``documented_x`` its end."""

    documented: int
    legal: tuple[float, float]
    documented_x: float
    lanes: tuple[Lane, ...]
    height: float
    words: str

    @property
    def caption_x(self) -> float:
        """Where the caption of the documented boundary stands, so that it stays within the picture."""
        half = 3.7 * len(f"documented {self.documented:,}")
        return min(max(self.documented_x, half), WIDTH - half)

    @property
    def searched(self) -> bool:
        """Whether a real boundary was looked for and is drawn."""
        return any(lane.gap for lane in self.lanes)

    @property
    def outcomes(self) -> list[Outcome]:
        """What a legend has to explain."""
        marked = {mark.outcome for lane in self.lanes for mark in lane.marks}
        return [outcome for outcome in Outcome if outcome in marked]


class _Scale:
    """From values to places: the first and the second step beside ``documented`` have a width of their own."""

    def __init__(self, documented: int, values: Iterable[int]) -> None:
        self.documented = documented
        distances = [value - documented for value in values]
        left, right = (math.log2(max(1, furthest / 2)) for furthest in (-min(distances), max(distances)))
        room = WIDTH - 2 * (_MARGIN + _SECOND_STEP)
        self._step = min(max(room / (2 + left + right), _STEP), room / 3)
        self._octave = (room - 2 * self._step) / max(left + right, 1.0)
        self._origin = _MARGIN + _SECOND_STEP + self._step + left * self._octave
        if left + right == 0:
            self._origin = WIDTH / 2

    def __call__(self, value: float) -> float:
        distance = value - self.documented
        far = abs(distance)
        away = self._step * min(far, 1) + _SECOND_STEP * min(max(far - 1, 0), 1)
        away += self._octave * math.log2(max(far / 2, 1))
        return round(self._origin + math.copysign(away, distance), 1)


def ruler(results: Sequence[Result]) -> Ruler | None:
    """The ruler of one requirement, from all its results; nothing for a rule or where no value was probed."""
    probes = [
        result
        for result in results
        if result.side
        and result.limit in LIMITS
        and None not in (result.documented, result.value)
        and result.verdict is not Verdict.NOT_APPLICABLE
    ]
    if not probes:
        return None
    limit, documented = LIMITS[probes[0].limit or ""], probes[0].documented or 0
    outward = limit.sign
    values = [result.value for result in probes if result.value is not None]
    values += [result.observed_boundary for result in probes if result.observed_boundary is not None]
    values += [value for result in probes for value, _ in result.search]
    scale = _Scale(documented, values)
    edge = scale(documented + outward / 2)
    axes: dict[str, list[Result]] = defaultdict(list)
    for result in probes:
        axes[result.axis or ""].append(result)
    lanes: list[Lane] = []
    y = float(_TOP)
    for axis, group in axes.items():
        lanes.append(_lane(axis if len(axes) > 1 else "", group, scale, outward, y))
        y = lanes[-1].base + _FOOT
    boundaries = dict.fromkeys(result.boundary for result in probes if result.boundary)
    return Ruler(
        documented=documented,
        legal=(0.0, edge) if outward == 1 else (edge, float(WIDTH)),
        documented_x=edge,
        lanes=tuple(lanes),
        height=y + 4,
        words=f"{limit.id}: documented {documented:,} {limit.unit}, observed {', '.join(map(str, boundaries)) or '-'}",
    )


def _lane(name: str, results: Sequence[Result], scale: _Scale, outward: int, y: float) -> Lane:
    counted = Counter((result.value or 0, outcome(result), _broken(result)) for result in results)
    heights: Counter[int] = Counter(value for value, _, _ in counted)
    top = y + (_NAME if name else _GAP)
    base = top + max(heights.values()) * _MARK_ROW
    piled: Counter[int] = Counter()
    marks = []
    for (value, seen, broken), count in sorted(counted.items()):
        place = base - 10 - piled[value] * _MARK_ROW
        marks.append(Mark(x=scale(value), y=place, outcome=seen, broken=broken, value=value, count=count))
        piled[value] += 1
    searched = next((result for result in results if result.boundary), None)
    observed, gap = _observed(searched, scale, outward)
    return Lane(
        name=name,
        top=top,
        base=base,
        marks=tuple(marks),
        steps=tuple(
            Label(scale(value), base, f"{value:,} {'accepted' if accepted else 'refused'}")
            for value, accepted in (searched.search if searched else ())
        ),
        labels=_labels(marks, searched, scale, base + 12),
        observed=observed,
        gap=gap,
    )


def outcome(result: Result) -> Outcome:
    """What the deployment did with a probe; jobs that refuse answer 2xx first, so the verdict is asked before that."""
    verdict = result.waived_verdict or result.verdict
    accepted = result.status is not None and 200 <= result.status < 300
    if verdict in (Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE):
        return Outcome.UNJUDGED
    if verdict is Verdict.CRASHED:
        return Outcome.CRASHED
    if verdict is Verdict.KEPT:
        return Outcome.ACCEPTED if result.expected == Expected.ACCEPTED else Outcome.REFUSED
    if verdict is Verdict.NOT_ENFORCED or (verdict is Verdict.UNCLEAN and accepted):
        return Outcome.ACCEPTED
    return Outcome.REFUSED if result.status == 409 and verdict is not Verdict.WRONG_STATUS else Outcome.OTHERWISE


def _broken(result: Result) -> bool:
    return result.broken or result.waived_verdict is not None


def _observed(searched: Result | None, scale: _Scale, outward: int) -> tuple[float | None, tuple[float, float] | None]:
    """Where the observed boundary is drawn, and the stretch between it and the documented one."""
    if searched is None or searched.observed_boundary is None:
        return None, None
    end = scale(scale.documented + outward / 2)
    unbounded = (searched.boundary or "").startswith("none up to")
    real = float(WIDTH if outward == 1 else 0) if unbounded else scale(searched.observed_boundary + outward / 2)
    return None if unbounded else real, (min(real, end), max(real, end))


def _labels(marks: Sequence[Mark], searched: Result | None, scale: _Scale, y: float) -> tuple[Label, ...]:
    """The values below the marks: steps from the documented value close to it, the number itself further away."""
    wanted = [searched.observed_boundary] if searched and searched.observed_boundary is not None else []
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
        return f"{value:,}"
    return f"{distance:+d}".replace("-", "\N{MINUS SIGN}") if abs(distance) < 10 else f"{value:,}"
