"""Width × height where two limits meet: what is to be accepted, and what became of every size that was sent.

Both axes are logarithmic, so that 32 and 20,000 px are both seen; the hyperbola of all sizes with the same number of
pixels is a straight line there.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from contract.limits import EnforcementPoint
from contract.results import Result
from contract.verdicts import Verdict
from reports.outcomes import Outcome, outcome

SIDE: Final = 360
_LEFT: Final = 46
_BOTTOM: Final = 40
_INSET: Final = 12
# The size that Geti counts is the one that is shown: EXIF orientations from 5 on swap the sides.
_TURNED: Final = 5


@dataclass(frozen=True, slots=True)
class Spot:
    """Files of one size with the same outcome."""

    x: float
    y: float
    outcome: Outcome
    broken: bool
    words: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A value on an axis; ``place`` along it."""

    place: float
    text: str


@dataclass(frozen=True, slots=True)
class Plane:
    """The picture of one kind of media: ``legal`` is a polygon, ``hyperbola`` the line of as many pixels as allowed."""

    name: str
    legal: str
    hyperbola: tuple[float, float, float, float] | None
    pixels: int | None
    columns: tuple[Tick, ...]
    rows: tuple[Tick, ...]
    spots: tuple[Spot, ...]

    @property
    def words(self) -> str:
        """The picture in a sentence."""
        broken = [spot.words for spot in self.spots if spot.broken]
        return f"{self.name}: {len(self.spots)} sizes, " + (
            f"{len(broken)} against the contract: {'; '.join(broken[:6])}" if broken else "all as documented"
        )


@dataclass(frozen=True, slots=True)
class _Bounds:
    least: int
    width: int
    height: int
    pixels: int | None

    def place(self, value: float) -> float:
        low, high = math.log(self.least / 1.9), math.log(max(self.width, self.height) * 1.9)
        share = (math.log(value) - low) / (high - low)
        return round(min(max(share, 0.0), 1.0) * (SIDE - _LEFT - _INSET), 1)

    def x(self, value: float) -> float:
        return round(_LEFT + self.place(value), 1)

    def y(self, value: float) -> float:
        return round(SIDE - _BOTTOM - self.place(value) * (SIDE - _BOTTOM - _INSET) / (SIDE - _LEFT - _INSET), 1)


def planes(results: Sequence[Result]) -> list[Plane]:
    """The planes of images and of videos at upload, where sizes were sent and the sides are limited."""
    values = {result.limit: result.documented for result in results if result.limit and result.documented is not None}
    wanted = (
        ("images", EnforcementPoint.IMAGE_UPLOAD, "image.side.min", "image.side.max", "image.side.max"),
        ("videos", EnforcementPoint.VIDEO_UPLOAD, "video.side.min", "video.width.max", "video.height.max"),
    )
    return [
        _plane(name, point, _Bounds(values[least], values[width], values[height], _pixels(name, values)), results)
        for name, point, least, width, height in wanted
        if {least, width, height} <= set(values)
    ]


def _pixels(name: str, values: Mapping[str, int]) -> int | None:
    return values.get("image.pixels.max") if name == "images" else None


def _plane(name: str, point: EnforcementPoint, bounds: _Bounds, results: Sequence[Result]) -> Plane:
    counted: Counter[tuple[int, int, Outcome, bool]] = Counter()
    for result in results:
        size = _size(result.sent)
        if size and result.enforcement_point == point and result.verdict is not Verdict.NOT_APPLICABLE:
            broken = result.broken or result.waived_verdict is not None
            counted[*size, outcome(result), broken] += 1
    spots = tuple(
        Spot(bounds.x(width), bounds.y(height), seen, broken, f"{width:,} × {height:,} px {seen.value}, {count} files")
        for (width, height, seen, broken), count in sorted(counted.items(), key=lambda item: item[0][3])
    )
    legal, hyperbola = _legal(bounds)
    return Plane(
        name,
        legal,
        hyperbola,
        bounds.pixels,
        tuple(Tick(bounds.x(value), f"{value:,}") for value in (bounds.least, bounds.width)),
        tuple(Tick(bounds.y(value), f"{value:,}") for value in (bounds.least, bounds.height)),
        spots,
    )


def _legal(bounds: _Bounds) -> tuple[str, tuple[float, float, float, float] | None]:
    least, wide, high = bounds.least, bounds.width, bounds.height
    corners: list[tuple[float, float]] = [(least, least), (wide, least)]
    hyperbola = None
    if bounds.pixels is not None and bounds.pixels < wide * high:
        corners += [(wide, bounds.pixels / wide), (bounds.pixels / high, high)]
        one, other = corners[2], corners[3]
        hyperbola = (bounds.x(one[0]), bounds.y(one[1]), bounds.x(other[0]), bounds.y(other[1]))
    else:
        corners.append((wide, high))
    corners.append((least, high))
    return " ".join(f"{bounds.x(x)},{bounds.y(y)}" for x, y in corners), hyperbola


def _size(sent: Mapping[str, object]) -> tuple[int, int] | None:
    width, height, turned = sent.get("width"), sent.get("height"), sent.get("orientation", 1)
    if not isinstance(width, int) or not isinstance(height, int) or min(width, height) < 1:
        return None
    return (height, width) if isinstance(turned, int) and turned >= _TURNED else (width, height)
