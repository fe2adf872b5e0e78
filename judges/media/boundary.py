"""Where a deployment really turns from accepted to refused, for one media case: values on its axis are tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from contract.boundaries import ObservedBoundary, observed
from contract.limits import Axis, Constraint
from contract.observations import Answer
from contract.probes import MEASURES, Shape, Side, nearest_area, shape_on
from contract.profiles import Profile
from contract.verdicts import Verdict, crashed_or_inconclusive
from generators.specs import MediaSpec, UnrepresentableError, VideoSpec
from judges.media.cases import MediaCase, reshaped

# Refusals that speak of the size of a request in bytes, not of what it shows.
_OF_BYTES: Final = frozenset({413})


@dataclass(frozen=True, slots=True)
class BoundarySearch:
    """The search for the boundary of a case; ``send`` uploads a medium and deletes what came of it."""

    case: MediaCase
    profile: Profile
    send: Callable[[MediaSpec], Answer]

    def observed(self, verdict: Verdict, refusal: Answer, known: ObservedBoundary | None) -> ObservedBoundary | None:
        """Where accepted turns to the kind of refusal that was found, or to the first that is met; None without one."""
        probe = self.case.probe
        if verdict is Verdict.NOT_ENFORCED:
            accepted, refused, kind = probe.value, None, None
        elif verdict is Verdict.OVER_ENFORCED and refusal.status not in _OF_BYTES:
            accepted, refused, kind = MEASURES[probe.axis](_shape_of(self.case.control)), probe.value, refusal
        else:
            return None
        furthest = self._furthest() if probe.limit.constraint is Constraint.MAX else 1
        return observed(accepted, refused, furthest, self._accepting(kind), self._exists, known=known)

    def _furthest(self) -> int:
        """How far beyond the probe a boundary is looked for: twice its value, or as far as such files exist."""
        value, furthest = self.case.probe.value, 2 * self.case.probe.value
        if self.case.probe.axis is Axis.AREA or self._spec(furthest) is not None:
            return furthest
        while furthest - value > 1:
            middle = (value + furthest) // 2
            value, furthest = (value, middle) if self._spec(middle) is None else (middle, furthest)
        return value

    def _exists(self, value: int) -> bool:
        return self.case.probe.axis is not Axis.AREA or self._shape(value, exactly=True) is not None

    def _shape(self, value: int, *, exactly: bool) -> Shape | None:
        """The shape of a value on a probe's axis: of so many pixels, or where it need not be exact, the nearest."""
        probe = self.case.probe
        entity = probe.limit.entity
        if probe.axis is not Axis.AREA:
            return shape_on(probe.axis, value, self.profile, entity)
        shape = nearest_area(value, Side.BELOW, self.profile, entity=entity)
        return shape if shape is None or not exactly or shape.width * shape.height == value else None

    def _spec(self, value: int) -> MediaSpec | None:
        shape = self._shape(value, exactly=False)
        try:
            return None if shape is None else reshaped(self.case.control, shape)
        except UnrepresentableError:
            return None

    def _accepting(self, refusal: Answer | None) -> Callable[[int], bool | None]:
        """Whether a value is accepted; None where that is not told: a refusal of another kind speaks of something else.

        The kind is that of ``refusal``, else of the first one that comes.
        """
        kind = None if refusal is None else (refusal.status, refusal.error_code)

        def accepts(value: int) -> bool | None:
            nonlocal kind
            spec = self._spec(value)
            if spec is None:
                return None
            answer = self.send(spec)
            if answer.accepted:
                return True
            if crashed_or_inconclusive(answer) or answer.status in _OF_BYTES:
                return None
            kind = kind or (answer.status, answer.error_code)
            return False if (answer.status, answer.error_code) == kind else None

        return accepts


def _shape_of(spec: MediaSpec) -> Shape:
    if isinstance(spec, VideoSpec):
        return Shape(spec.width, spec.height, spec.duration, spec.fps)
    return Shape(spec.width, spec.height)
