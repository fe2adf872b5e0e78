"""What a limit on a count is judged by, whatever it counts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import partial
from typing import Final

from contract.boundaries import ObservedBoundary
from contract.observations import Observation
from contract.verdicts import Verdict, is_closed, judge
from judges.counts.case import CountCase
from judges.results import Outcome, not_applicable

# The tasks of the plainest projects, each a task type and how many labels it has. An annotation of a classification is
# as large as its medium, one of a detection may be of any size.
PLAIN: Final = (("classification", 2),)
DETECTION: Final = (("detection", 1),)
CHAIN: Final = (("detection", 1), ("classification", 2))


class UnreachableError(Exception):
    """The count that a probe needs cannot be reached; the message says why."""


class CountProbe(ABC):
    """One limit on a count in one deployment."""

    @abstractmethod
    def observe(self, value: int) -> Observation:
        """Ask for the entity, or the request, that makes the count ``value``. Raises ``UnreachableError``."""

    @abstractmethod
    def boundary(self, value: int, *, accepted: bool, known: ObservedBoundary | None = None) -> ObservedBoundary | None:
        """Where the deployment really turns, after ``value`` was accepted or refused against the contract.

        One that is ``known`` of other cases of the requirement need not be looked for anew where it holds.
        """

    def judge(self, case: CountCase) -> Outcome:
        """What one case comes to. Raises ``UnreachableError``."""
        seen = self.observe(case.probe.value)
        if case.kind and seen.control is not None and is_closed(seen.control):
            return not_applicable(f"what comes so ({case.kind}) got {seen.control.words_with_message}")
        judgement = judge(case.probe.expected, seen, case.probe.refusals)
        turned = judgement.verdict in (Verdict.NOT_ENFORCED, Verdict.OVER_ENFORCED)
        search = partial(self._search, value=case.probe.value, accepted=seen.answer.accepted) if turned else None
        return Outcome(judgement=judgement, answer=seen.answer, search=search)

    def _search(self, known: ObservedBoundary | None, value: int, *, accepted: bool) -> ObservedBoundary | None:
        try:
            return self.boundary(value, accepted=accepted, known=known)
        except UnreachableError:
            return None

    @property
    def unfinished(self) -> bool:
        """Whether the deployment went away before a count was reached."""
        return False

    def adopt(self) -> None:  # noqa: B027  most have nothing to take over
        """Take over what an earlier process of the run filled."""

    def release(self) -> None:  # noqa: B027  most leave nothing behind
        """Delete what was created for the probes."""
