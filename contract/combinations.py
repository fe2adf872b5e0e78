"""Boundaries that meet in one file: both sides at once, legal sides with too many pixels, a size that lasts too long.

Which of them are legal follows from the table and the profile; nothing here repeats a documented value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contract.limits import Axis, EnforcementPoint
from contract.probes import CONTROL_SECONDS, Shape, bounds_on, comfortable_side, expected_of
from contract.profiles import Profile
from contract.verdicts import Expected


@dataclass(frozen=True, slots=True)
class Combination:
    """One file at several boundaries: ``name`` says which, ``shape`` in pixels and seconds (0 for an image)."""

    name: str
    point: EnforcementPoint
    shape: Shape
    expected: Expected


def combinations(profile: Profile) -> tuple[Combination, ...]:
    """Every combination at the upload of images and videos under one profile."""
    image, video = EnforcementPoint.IMAGE_UPLOAD, EnforcementPoint.VIDEO_UPLOAD
    return (
        *(Combination(name, image, shape, expected_of("image", shape, profile)) for name, shape in _images(profile)),
        *(Combination(name, video, shape, expected_of("video", shape, profile)) for name, shape in _videos(profile)),
    )


def _images(profile: Profile) -> Iterator[tuple[str, Shape]]:
    (least, most), (_, high), (_, pixels) = (
        _bounds("image", axis, profile) for axis in (Axis.WIDTH, Axis.HEIGHT, Axis.AREA)
    )
    yield "both-sides-at-min", Shape(least, least)
    yield "both-sides-below-min", Shape(least - 1, least - 1)
    yield "width-at-max-height-at-min", Shape(most, least)
    yield "width-at-min-height-at-max", Shape(least, high)
    yield "width-at-max-height-below-min", Shape(most, least - 1)
    yield "width-above-max-height-below-min", Shape(most + 1, least - 1)
    yield "width-above-max-height-at-min", Shape(most + 1, least)
    yield "width-at-max-pixels-within", Shape(most, max(least, pixels // most))
    yield "width-at-max-pixels-above", Shape(most, max(least, pixels // most) + 1)
    yield "both-sides-at-max", Shape(most, high)


def _videos(profile: Profile) -> Iterator[tuple[str, Shape]]:
    (least, wide), (_, high), (_, long) = (
        _bounds("video", axis, profile) for axis in (Axis.WIDTH, Axis.HEIGHT, Axis.DURATION)
    )
    side = comfortable_side(profile)
    yield "both-sides-at-min", Shape(least, least, CONTROL_SECONDS)
    yield "both-sides-below-min", Shape(least - 1, least - 1, CONTROL_SECONDS)
    yield "both-sides-at-max", Shape(wide, high, CONTROL_SECONDS)
    yield "both-sides-above-max", Shape(wide + 1, high + 1, CONTROL_SECONDS)
    yield "width-at-max-height-above", Shape(wide, high + 1, CONTROL_SECONDS)
    yield "width-above-height-at-max", Shape(wide + 1, high, CONTROL_SECONDS)
    yield "sides-turned", Shape(high, wide, CONTROL_SECONDS)
    yield "sides-legal-duration-above", Shape(side, side, long + 1)
    yield "sides-below-min-duration-at-max", Shape(least - 1, least - 1, long)
    yield "sides-at-min-duration-at-max", Shape(least, least, long)
    yield "sides-at-max-duration-at-max", Shape(wide, high, long)
    yield "sides-at-max-duration-above", Shape(wide, high, long + 1)


def _bounds(entity: str, axis: Axis, profile: Profile) -> tuple[int, int]:
    """The bounds of one axis, those that are switched off too. Raises ``ValueError`` where there is none."""
    low, high = bounds_on(entity, axis, profile, in_force=False)
    if high is None:
        raise ValueError(f"no limit bounds the {axis} of a {entity}: its combinations cannot be made")
    return low, high
