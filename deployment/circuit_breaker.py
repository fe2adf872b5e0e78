"""The circuit breaker: an operation whose every request times out is given up."""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import httpx

from deployment.budget import WithheldError

# So many requests in a row without an answer, while so many times between them something else was answered.
MOST: Final = 8
_ANSWERS_BETWEEN: Final = 3
_ATTEMPTS: Final = 2
# So many findings may rest on answers that never come; each costs many timeouts, and more of them say nothing new.
ENOUGH: Final = 2


def timed_out(error: Exception) -> bool:
    """Whether a request went out, or most of it, and its time passed without an answer."""
    return isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout)


@dataclass(slots=True)
class _Since:
    """Timeouts of an operation since its last answer; ``seen`` is how many answers had come at the last of them.

    ``shortest_s`` is the shortest time that one was waited for.
    """

    timeouts: int = 0
    shortest_s: float = math.inf
    between: int = 0
    seen: int = -1


@dataclass(slots=True)
class CircuitBreaker:
    """Counts timeouts by operation; safe to be used by several threads.

    What stops to answer for everybody is no operation's doing: that is an outage, and is waited for elsewhere.
    ``findings`` counts those that rest on timeouts. ``say`` gets a line when an operation begins to time out, and when
    it is given up.
    """

    say: Callable[[str], None] = lambda _line: None
    findings: int = 0
    _answers: int = 0
    _since: dict[tuple[str, str], _Since] = field(default_factory=lambda: defaultdict(_Since))
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    @property
    def enough_findings(self) -> bool:
        """Whether enough findings rest on timeouts: every further one is met once, and not made sure of."""
        return self.findings >= ENOUGH

    @property
    def attempts(self) -> int:
        """How often a read is asked for where each attempt costs the whole timeout."""
        return 1 if self.enough_findings else _ATTEMPTS

    def note_answer(self, operation: tuple[str, str]) -> None:
        """Take one answer of an operation, its method and the shape of its path."""
        with self._lock:
            self._answers += 1
            self._since.pop(operation, None)

    def note_timeout(self, operation: tuple[str, str], waited_s: float) -> bool:
        """Take that an answer did not come for so many seconds; whether the operation is given up with it."""
        with self._lock:
            since = self._since[operation]
            before = self._is_given_up(operation)
            since.timeouts += 1
            since.between += 0 <= since.seen < self._answers
            since.seen = self._answers
            since.shortest_s = min(since.shortest_s, waited_s)
            given_up = self._is_given_up(operation) and not before
        asked = f"{operation[0]} {operation[1]}"
        if given_up:
            self.say(f"{asked} is not asked any more: {since.timeouts} requests in a row got no answer")
        elif since.timeouts == 1:
            self.say(f"no answer within {waited_s:.3g} s: {asked}; a few more are waited for")
        return given_up

    def admit(self, operation: tuple[str, str]) -> None:
        """Let a request to an operation pass. Raises ``WithheldError`` where the operation is given up."""
        with self._lock:
            if self._is_given_up(operation):
                since, asked = self._since[operation], f"{operation[0]} {operation[1]}"
                raise WithheldError(
                    f"{asked} left {since.timeouts} requests in a row unanswered for {since.shortest_s:.3g} s or more"
                )

    def _is_given_up(self, operation: tuple[str, str]) -> bool:
        since = self._since.get(operation)
        return since is not None and since.timeouts >= MOST and since.between >= _ANSWERS_BETWEEN
