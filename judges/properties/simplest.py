"""The simplest submission that still fails: nearest to the boundary, and plain in all that does not matter.

Dimension by dimension, so that a failure costs a deployment some thirty requests and not the hundreds of a search that
knows nothing of what it varies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from contract.limits import Axis, Limit
from contract.probes import Shape, Side, boundary_value, control_shape, nearest_area, shape_on
from contract.profiles import Profile
from generators.submissions import Submission
from judges.properties.cases import submission_place

FIELDS: Final = {Axis.WIDTH: "width", Axis.HEIGHT: "height", Axis.DURATION: "seconds"}


@dataclass(frozen=True, slots=True)
class Simplifier:
    """Makes submissions on one side of a limit simpler; ``fails`` judges one."""

    limit: Limit
    profile: Profile
    fails: Callable[[Submission], bool]

    def simplest(self, found: Submission) -> Submission:
        """The simplest that fails; each step was judged."""
        shape, traits = found.shape, found.traits
        for simpler in self._sizes(found):
            plain = self._failing(found, simpler, {})
            if plain is not None:
                return self._nearest(found, plain)
            if self._failing(found, simpler, traits) is not None:
                shape = simpler
                break
        changed = True
        while changed:
            changed = False
            for name in tuple(traits):
                fewer = {each: value for each, value in traits.items() if each != name}
                if self._failing(found, shape, fewer) is not None:
                    traits, changed = fewer, True
        best = Submission.of(shape, traits, video=self._is_video)
        return self._nearest(found, best)

    def is_of_another_limit(self, simplest: Submission) -> bool:
        """Whether it fails as well far from this limit, and only where another side is what it is."""
        axis, _ = submission_place(self.limit, simplest.shape, self.profile)
        if axis not in FIELDS:
            return False
        control = control_shape(self.profile, video=self._is_video)
        name = FIELDS[axis]
        others = [each for each in FIELDS.values() if getattr(control, each) != getattr(simplest.shape, each)]
        moved = replace(simplest.shape, **{name: getattr(control, name)})
        return others not in ([], [name]) and self._failing(simplest, moved, simplest.traits) is not None

    @property
    def _is_video(self) -> bool:
        return self.limit.entity == "video"

    def _sizes(self, found: Submission) -> Iterator[Shape]:
        """Sizes on the same side, the plainest first."""
        axis, beyond = submission_place(self.limit, found.shape, self.profile)
        boundary, outside = boundary_value(self.limit, self.profile), beyond > 0
        if axis is Axis.AREA:
            side = Side.ABOVE if outside else Side.AT
            shape = nearest_area(boundary + self.limit.sign * outside, side, self.profile, entity=self.limit.entity)
            yield from () if shape is None else (shape,)
            return
        nearest = boundary + self.limit.sign * outside
        for each in self.limit.axes:
            yield shape_on(each, nearest, self.profile, self.limit.entity)
        if axis in FIELDS:
            value = getattr(found.shape, FIELDS[axis])
            yield shape_on(axis, value, self.profile, self.limit.entity)
            yield replace(found.shape, **{FIELDS[axis]: nearest})

    def _failing(self, found: Submission, shape: Shape, traits: dict[str, str]) -> Submission | None:
        """The submission of a size and traits where it exists and fails."""
        try:
            made = Submission.of(shape, traits, video=self._is_video)
        except ValueError:
            return None
        return made if made == found or self.fails(made) else None

    def _nearest(self, found: Submission, best: Submission) -> Submission:
        """By halves towards the boundary, then each other side towards that of the control."""
        axis, beyond = submission_place(self.limit, best.shape, self.profile)
        if axis not in FIELDS:
            return best
        nearest = boundary_value(self.limit, self.profile) + self.limit.sign * (beyond > 0)
        goal = shape_on(axis, nearest, self.profile, self.limit.entity)
        for name in sorted(FIELDS.values(), key=lambda each: each != FIELDS[axis]):
            kept, failing = getattr(goal, name), getattr(best.shape, name)
            tried = kept
            while tried != failing:
                made = self._failing(found, replace(best.shape, **{name: tried}), best.traits)
                if made is None:
                    kept = tried
                else:
                    best, failing = made, tried
                # Whole numbers between the two, and in the end the one that fails.
                tried = failing if abs(failing - kept) <= 1 else (failing + kept) // 2
        return best
