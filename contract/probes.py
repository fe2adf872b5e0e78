"""The table of probes: which exact points are asked for at each boundary, and which of them exist.

A probe is one request at one side of a boundary: ``below``, ``at``, ``above`` for limit−1, limit, limit+1 of a
maximum, mirrored for a minimum. Where no file of the wanted size exists, the probe names the nearest that does.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from contract.limits import BY_ID, Constraint, EnforcementPoint, Limit
from contract.profiles import Profile, Setting
from contract.verdicts import Expected

# A side well inside every documented limit, in pixels; the side that a probe does not vary.
COMFORTABLE_SIDE: Final = 64
CONTROL_SECONDS: Final = 2


class Side(StrEnum):
    """On which side of the boundary a probe lies, seen from what is legal: ``above`` is what must be refused."""

    BELOW = "below"
    AT = "at"
    ABOVE = "above"


class Axis(StrEnum):
    """What a media probe varies."""

    WIDTH = "width"
    HEIGHT = "height"
    AREA = "area"
    DURATION = "duration"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Shape:
    """A size in pixels and, for a video, whole seconds (0 for an image)."""

    width: int
    height: int
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Probe:
    """One point at one boundary.

    ``wanted`` is the exact value that the table of limits asks for and ``value`` the nearest that exists, both in the
    limit's unit; ``note`` says why they differ. ``shape`` is None where no file on this side exists at all.
    """

    limit: Limit
    point: EnforcementPoint
    side: Side
    axis: Axis
    expected: Expected
    wanted: int
    value: int
    shape: Shape | None
    note: str = ""

    @property
    def requirement(self) -> str:
        """The id of the requirement that this probe judges."""
        return self.limit.requirement(self.point)


MEDIA_AXES: Final[dict[str, tuple[Axis, ...]]] = {
    "image.pixels.max": (Axis.AREA,),
    "image.side.min": (Axis.WIDTH, Axis.HEIGHT),
    "image.side.max": (Axis.WIDTH, Axis.HEIGHT),
    "video.side.min": (Axis.WIDTH, Axis.HEIGHT),
    "video.width.max": (Axis.WIDTH,),
    "video.height.max": (Axis.HEIGHT,),
    "video.duration.max": (Axis.DURATION,),
}


def boundary_value(limit: Limit, profile: Profile) -> int:
    """Where the boundary is looked for: the profile's value, else the documented one (limit switched off)."""
    value = profile.value(limit.id)
    return limit.value if value is None else value


def expectation(limit: Limit, side: Side, profile: Profile) -> Expected:
    """What the profile promises on one side of a limit; a limit that is off accepts on every side."""
    setting = profile[limit.id]
    if setting in (Setting.UNKNOWN, Setting.NOT_PART):
        return Expected.NOTHING
    if side is Side.ABOVE and setting is not Setting.OFF:
        return Expected.REFUSED
    return Expected.ACCEPTED


def value_on(limit: Limit, side: Side, boundary: int) -> int:
    """The exact value on one side of a boundary: one step from it, away from or into what is legal."""
    outward = 1 if limit.constraint is Constraint.MAX else -1
    return boundary + {Side.BELOW: -outward, Side.AT: 0, Side.ABOVE: outward}[side]


def media_probes(limit_id: str, point: EnforcementPoint, profile: Profile, longest: int | None = None) -> list[Probe]:
    """All probes of one media limit at one enforcement point.

    ``longest`` is the longest side in pixels that the file format can express, None for no bound that matters.
    """
    limit = BY_ID[limit_id]
    boundary = boundary_value(limit, profile)
    return [
        _probe(limit, point, side, axis, value_on(limit, side, boundary), profile, longest)
        for axis in MEDIA_AXES[limit_id]
        for side in Side
    ]


def count_probes(limit_id: str, point: EnforcementPoint, profile: Profile) -> list[Probe]:
    """The probes of a limit on a count: the entity that makes it limit−1, limit and limit+1."""
    limit = BY_ID[limit_id]
    values = [(side, value_on(limit, side, boundary_value(limit, profile))) for side in Side]
    return [
        Probe(limit, point, side, Axis.COUNT, expectation(limit, side, profile), value, value, None)
        for side, value in values
    ]


def _probe(
    limit: Limit, point: EnforcementPoint, side: Side, axis: Axis, wanted: int, profile: Profile, longest: int | None
) -> Probe:
    expected = expectation(limit, side, profile)
    if axis is Axis.AREA:
        shape = nearest_area(wanted, side, profile, longest)
        if shape is None:
            return Probe(limit, point, side, axis, expected, wanted, wanted, None, f"no shape {side} {wanted} exists")
        value = shape.width * shape.height
        note = "" if value == wanted else f"no shape has {wanted} pixels; the nearest {side} has {value}"
        return Probe(limit, point, side, axis, expected, wanted, value, shape, note)
    if longest is not None and axis is not Axis.DURATION and wanted > longest:
        note = f"no such file: the format ends at {longest} px a side"
        if side is Side.BELOW:
            return Probe(limit, point, side, axis, expected, wanted, longest, shape_on(axis, longest, profile), note)
        return Probe(limit, point, side, axis, expected, wanted, longest, None, note)
    return Probe(limit, point, side, axis, expected, wanted, wanted, shape_on(axis, wanted, profile))


def comfortable_side(profile: Profile) -> int:
    """A side in pixels inside the profile's smallest and largest sides."""
    floor = max(profile.value("image.side.min") or 1, profile.value("video.side.min") or 1)
    return max(COMFORTABLE_SIDE, 2 * floor)


def control_shape(profile: Profile, *, video: bool) -> Shape:
    """The control: well inside every limit of the profile."""
    side = comfortable_side(profile)
    return Shape(side, side, CONTROL_SECONDS if video else 0)


def shape_on(axis: Axis, value: int, profile: Profile) -> Shape:
    """The shape with ``value`` on one axis (pixels or seconds) and the control's size on the others."""
    side = comfortable_side(profile)
    if axis is Axis.WIDTH:
        return Shape(value, side, CONTROL_SECONDS)
    if axis is Axis.HEIGHT:
        return Shape(side, value, CONTROL_SECONDS)
    return Shape(side, side, value)


def nearest_area(pixels: int, side: Side, profile: Profile, longest: int | None = None) -> Shape | None:
    """The squarest shape with ``pixels`` pixels or, where none has, the nearest one further on the same side.

    Both sides stay within the profile's sides and ``longest``. ``above`` looks upwards, ``below`` and ``at``
    downwards. 35,481,601 has one shape only, 5507×6443; 35,481,599 has none, the nearest below is 35,481,594.
    """
    shortest = profile.value("image.side.min") or 1
    widest = min(profile.value("image.side.max") or 20_000, longest or 20_000)
    step = 1 if side is Side.ABOVE else -1
    count = pixels
    while shortest * shortest <= count <= widest * widest:
        shape = _squarest(count, shortest, widest)
        if shape is not None:
            return shape
        count += step
    return None


def _squarest(pixels: int, shortest: int, widest: int) -> Shape | None:
    height = int(pixels**0.5)
    while height >= shortest and pixels // height <= widest:
        if pixels % height == 0:
            return Shape(pixels // height, height)
        height -= 1
    return None
