"""Media that differ in one measure alone."""

from __future__ import annotations

from dataclasses import dataclass

from contract.limits import Axis
from contract.probes import Shape, Side, area_sides, nearest_area, squarest
from contract.profiles import Profile
from generators.specs import MediaSpec, UnrepresentableError, VideoSpec
from judges.media.cases import reshaped


@dataclass(frozen=True, slots=True)
class MediaAxis:
    """The media that are as a ``control``, but for their value on one axis; of an area both sides vary.

    ``profile`` says how long the sides of an area may be.
    """

    axis: Axis
    control: MediaSpec
    profile: Profile

    def spec(self, value: int) -> MediaSpec | None:
        """The medium of a value, for an area of the nearest below that exists; None where there is none."""
        shape = self._shape(value)
        try:
            return None if shape is None else reshaped(self.control, shape)
        except UnrepresentableError:
            return None

    def exists(self, value: int) -> bool:
        """Whether a shape has exactly this value: not every number of pixels is a width by a height."""
        return self.axis is not Axis.AREA or squarest(value, *area_sides(self.profile, None, self._entity)) is not None

    def furthest(self, value: int, furthest: int) -> int:
        """How far beyond a value that exists such files exist, and no further than ``furthest``."""
        if self.axis is Axis.AREA or self.spec(furthest) is not None:
            return furthest
        while furthest - value > 1:
            middle = (value + furthest) // 2
            value, furthest = (value, middle) if self.spec(middle) is None else (middle, furthest)
        return value

    def _shape(self, value: int) -> Shape | None:
        if self.axis is not Axis.AREA:
            return shape_of(self.control).moved(self.axis, value)
        return nearest_area(value, Side.BELOW, self.profile, entity=self._entity)

    @property
    def _entity(self) -> str:
        return "video" if isinstance(self.control, VideoSpec) else "image"


def shape_of(spec: MediaSpec) -> Shape:
    """The size of a specification in pixels, and of a video its seconds and its frames a second."""
    if isinstance(spec, VideoSpec):
        return Shape(spec.width, spec.height, spec.duration, spec.fps)
    return Shape(spec.width, spec.height)
