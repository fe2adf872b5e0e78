"""Sizes around the boundary of one limit that keep every other limit: from a few integers, never by trying."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isqrt
from typing import Final, Literal, Protocol, TypeVar

from contract.limits import Axis, Limit
from contract.probes import Shape, Side, boundary_value, bounds_on, control_shape, nearest_area
from contract.profiles import Profile

_Value = TypeVar("_Value")
Distance = Literal["on", "beside", "little", "far"]
Other = Literal["plain", "least", "near-least", "most", "near-most", "anywhere"]


def weighted(*values: tuple[_Value, int]) -> tuple[_Value, ...]:
    """Each value as often as it weighs: an integer that is looked up in it draws by these weights."""
    return tuple(value for value, weight in values for _ in range(weight))


# How far from the boundary: half of the draws at it or one unit from it.
INSIDE: Final[tuple[Distance, ...]] = weighted(("on", 4), ("beside", 3), ("little", 2), ("far", 1))
OUTSIDE: Final[tuple[Distance, ...]] = weighted(("beside", 5), ("little", 2), ("far", 3))
_OTHERS: Final[tuple[Other, ...]] = weighted(
    ("plain", 5), ("least", 1), ("near-least", 1), ("most", 1), ("near-most", 1), ("anywhere", 3)
)
_LITTLE, _NEAR = 14, 8
# Where a side no longer fits into 16 bits, a part of the far ones lies.
_16_BITS: Final = 1 << 16
# As far as sides are drawn where no limit ends them, in pixels, and images in all: what decodes in a second.
_LONGEST: Final = 80_000
_MOST_PIXELS: Final = 36_000_000
_LONGEST_VIDEO_SIDE: Final = 16_383
_SECONDS: Final = (2, 2, 2, 2, 3, 10)


class Sizes(Protocol):
    """Where shapes come from."""

    def shape(self, near: int, magnitude: int, axis: int, other: int, anywhere: int) -> Shape:
        """The shape that integers of 0 and more stand for; all 0 is the plainest at, or beside, the boundary."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What all limits of a medium leave on each axis, those included that are not in force: nothing beyond is drawn."""

    width: tuple[int, int]
    height: tuple[int, int]
    pixels: int
    seconds: int
    plain: Shape

    @classmethod
    def of(cls, entity: str, profile: Profile) -> Bounds:
        """Those of images or of videos."""
        longest = _LONGEST if entity == "image" else _LONGEST_VIDEO_SIDE
        (low_w, high_w), (low_h, high_h) = (
            bounds_on(entity, axis, profile, in_force=False) for axis in (Axis.WIDTH, Axis.HEIGHT)
        )
        pixels = bounds_on(entity, Axis.AREA, profile, in_force=False)[1] or _MOST_PIXELS
        seconds = bounds_on(entity, Axis.DURATION, profile, in_force=False)[1] or 0
        plain = control_shape(profile, video=entity == "video")
        return cls((low_w, high_w or longest), (low_h, high_h or longest), min(pixels, _MOST_PIXELS), seconds, plain)

    def beside(self, value: int, bounds: tuple[int, int], other: Other, anywhere: int) -> int:
        """The other side, in pixels, of an image or video with ``value`` on one."""
        low, high = bounds[0], max(bounds[0], min(bounds[1], self.pixels // value))
        plain = min(max(low, self.plain.width), high)
        match other:
            case "plain":
                return plain
            case "least":
                return low
            case "near-least":
                return min(high, low + anywhere % _NEAR)
            case "most":
                return high
            case "near-most":
                return max(low, high - anywhere % _NEAR)
        span = high - low + 1
        return low + (anywhere % span if anywhere % 2 else anywhere % min(span, 512))


@dataclass(frozen=True, slots=True)
class AxisSizes:
    """Shapes around a limit on sides or on the duration."""

    limit: Limit
    bounds: Bounds
    boundary: int
    outside: bool
    furthest: int

    def shape(self, near: int, magnitude: int, axis: int, other: int, anywhere: int) -> Shape:
        """Raises nothing; see ``Sizes``."""
        bounds, kind = self.bounds, _OTHERS[other % len(_OTHERS)]
        value = self.value((OUTSIDE if self.outside else INSIDE)[near % 10], magnitude)
        seconds = bounds.plain.seconds and _SECONDS[(other + anywhere) % len(_SECONDS)]
        sides = self._sides[axis % len(self._sides)]
        if sides == (Axis.DURATION,):
            width = bounds.beside(1, bounds.width, kind, anywhere)
            height = bounds.beside(1, bounds.height, "plain" if kind == "anywhere" else kind, anywhere)
            return Shape(width, height, value)
        if sides == (Axis.FRAME_RATE,):
            return replace(bounds.plain, rate=value)
        if len(sides) > 1:
            return Shape(value, value, seconds)
        if sides == (Axis.WIDTH,):
            return Shape(value, bounds.beside(value, bounds.height, kind, anywhere), seconds)
        return Shape(bounds.beside(value, bounds.width, kind, anywhere), value, seconds)

    def value(self, distance: Distance, magnitude: int) -> int:
        """The value on the limit's axis, so far from its boundary."""
        span = abs(self.furthest - self.boundary)
        if distance == "far" and self.outside and self.boundary < _16_BITS < self.furthest and magnitude % 3 == 1:
            return min(self.furthest, _16_BITS + magnitude // 3 % 512)
        steps = {"on": 0, "beside": 1, "little": 2 + magnitude % _LITTLE, "far": magnitude % max(1, span)}[distance]
        if self.outside:
            steps = max(1, steps)
        away = self.limit.sign if self.outside else -self.limit.sign
        return self.boundary + away * min(steps, span)

    @property
    def _sides(self) -> Sequence[tuple[Axis, ...]]:
        """The axes to vary: each alone, and where it is still legal both at once."""
        axes = self.limit.axes
        both = len(axes) > 1 and self.furthest_area <= self.bounds.pixels
        alone = [(axis,) for axis in axes]
        return [*alone, *alone, axes] if both else alone

    @property
    def furthest_area(self) -> int:
        """The pixels of a square as far out as it is drawn."""
        return max(self.boundary, self.furthest) ** 2


@dataclass(frozen=True, slots=True)
class AreaSizes:
    """Shapes around a limit on the number of pixels."""

    limit: Limit
    bounds: Bounds
    boundary: int
    outside: bool
    exact: tuple[Shape, ...]

    def shape(self, near: int, magnitude: int, axis: int, other: int, anywhere: int) -> Shape:
        """Raises nothing; see ``Sizes``."""
        distance = (OUTSIDE if self.outside else INSIDE)[near % 10]
        (low_w, high_w), (low_h, high_h) = self.bounds.width, self.bounds.height
        if distance in ("on", "beside") and self.exact:
            chosen = self.exact[(axis + anywhere) % len(self.exact)]
            turned = replace(chosen, width=chosen.height, height=chosen.width)
            return turned if axis % 2 and chosen.width <= high_h and chosen.height <= high_w else chosen
        if distance == "far" and not self.outside:
            width = min(high_w, self.bounds.plain.width + magnitude % 2000)
            return replace(self.bounds.plain, width=width, height=min(high_h, low_h + anywhere % 2000))
        narrowest = max(low_w, -(-self.boundary // high_h) + 1)
        widest = max(narrowest, min(high_w, self.boundary // low_h))
        squarest = min(max(narrowest, isqrt(self.boundary)), widest)
        width = {0: squarest, 1: narrowest, 2: widest}.get(other % 5, narrowest + magnitude % (widest - narrowest + 1))
        height = self.boundary // width + self.outside
        if distance == "far":
            height = min(high_h, height + anywhere % max(1, height // 2))
        return replace(self.bounds.plain, width=width, height=min(height, high_h))


def sizes_of(limit: Limit, profile: Profile, *, outside: bool) -> Sizes:
    """Where the shapes on one side of a limit come from."""
    bounds, boundary = Bounds.of(limit.entity, profile), boundary_value(limit, profile)
    if limit.axes == (Axis.AREA,):
        sides = (Side.ABOVE,) if outside else (Side.AT, Side.BELOW)
        found = (
            nearest_area(boundary + limit.sign * step, side, profile, entity=limit.entity)
            for side in sides
            for step in ((1, 2, 3) if outside else (0, -1, -2))
        )
        exact = tuple(dict.fromkeys(shape for shape in found if shape is not None))
        return AreaSizes(limit, bounds, boundary, outside, exact)
    return AxisSizes(limit, bounds, boundary, outside, _furthest(limit, bounds, boundary, outside=outside))


def _furthest(limit: Limit, bounds: Bounds, boundary: int, *, outside: bool) -> int:
    """The value furthest from the boundary that is drawn."""
    axis = limit.axes[0]
    low, high = bounds.width if axis is Axis.WIDTH else bounds.height if axis is Axis.HEIGHT else (2, bounds.seconds)
    if limit.sign < 0:
        return 1 if outside else min(high, boundary + 16 * _NEAR)
    if not outside:
        return min(boundary, low)
    longest = {"image": _LONGEST, "video": _LONGEST_VIDEO_SIDE}[limit.entity]
    return min(4 * boundary, longest) if axis in (Axis.WIDTH, Axis.HEIGHT) else 4 * boundary
