"""How long the answer to a request is waited for: what its operation took before says so."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Final

# So many answers are remembered of each operation, and so few say nothing of it yet.
_REMEMBERED: Final = 200
_FEWEST: Final = 20
_SHARE: Final = 0.99
# So many times as long as nearly all answers took, and never less than this, may one take.
_TIMES: Final = 10
_LEAST_S: Final = 10.0
# An operation of which little is known may be slower than the others.
_LEAST_UNKNOWN_S: Final = 30.0
# A deployment may read an upload once more before it answers, at so many bytes a second.
_READ_AGAIN: Final = 1_000_000
# What takes gigabytes is waited for longer than any other answer: so many bytes are stored in a second.
_STORED: Final = 20_000_000
# An answer that is judged once more is waited for longer: it may have been slow by chance.
_CONFIRMING: Final = 3

Operation = tuple[str, str]


def _recent() -> deque[float]:
    return deque(maxlen=_REMEMBERED)


@dataclass(slots=True)
class Deadlines:
    """The seconds that answers took by operation, method and shape of the path; safe for several threads.

    No deadline is longer than ``most_s`` and what it takes to store the body.
    """

    most_s: float
    _took: dict[Operation, deque[float]] = field(init=False, default_factory=lambda: defaultdict(_recent))
    _all: deque[float] = field(init=False, default_factory=_recent)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def note(self, operation: Operation, elapsed_s: float) -> None:
        """Take how long an answer took."""
        with self._lock:
            self._took[operation].append(elapsed_s)
            self._all.append(elapsed_s)

    def of(self, operation: Operation, size: int, *, confirming: bool) -> float:
        """How long the answer to a request with a body of ``size`` bytes is waited for, in seconds."""
        with self._lock:
            took, least = self._took.get(operation, ()), _LEAST_S
            if len(took) < _FEWEST:
                took, least = self._all, _LEAST_UNKNOWN_S
            known = sorted(took)
        most = self.most_s + size // _STORED
        if len(known) < _FEWEST:
            return most
        usual = known[int(_SHARE * (len(known) - 1))]
        deadline = max(least, _TIMES * usual) + size / _READ_AGAIN
        return min(most, deadline * (_CONFIRMING if confirming else 1))
