"""The media at a limit that must be accepted, and so must be good for all that a medium is good for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from contract.combinations import combinations
from contract.limits import EnforcementPoint
from contract.probes import Shape, Side, control_shape, media_probes
from contract.profiles import Profile
from contract.verdicts import Expected
from generators.specs import ImageSpec, MediaSpec, UnrepresentableError, VideoSpec
from judges.media.cases import media_limits, reshaped

Entity = Literal["image", "video"]
_LARGEST: Final = "both-sides-at-max"


@dataclass(frozen=True, slots=True)
class BoundaryMedium:
    """One accepted medium at ``limit``, or the largest that is legal; ``control`` is well inside every limit."""

    entity: Entity
    limit: str
    name: str
    spec: MediaSpec
    control: MediaSpec


def plain_media(profile: Profile, seed: int) -> dict[Entity, MediaSpec]:
    """A medium of each kind well inside every limit."""
    image, video = control_shape(profile, video=False), control_shape(profile, video=True)
    rate = video.rate or 1
    return {
        "image": ImageSpec(image.width, image.height, "png", "L", seed=seed, encoder="direct"),
        "video": VideoSpec(video.width, video.height, video.seconds * rate, rate, seed=seed, encoder="direct"),
    }


def boundary_media(profile: Profile, seed: int) -> Iterator[BoundaryMedium]:
    """Each limit on each of its axes as PNG and MP4, and the largest image of all unless it is to be refused."""
    controls = plain_media(profile, seed)
    points = {"image": EnforcementPoint.IMAGE_UPLOAD, "video": EnforcementPoint.VIDEO_UPLOAD}
    for entity, control in controls.items():
        shapes = dict(_shapes(entity, points[entity], profile))
        for (limit, name), shape in shapes.items():
            try:
                yield BoundaryMedium(entity, limit, name, reshaped(control, shape), control)
            except UnrepresentableError:
                continue


def _shapes(entity: str, point: EnforcementPoint, profile: Profile) -> Iterator[tuple[tuple[str, str], Shape]]:
    """The shape of each medium, by its limit and its name."""
    for limit in media_limits(entity, point):
        for probe in media_probes(limit, point, profile):
            if probe.side is Side.AT and probe.shape is not None and probe.expected is Expected.ACCEPTED:
                yield (limit.id, f"{limit.id}/{probe.axis}"), probe.shape
    for each in combinations(profile):
        if (
            entity == "image"
            and each.point is point
            and each.name == _LARGEST
            and each.expected is not Expected.REFUSED
        ):
            yield (_LARGEST, _LARGEST), each.shape
