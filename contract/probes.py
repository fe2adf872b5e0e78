"""The table of probes: which exact points are asked for at each boundary, and which of them exist.

A probe is one request at one side of a boundary: ``below``, ``at``, ``above`` for limit−1, limit, limit+1 of a
maximum, mirrored for a minimum. Where no file of the wanted size exists, the probe names the nearest that does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain
from math import isqrt
from typing import Final

from contract.limits import LIMITS, Axis, Constraint, EnforcementPoint, Limit
from contract.profiles import Profile, Setting
from contract.verdicts import CONFLICT, Expected

# A side well inside every documented limit, in pixels; the side that a probe does not vary.
COMFORTABLE_SIDE: Final = 64
CONTROL_SECONDS: Final = 2
# No image or video is looked for with a longer side, in pixels.
_LONGEST: Final = 20_000


_FIELDS: Final = {Axis.WIDTH: "width", Axis.HEIGHT: "height", Axis.DURATION: "seconds", Axis.FRAME_RATE: "rate"}


class Side(StrEnum):
    """On which side of the boundary a probe lies, seen from what is legal: ``above`` is what must be refused."""

    BELOW = "below"
    AT = "at"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class Shape:
    """A size in pixels and, for a video, whole seconds (0 for an image) and frames a second (0: the format's own)."""

    width: int
    height: int
    seconds: int = 0
    rate: int = 0

    def moved(self, axis: Axis, value: int) -> Shape:
        """The same with another ``value`` on one axis. Raises ``LookupError`` for one that no shape is made by."""
        return replace(self, **{_FIELDS[axis]: value})


@dataclass(frozen=True, slots=True)
class Probe:
    """One point at one boundary, with the statuses that are documented as its ``refusals``.

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
    refusals: frozenset[int] = CONFLICT


MEASURES: Final[Mapping[Axis, Callable[[Shape], int]]] = {
    Axis.WIDTH: lambda shape: shape.width,
    Axis.HEIGHT: lambda shape: shape.height,
    Axis.AREA: lambda shape: shape.width * shape.height,
    Axis.DURATION: lambda shape: shape.seconds,
    Axis.FRAME_RATE: lambda shape: shape.rate,
}


def boundary_value(limit: Limit, profile: Profile) -> int:
    """Where the boundary is looked for: the profile's value, else the documented one (limit switched off)."""
    value = profile.value(limit.id)
    return limit.value if value is None else value


def bounds_on(entity: str, axis: Axis, profile: Profile, *, in_force: bool = True) -> tuple[int, int | None]:
    """The least and the largest value that the limits of a medium leave on one axis; None for no largest.

    Limits that are switched off count only where not only those ``in_force`` are asked for.
    """
    low, high = 1, None
    for limit in LIMITS:
        if limit.entity != entity or axis not in limit.axes or (in_force and profile.value(limit.id) is None):
            continue
        bound = boundary_value(limit, profile)
        if limit.constraint is Constraint.MIN:
            low = max(low, bound)
        else:
            high = bound if high is None else min(high, bound)
    return low, high


def expectation(limit: Limit, side: Side, profile: Profile) -> Expected:
    """What the profile promises on one side of a limit; a limit that is off accepts on every side."""
    setting = profile[limit.id]
    if setting in (Setting.UNKNOWN, Setting.NOT_PART):
        return Expected.NOTHING
    if side is Side.ABOVE and setting is not Setting.OFF:
        return Expected.REFUSED
    return Expected.ACCEPTED


def limits_passed(entity: str, shape: Shape, profile: Profile) -> list[Limit]:
    """The limits of a medium that a shape lies beyond on any axis; 0 on an axis is left to the format."""
    limits = [limit for limit in LIMITS if limit.entity == entity]
    return [limit for limit in limits if any(_is_beyond(limit, MEASURES[axis](shape), profile) for axis in limit.axes)]


def _is_beyond(limit: Limit, value: int, profile: Profile) -> bool:
    return value != 0 and limit.sign * (value - boundary_value(limit, profile)) > 0


def expected_of(entity: str, shape: Shape, profile: Profile) -> Expected:
    """What all limits together promise of a medium: refused where any limit in force is passed.

    Nothing is promised where only a limit whose setting is not known is passed.
    """
    settings = {profile[limit.id] for limit in limits_passed(entity, shape, profile)}
    if any(isinstance(setting, int) for setting in settings):
        return Expected.REFUSED
    return Expected.NOTHING if settings & {Setting.UNKNOWN, Setting.NOT_PART} else Expected.ACCEPTED


def value_on(limit: Limit, side: Side, boundary: int) -> int:
    """The exact value on one side of a boundary: one step from it, away from or into what is legal."""
    return boundary + limit.sign * {Side.BELOW: -1, Side.AT: 0, Side.ABOVE: 1}[side]


def media_probes(limit: Limit, point: EnforcementPoint, profile: Profile, longest: int | None = None) -> list[Probe]:
    """All probes of one limit of images or videos at one enforcement point.

    ``longest`` is the longest side in pixels that the file format can express, None for no bound that matters.
    A file that keeps this limit and passes another is to be refused all the same.
    """
    profile = profile.at(point)
    probes = [
        _probe(limit, point, side, axis, value_on(limit, side, boundary_value(limit, profile)), profile, longest)
        for axis in limit.axes
        for side in Side
    ]
    return [_with_other_limits(probe, profile) for probe in probes]


def _with_other_limits(probe: Probe, profile: Profile) -> Probe:
    if probe.shape is None or probe.expected is not Expected.ACCEPTED:
        return probe
    entity = probe.limit.entity
    expected = expected_of(entity, probe.shape, profile)
    if expected is Expected.ACCEPTED:
        return probe
    others = " and ".join(limit.id for limit in limits_passed(entity, probe.shape, profile))
    return replace(probe, expected=expected, note=f"such a file lies beyond {others}")


def count_probes(limit: Limit, point: EnforcementPoint, profile: Profile) -> list[Probe]:
    """The probes of a limit on a count: the entity that makes it limit−1, limit and limit+1."""
    profile = profile.at(point)
    values = {side: value_on(limit, side, boundary_value(limit, profile)) for side in Side}
    return [_unshaped(limit, point, side, Axis.COUNT, value, profile) for side, value in values.items()]


def _unshaped(limit: Limit, point: EnforcementPoint, side: Side, axis: Axis, wanted: int, profile: Profile) -> Probe:
    expected, refusals = expectation(limit, side, profile), profile.refusal(limit.id)
    return Probe(limit, point, side, axis, expected, wanted, wanted, None, refusals=refusals)


def _probe(
    limit: Limit, point: EnforcementPoint, side: Side, axis: Axis, wanted: int, profile: Profile, longest: int | None
) -> Probe:
    probe = _unshaped(limit, point, side, axis, wanted, profile)
    if axis is Axis.AREA:
        shape = nearest_area(wanted, side, profile, longest, entity=limit.entity)
        if shape is None:
            return replace(probe, note=f"no shape {side} {wanted} exists")
        value = shape.width * shape.height
        note = "" if value == wanted else f"no shape has {wanted} pixels; the nearest {side} has {value}"
        return replace(probe, value=value, shape=shape, note=note)
    if longest is not None and axis in (Axis.WIDTH, Axis.HEIGHT) and wanted > longest:
        note = f"no such file: the format ends at {longest} px a side"
        shape = shape_on(axis, longest, profile, limit.entity) if side is Side.BELOW else None
        return replace(probe, value=longest, shape=shape, note=note)
    return replace(probe, shape=shape_on(axis, wanted, profile, limit.entity))


def comfortable_side(profile: Profile) -> int:
    """A side in pixels inside the profile's smallest and largest sides, of images and of videos."""
    bounds = [bounds_on(entity, axis, profile) for entity in ("image", "video") for axis in (Axis.WIDTH, Axis.HEIGHT)]
    side = max(COMFORTABLE_SIDE, 2 * max(low for low, _high in bounds))
    return min([side, *(high for _low, high in bounds if high is not None)])


def control_shape(profile: Profile, *, video: bool) -> Shape:
    """The control: well inside every limit of the profile; at the lowest rate that a limit on it leaves."""
    side = comfortable_side(profile)
    if not video:
        return Shape(side, side)
    (low, high), (rate, _) = (bounds_on("video", axis, profile) for axis in (Axis.DURATION, Axis.FRAME_RATE))
    seconds = min(max(CONTROL_SECONDS, low), high or CONTROL_SECONDS)
    return Shape(side, side, seconds, rate if rate > 1 else 0)


def shape_on(axis: Axis, value: int, profile: Profile, entity: str = "video") -> Shape:
    """The shape with ``value`` on one axis (pixels, seconds, frames a second) and the control's on the others."""
    return control_shape(profile, video=entity == "video").moved(axis, value)


def nearest_area(
    pixels: int, side: Side, profile: Profile, longest: int | None = None, entity: str = "image"
) -> Shape | None:
    """The squarest shape with ``pixels`` pixels or, where none has, the nearest one further on the same side.

    Both sides stay within the profile's sides and ``longest``. ``above`` looks upwards, ``below`` and ``at``
    downwards. 35,481,601 has one shape only, 5507×6443; 35,481,599 has none, the nearest below is 35,481,594.
    """
    control = control_shape(profile, video=entity == "video")
    (least, widest), (lowest, highest) = sides = area_sides(profile, longest, entity)
    count = pixels
    while least * lowest <= count <= widest * highest:
        if (size := squarest(count, *sides)) is not None:
            return replace(control, width=size[0], height=size[1])
        count += 1 if side is Side.ABOVE else -1
    return None


def area_sides(profile: Profile, longest: int | None, entity: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """The least and the largest width, and height, of a shape of so many pixels."""
    (low_w, high_w), (low_h, high_h) = (bounds_on(entity, axis, profile) for axis in (Axis.WIDTH, Axis.HEIGHT))
    most = longest or _LONGEST
    return (low_w, min(high_w or _LONGEST, most)), (low_h, min(high_h or _LONGEST, most))


def squarest(pixels: int, widths: tuple[int, int], heights: tuple[int, int]) -> tuple[int, int] | None:
    """The sides that are most alike, the width rather the longer one; ``widths`` and ``heights`` are inclusive."""
    least, most = max(heights[0], -(-pixels // widths[1])), min(heights[1], pixels // widths[0])
    root = isqrt(pixels)
    for height in chain(range(min(root, most), least - 1, -1), range(max(root + 1, least), most + 1)):
        if pixels % height == 0:
            return pixels // height, height
    return None
