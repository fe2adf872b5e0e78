"""How many cases are judged at one time: one more while all goes well, half where the deployment has too much."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from deployment.traffic import Traffic

_FIRST: Final = 2
# So long after it was slowed down it is not slowed down again: what comes in between was asked before.
_REST_S: Final = 1.0
# One after the other, n cases take n times as long each; where they take so much longer, n at a time get less done.
_WORSE: Final = 1.5
_REFUSED: Final = "answers were 429 or 503"
_SLOWER: Final = "answers took longer than one after the other"


@dataclass(slots=True)
class Pace:
    """Lets at most ``most`` cases be judged at one time; additive increase, multiplicative decrease.

    ``highest`` is how many were let at most, ``slowed`` how often it was slowed down, by reason.
    """

    most: int
    highest: int = 0
    slowed: Counter[str] = field(default_factory=Counter)
    _let: int = field(init=False)
    _active: int = 0
    _well: int = 0
    _slowed_at: float = 0.0
    _changed: threading.Condition = field(init=False, default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self._let = min(_FIRST, self.most)

    @contextlib.contextmanager
    def slot(self, traffic: Traffic, *, at_once: bool = False) -> Iterator[None]:
        """Wait until one more case may be judged, and learn from what was answered meanwhile.

        Nothing is waited for ``at_once``: by whoever has what those that are under way may wait for.
        """
        with self._changed:
            self._changed.wait_for(lambda: at_once or self._active < self._let)
            self._active += 1
            self.highest = max(self.highest, self._active)
        try:
            yield
        finally:
            with self._changed:
                self._active -= 1
                if traffic.overloaded:
                    self._slow_down(_REFUSED, traffic)
                elif self._let > 1 and traffic.slower_than(_WORSE * self._let):
                    self._slow_down(_SLOWER, traffic)
                else:
                    self._go_on()
                self._changed.notify_all()

    @property
    def words(self) -> str:
        """How many cases are under way."""
        return f"{self._active} cases are under way, at most {self._let} at one time"

    @property
    def notes(self) -> list[str]:
        """What a report says of it."""
        return [
            f"up to {self.highest} cases at one time; {times} times fewer, since {reason}"
            for reason, times in self.slowed.items()
        ]

    def _go_on(self) -> None:
        self._well += 1
        if self._well >= self._let and self._let < self.most:
            self._let, self._well = self._let + 1, 0

    def _slow_down(self, reason: str, traffic: Traffic) -> None:
        if time.monotonic() - self._slowed_at > _REST_S:
            self._let, self._well, self._slowed_at = max(1, self._let // 2), 0, time.monotonic()
            self.slowed[reason] += 1
            traffic.look_anew()
