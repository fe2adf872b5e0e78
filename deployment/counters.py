"""What the requests of a client met that speaks of no requirement: counted, and compared before and after a case."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass(slots=True)
class Counters:
    """Counts of one client, over all threads that use it.

    ``failures`` are requests that got no answer of the deployment, ``last_failure`` is one in words; so many of them as
    ``repeated`` says were sent again, by who judges the answer, and answered then; ``refusals`` are
    answers that refused the run's own key; ``timeouts`` cost the whole timeout each. ``over_budget`` counts what was
    not sent for the budget, ``not_asked`` what was not sent since its operation was given up, and ``why_not_asked``
    says which; ``given_up`` counts the operations that this client gave up.
    """

    failures: int = 0
    repeated: int = 0
    last_failure: str = ""
    refusals: int = 0
    timeouts: int = 0
    over_budget: int = 0
    not_asked: int = 0
    why_not_asked: str = ""
    given_up: int = 0
    _lock: threading.Lock = field(init=False, repr=False, compare=False, default_factory=threading.Lock)

    def note_failure(self, words: str) -> None:
        """Count one request without an answer of the deployment."""
        with self._lock:
            self.failures += 1
            self.last_failure = words

    def note_repeated(self, failures: int) -> None:
        """Count failures whose request was sent again and answered."""
        with self._lock:
            self.repeated += failures

    def forget_failures(self, failures: int) -> None:
        """Discount failures that disturbed nothing: what they met was asked again, and answered."""
        with self._lock:
            self.failures -= failures

    def note_refusal(self) -> None:
        """Count one answer that refuses the run's own key."""
        with self._lock:
            self.refusals += 1

    def note_timeout(self, *, given_up: bool) -> None:
        """Count one timeout; with it the operation may be ``given_up``."""
        with self._lock:
            self.timeouts += 1
            self.given_up += given_up

    def note_over_budget(self) -> None:
        """Count one request that was not sent for the budget."""
        with self._lock:
            self.over_budget += 1

    def note_not_asked(self, why: str) -> None:
        """Count one request that was not sent since its operation was given up."""
        with self._lock:
            self.not_asked += 1
            self.why_not_asked = why
