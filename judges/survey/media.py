"""The limits of images and videos at upload, each on each of its axes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from contract.boundaries import ObservedBoundary
from contract.limits import LIMITS, Axis, EnforcementPoint, Limit
from contract.observations import Answer
from contract.probes import CONTROL_SECONDS, MEASURES, bounds_on
from contract.profiles import Profile, Setting
from contract.survey import Sighting
from contract.verdicts import inconclusive_reason
from generators.artefacts import make
from generators.specs import ImageSpec, MediaSpec, VideoSpec
from judges.media.axis import MediaAxis, shape_of
from judges.media.cases import media_limits, reshaped
from judges.survey.oracle import Oracle
from judges.upload import answered, kind_of, upload
from judges.workspace import Workspace

Entity = Literal["image", "video"]
# No further is looked: what lies there costs a deployment more than its knowledge is worth. In pixels and seconds.
FURTHEST: Final = {
    Axis.WIDTH: 1 << 16,
    Axis.HEIGHT: 1 << 16,
    Axis.AREA: 1 << 27,
    Axis.DURATION: 1 << 17,
    Axis.FRAME_RATE: 1 << 10,
}
# Squares of which one should be accepted, in pixels a side.
_SIDES: Final = (64, 128, 256, 512, 1024, 32, 16, 8)
UPLOADS: Final[dict[Entity, EnforcementPoint]] = {
    "image": EnforcementPoint.IMAGE_UPLOAD,
    "video": EnforcementPoint.VIDEO_UPLOAD,
}


def nothing_known(base: str) -> Profile:
    """A profile that limits nothing, as long as nothing is known."""
    return Profile("unknown", base, {limit.id: Setting.UNKNOWN for limit in LIMITS})


@dataclass
class MediaSurvey:
    """Looks for the limits of media; the profile of the workspace takes what is found, for what is looked for after.

    ``first`` are media that are accepted, ``controls`` the same made as small as they may be; ``found`` are the
    boundaries by limit and axis.
    """

    workspace: Workspace
    first: dict[Entity, MediaSpec] = field(default_factory=dict)
    controls: dict[Entity, MediaSpec] = field(default_factory=dict)
    found: dict[tuple[str, Axis], ObservedBoundary] = field(default_factory=dict)

    def sought(self, entity: Entity) -> list[Sighting]:
        """What is looked for."""
        return [about_limit(limit, UPLOADS[entity], axis) for limit, axis in axes_at(entity, UPLOADS[entity])]

    def sightings(self, entity: Entity) -> Iterator[Sighting]:
        """Every limit of one kind of media at its upload."""
        refusal = self._set_control(entity)
        for limit, axis in axes_at(entity, UPLOADS[entity]):
            about = about_limit(limit, UPLOADS[entity], axis)
            if entity in self.controls:
                yield self._sighting(limit, axis, entity, about)
            else:
                yield replace(about, unknown=f"no {entity} is accepted ({refusal.words_with_message})")

    def _set_control(self, entity: Entity) -> Answer:
        """Find a medium that is accepted; the last answer."""
        for side in _SIDES:
            answer = self.answer(_square(entity, side))
            if answer.accepted:
                self.first[entity] = self.controls[entity] = _square(entity, side)
            if answer.accepted or inconclusive_reason(answer):
                break
        return answer

    def answer(self, spec: MediaSpec) -> Answer:
        """What the deployment says to a medium; it is deleted at once, for how many there may be is not known."""
        dataset, artefact = self.workspace.dataset, make(spec)
        answer = answered(lambda: upload(dataset, artefact))
        medium = answer.text("id")
        if medium is not None:
            dataset.delete(kind_of(spec), medium)
        return answer

    def _sighting(self, limit: Limit, axis: Axis, entity: Entity, about: Sighting) -> Sighting:
        media = MediaAxis(axis, self.controls[entity], self.workspace.profile)

        def ask(value: int) -> Answer | None:
            spec = media.spec(value)
            return None if spec is None else self.answer(spec)

        start = MEASURES[axis](shape_of(media.control))
        known = next((found for (row, _axis), found in self.found.items() if row == limit.id), None)
        seen = Oracle(ask).sighting(about, start, last_asked(limit, media, start), known, media.exists)
        if seen.boundary is None or not seen.is_known:
            return seen
        of_pixels = any(each is Axis.AREA for _, each in axes_at(entity, UPLOADS[entity]))
        if seen.value is not None and limit.sign > 0 and of_pixels and not self._is_of_side(media, seen.boundary):
            return replace(seen, boundary=None, unknown="one pixel more on the other side is refused there, too")
        self.found[limit.id, axis] = seen.boundary
        if seen.value is not None:
            profile = self.workspace.profile
            self.workspace.profile = replace(profile, overrides={**profile.overrides, limit.id: seen.value})
            if limit.sign < 0:
                self.controls[entity] = moved(media.control, axis, seen.value)
        return seen

    def _is_of_side(self, media: MediaAxis, found: ObservedBoundary) -> bool:
        """Whether a boundary of a side stays where the other side is one pixel longer: else it is of the pixels."""
        other = {Axis.WIDTH: Axis.HEIGHT, Axis.HEIGHT: Axis.WIDTH}.get(media.axis)
        spec = media.spec(found.accepted or 0)
        return (
            other is None
            or spec is None
            or self.answer(moved(spec, other, MEASURES[other](shape_of(spec)) + 1)).accepted
        )


def axes_at(entity: Entity, point: EnforcementPoint) -> list[tuple[Limit, Axis]]:
    """The limits of media on each of their axes: the least sides first, and the pixels after the sides."""
    limits = sorted(media_limits(entity, point), key=lambda each: (each.sign, Axis.AREA in each.axes))
    return [(limit, axis) for limit in limits for axis in limit.axes]


def last_asked(limit: Limit, media: MediaAxis, start: int) -> int:
    """The last value that is asked for on an axis: as far as it is looked, and as such files exist."""
    if limit.sign < 0:
        return 1
    if media.axis is not Axis.AREA:
        return media.furthest(start, FURTHEST[media.axis])
    (_, wide), (_, high) = (bounds_on(limit.entity, axis, media.profile) for axis in (Axis.WIDTH, Axis.HEIGHT))
    return min(FURTHEST[Axis.AREA], (wide or FURTHEST[Axis.WIDTH]) * (high or FURTHEST[Axis.HEIGHT]))


def moved(spec: MediaSpec, axis: Axis, value: int) -> MediaSpec:
    """The same medium with another value on one axis."""
    return reshaped(spec, shape_of(spec).moved(axis, value))


def about_limit(limit: Limit, point: EnforcementPoint, axis: Axis) -> Sighting:
    """A sighting that says of what it is, and nothing yet of what was seen."""
    measure = "" if len(limit.axes) < 2 else axis.value.replace("-", " ")
    return Sighting(row=limit.id, place=point.value, measure=measure, unit=limit.unit)


def _square(entity: Entity, side: int) -> MediaSpec:
    """A medium of few bytes: of one bit a pixel, or of two frames."""
    if entity == "image":
        return ImageSpec(side, side, "png", "1", encoder="direct")
    return VideoSpec(side, side, CONTROL_SECONDS, 1, "mp4", encoder="direct")
