"""What a limit on a count is judged by, whatever it counts."""

from __future__ import annotations

from abc import ABC, abstractmethod

from contract.boundaries import ObservedBoundary
from contract.observations import Observation


class UnreachableError(Exception):
    """The count that a probe needs cannot be reached; the message says why."""


class CountProbe(ABC):
    """One limit at one enforcement point of one deployment."""

    @abstractmethod
    def observe(self, value: int) -> Observation:
        """Ask for the entity, or the request, that makes the count ``value``. Raises ``UnreachableError``."""

    @abstractmethod
    def boundary(self, value: int, *, accepted: bool) -> ObservedBoundary | None:
        """Where the deployment really turns, after ``value`` was accepted or refused against the contract."""

    def release(self) -> None:  # noqa: B027  most leave nothing behind
        """Delete what was created for the probes."""
