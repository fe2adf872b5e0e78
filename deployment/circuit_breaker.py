"""Operations that leave every request without an answer until its time is up: how long to go on asking them."""

from __future__ import annotations

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
# So many accusations rest on answers that never come; each costs many timeouts, and more of them tell nothing new.
ENOUGH: Final = 2


def silent(error: Exception) -> bool:
    """Whether a request went out, or most of it, and its time passed without an answer."""
    return isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout)


def _nobody(_line: str) -> None:
    """Hears what nobody is there to hear."""


@dataclass(slots=True)
class _Since:
    """What an operation did since its last answer; ``seen`` is how much had been answered at its last silence."""

    silences: int = 0
    between: int = 0
    seen: int = -1


@dataclass(slots=True)
class CircuitBreaker:
    """Counts requests whose time passed, by operation: one whose every request costs a timeout is given up.

    What stops to answer for everybody is no operation's doing: that is an outage, and is waited for elsewhere.
    ``total`` counts silences, ``given_up`` operations, ``withheld`` what was not sent for it, ``last`` says why.
    ``accusations`` counts the findings that rest on them. ``say`` tells whoever waits, in a line, that an operation
    begins to be silent and that it is given up.
    Safe to be used by several threads.
    """

    timeout_s: float
    say: Callable[[str], None] = _nobody
    total: int = 0
    given_up: int = 0
    withheld: int = 0
    last: str = ""
    accusations: int = 0
    _answers: int = 0
    _since: dict[tuple[str, str], _Since] = field(default_factory=lambda: defaultdict(_Since))
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    @property
    def told(self) -> bool:
        """Whether enough of them were found: every further one is met once, and not made sure of."""
        return self.accusations >= ENOUGH

    @property
    def attempts(self) -> int:
        """How often a read is asked for where each attempt costs the whole timeout."""
        return 1 if self.told else _ATTEMPTS

    def note(self, operation: tuple[str, str], *, answered: bool) -> None:
        """Take what came of one request to an operation, its method and the shape of its path."""
        with self._lock:
            if answered:
                self._answers += 1
                self._since.pop(operation, None)
                return
            since = self._since[operation]
            before = self._hopeless(operation)
            self.total += 1
            since.silences += 1
            since.between += 0 <= since.seen < self._answers
            since.seen = self._answers
            given_up = self._hopeless(operation) and not before
            self.given_up += given_up
        asked = f"{operation[0]} {operation[1]}"
        if given_up:
            self.say(f"{asked} is not asked any more: {since.silences} requests in a row got no answer")
        elif since.silences == 1:
            self.say(f"no answer within {self.timeout_s:g} s: {asked}; a few more are waited for")

    def admit(self, operation: tuple[str, str]) -> None:
        """Let a request to an operation pass. Raises ``WithheldError`` where the operation is given up."""
        with self._lock:
            if self._hopeless(operation):
                self.withheld += 1
                silences = self._since[operation].silences
                asked = f"{operation[0]} {operation[1]}"
                self.last = f"{asked} left {silences} requests in a row unanswered for {self.timeout_s:g} s each"
                raise WithheldError(self.last)

    def _hopeless(self, operation: tuple[str, str]) -> bool:
        since = self._since.get(operation)
        return since is not None and since.silences >= MOST and since.between >= _ANSWERS_BETWEEN
