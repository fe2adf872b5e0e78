"""What went out to a deployment and came back, over all clients of one process."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

from contract.purposes import Purpose
from contract.tally import Tally

# What a deployment answers that is asked for more than it can do.
_OVERLOADED: Final = frozenset({429, 503})
# So many answers say how the deployment is just now: overloaded where more than this share of them, or of so few as are
# there at least, says so; slow where half of them took as long as this.
_RECENT: Final = 50
_FEW: Final = 20
_SHARE: Final = 0.15
_LONG_S: Final = 0.25


@dataclass(frozen=True, slots=True)
class _Seen:
    """One answer: how long it took, how many times as long as the quickest of its operation, and what it says."""

    elapsed_s: float
    times: float
    overloaded: bool


def _recent() -> deque[_Seen]:
    return deque(maxlen=_RECENT)


@dataclass(slots=True)
class Traffic:
    """Counts of requests; safe to be used by several threads.

    ``waited_s`` is how long answers were waited for, in seconds, ``tally`` counts answers and times by operation, and
    ``purposes`` requests by what they were sent for.
    """

    requests: int = 0
    waited_s: float = 0.0
    tally: Tally = field(default_factory=Tally)
    purposes: Counter[str] = field(default_factory=Counter)
    _quickest: dict[tuple[str, str], float] = field(default_factory=dict)
    _recent: deque[_Seen] = field(init=False, default_factory=_recent)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def note(self, method: str, path: str, status: int | None, elapsed_s: float, purpose: Purpose) -> None:
        """Count one request to ``path``, from the root, what was answered, and what it was sent for."""
        with self._lock:
            self.requests += 1
            self.waited_s += elapsed_s
            self.purposes[purpose] += 1
            operation = self.tally.add(method, path, status, elapsed_s)
            quickest = self._quickest[operation] = min(self._quickest.get(operation, elapsed_s), elapsed_s)
            self._recent.append(_Seen(elapsed_s, elapsed_s / max(quickest, 0.001), status in _OVERLOADED))

    def look_into(self, method: str, path: str, body: Callable[[], Any]) -> None:
        """Count what a successful answer is made of; ``body`` reads it where it is still needed."""
        with self._lock:
            self.tally.look_into(method, path, body)

    @property
    def overloaded(self) -> bool:
        """Whether not only now and then an answer says that too much is asked at one time."""
        with self._lock:
            return sum(each.overloaded for each in self._recent) > _SHARE * max(_FEW, len(self._recent))

    def slower_than(self, times: float) -> bool:
        """Whether the last answers took long, and more than ``times`` as long as the quickest of their operations."""
        with self._lock:
            if len(self._recent) < _RECENT:
                return False
            usual_s = median(each.elapsed_s for each in self._recent)
            return usual_s >= _LONG_S and median(each.times for each in self._recent) > times

    def look_anew(self) -> None:
        """Judge by later answers alone how fast the deployment is."""
        with self._lock:
            self._recent.clear()
