"""Settling: what is read is read again, with growing pauses, until it is as it should be or the time is over."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from deployment.retry import RetryPolicy

T = TypeVar("T")
_FIRST_S: Final = 0.02
_LONGEST_S: Final = 0.25


@dataclass(slots=True)
class Settling:
    """Reads again for at most ``patience_s`` seconds; 0 reads once.

    ``longest_s`` is the longest time that it took until a reading was as it should be, where the first was not.
    """

    patience_s: float = 1.0
    longest_s: float = 0.0
    pause: Callable[[float], None] = time.sleep

    def until(self, read: Callable[[], T], clean: Callable[[T], bool]) -> T:
        """The first reading that is ``clean``, else the last."""
        began = time.monotonic()
        for attempt in self._attempts:
            got = read()
            if clean(got):
                if attempt > 1:
                    self.longest_s = max(self.longest_s, time.monotonic() - began)
                break
        return got

    def at_rest(self, read: Callable[[], T]) -> T:
        """The last reading once the time is over: for a state of which nothing is known that it should be."""
        for _ in self._attempts:
            got = read()
        return got

    @property
    def _attempts(self) -> RetryPolicy:
        return RetryPolicy(patience_s=self.patience_s, first_s=_FIRST_S, longest_s=_LONGEST_S, pause=self.pause)


def lag_words(longest_s: float) -> str:
    """The longest lag that was seen, in seconds, as a note for the report."""
    return f"reads lagged by up to {longest_s:.2f} s, and were read again"
