"""Boundaries that meet in one file: both sides at once, legal sides with too many pixels, a size that lasts too long.

Which of them are legal follows from the profile; nothing here repeats a documented value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contract.limits import BY_ID, Constraint, EnforcementPoint
from contract.probes import CONTROL_SECONDS, Shape, boundary_value, comfortable_side
from contract.profiles import Profile, Setting
from contract.verdicts import Expected


@dataclass(frozen=True, slots=True)
class Combination:
    """One file at several boundaries: ``name`` says which, ``shape`` in pixels and seconds (0 for an image)."""

    name: str
    point: EnforcementPoint
    shape: Shape
    expected: Expected

    @property
    def requirement(self) -> str:
        """The id of the requirement, ``combination.image-upload@both-sides-at-min``."""
        return f"combination.{self.point.value}@{self.name}"


def combinations(profile: Profile) -> tuple[Combination, ...]:
    """Every combination at the upload of images and videos under one profile."""
    image, video = EnforcementPoint.IMAGE_UPLOAD, EnforcementPoint.VIDEO_UPLOAD
    return (
        *(Combination(name, image, shape, _expected("image", shape, profile)) for name, shape in _images(profile)),
        *(Combination(name, video, shape, _expected("video", shape, profile)) for name, shape in _videos(profile)),
    )


def _images(profile: Profile) -> Iterator[tuple[str, Shape]]:
    least, most, pixels = (_bound(name, profile) for name in ("image.side.min", "image.side.max", "image.pixels.max"))
    yield "both-sides-at-min", Shape(least, least)
    yield "both-sides-below-min", Shape(least - 1, least - 1)
    yield "width-at-max-height-at-min", Shape(most, least)
    yield "width-at-min-height-at-max", Shape(least, most)
    yield "width-at-max-height-below-min", Shape(most, least - 1)
    yield "width-above-max-height-below-min", Shape(most + 1, least - 1)
    yield "width-above-max-height-at-min", Shape(most + 1, least)
    yield "width-at-max-pixels-within", Shape(most, max(least, pixels // most))
    yield "width-at-max-pixels-above", Shape(most, max(least, pixels // most) + 1)
    yield "both-sides-at-max", Shape(most, most)


def _videos(profile: Profile) -> Iterator[tuple[str, Shape]]:
    least, wide, high, long = (
        _bound(name, profile)
        for name in ("video.side.min", "video.width.max", "video.height.max", "video.duration.max")
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


def _bound(limit_id: str, profile: Profile) -> int:
    return boundary_value(BY_ID[limit_id], profile)


def _expected(entity: str, shape: Shape, profile: Profile) -> Expected:
    """Refused where any limit in force is passed; nothing where only one whose setting is not known is."""
    quantities = {
        "side": (shape.width, shape.height),
        "width": (shape.width,),
        "height": (shape.height,),
        "pixels": (shape.width * shape.height,),
        "duration": (shape.seconds,),
    }
    passed = set()
    for limit in (limit for limit in BY_ID.values() if limit.entity == entity):
        bound = boundary_value(limit, profile)
        sign = 1 if limit.constraint is Constraint.MAX else -1
        if any(sign * value > sign * bound for value in quantities[limit.id.split(".")[1]]):
            passed.add(profile[limit.id])
    if any(isinstance(setting, int) for setting in passed):
        return Expected.REFUSED
    return Expected.NOTHING if passed & {Setting.UNKNOWN, Setting.NOT_PART} else Expected.ACCEPTED
