"""Where a deployment really turns from accepted to refused, for one media case: values on its axis are tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from contract.boundaries import ObservedBoundary, observed
from contract.limits import Constraint
from contract.observations import Answer
from contract.probes import MEASURES
from contract.profiles import Profile
from contract.verdicts import Verdict, crashed_or_inconclusive
from generators.specs import MediaSpec
from judges.media.axis import MediaAxis, shape_of
from judges.media.cases import MediaCase

# Refusals that speak of the size of a request in bytes, not of what it shows.
OF_BYTES: Final = frozenset({413})


@dataclass(frozen=True, slots=True)
class BoundarySearch:
    """The search for the boundary of a case; ``send`` uploads a medium and deletes what came of it."""

    case: MediaCase
    profile: Profile
    send: Callable[[MediaSpec], Answer]

    @property
    def _media(self) -> MediaAxis:
        return MediaAxis(self.case.probe.axis, self.case.control, self.profile)

    def observed(self, verdict: Verdict, refusal: Answer, known: ObservedBoundary | None) -> ObservedBoundary | None:
        """Where accepted turns to the kind of refusal that was found, or to the first that is met; None without one."""
        probe, media = self.case.probe, self._media
        if verdict is Verdict.NOT_ENFORCED:
            accepted, refused, kind = probe.value, None, None
        elif verdict is Verdict.OVER_ENFORCED and refusal.status not in OF_BYTES:
            accepted, refused, kind = MEASURES[probe.axis](shape_of(self.case.control)), probe.value, refusal
        else:
            return None
        is_maximum = probe.limit.constraint is Constraint.MAX
        furthest = media.furthest(probe.value, 2 * probe.value) if is_maximum else 1
        return observed(accepted, refused, furthest, self._accepting(kind), media.exists, known=known)

    def _accepting(self, refusal: Answer | None) -> Callable[[int], bool | None]:
        """Whether a value is accepted; None where that is not told: a refusal of another kind speaks of something else.

        The kind is that of ``refusal``, else of the first one that comes.
        """
        kind, media = None if refusal is None else (refusal.status, refusal.error_code), self._media

        def accepts(value: int) -> bool | None:
            nonlocal kind
            spec = media.spec(value)
            if spec is None:
                return None
            answer = self.send(spec)
            if answer.accepted:
                return True
            if crashed_or_inconclusive(answer) or answer.status in OF_BYTES:
                return None
            kind = kind or (answer.status, answer.error_code)
            return False if (answer.status, answer.error_code) == kind else None

        return accepts
