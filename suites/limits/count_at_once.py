"""Limits on counts that one request reaches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from contract.boundaries import ObservedBoundary, bisect
from contract.observations import Answer, Observation
from contract.verdicts import unanswered
from suites.limits.count_subjects import Subject


@dataclass
class AtOnce(Subject):
    """A limit that one request reaches: a project with that many labels or tasks."""

    accept: Callable[[int], Observation]
    smallest: int
    control: Answer | None = None

    def observe(self, value: int) -> Observation:
        """One request with ``value`` of them, beside a control with the fewest."""
        control = self.control or self.accept(self.smallest).answer
        if unanswered(control) is None:
            self.control = control
        seen = self.accept(value)
        return Observation(seen.answer, control, seen.created, seen.changes, seen.differences)

    def boundary(self, value: int, *, accepted: bool) -> ObservedBoundary | None:
        """By bisection; each request creates a project that is deleted again."""

        def accepts(count: int) -> bool | None:
            seen = self.accept(count)
            if seen.answer.accepted:
                return None if seen.changes is None else seen.created
            return False if seen.answer.status == 409 else None

        return bisect(value, None, 2 * value, accepts) if accepted else bisect(self.smallest, value, 0, accepts)
