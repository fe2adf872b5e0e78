"""What went out to a deployment and came back, over all clients of one process."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from contract.purposes import Purpose
from contract.tally import Tally

# What a deployment answers that is asked for more than it can do.
_OVERLOADED: Final = frozenset({429, 503})


@dataclass(slots=True)
class Traffic:
    """Counts of requests; safe to be used by several threads.

    ``waited_s`` is how long answers were waited for, in seconds, ``tally`` counts answers and times by operation, and
    ``purposes`` requests by what they were sent for, and ``overloaded`` the answers which say that too much is asked at
    one time.
    """

    requests: int = 0
    waited_s: float = 0.0
    overloaded: int = 0
    tally: Tally = field(default_factory=Tally)
    purposes: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def note(self, method: str, path: str, status: int | None, elapsed_s: float, purpose: Purpose) -> None:
        """Count one request to ``path``, from the root, what was answered, and what it was sent for."""
        with self._lock:
            self.requests += 1
            self.waited_s += elapsed_s
            self.overloaded += status in _OVERLOADED
            self.purposes[purpose] += 1
            self.tally.add(method, path, status, elapsed_s)
