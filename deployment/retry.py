"""The retry policy: how often, for how long and with which pauses something is asked again.

What befalls a single request on the network is met in ``transport``, which obeys ``Retry-After`` with stamina; this is
for answers that came and are not yet what is waited for, which raise nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from contract.observations import Answer


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """One attempt, and more until so many ``attempts`` were made or ``patience_s`` is over; None is no bound.

    Pauses double from ``first_s`` up to ``longest_s``, all in seconds; ``pause`` is ``time.sleep``.
    """

    attempts: int | None = None
    patience_s: float | None = None
    first_s: float = 0.1
    longest_s: float = 5.0
    pause: Callable[[float], None] = time.sleep

    def __iter__(self) -> Iterator[int]:
        """The numbers of the attempts, from 1, with the pauses between them."""
        began, paused, pause, number = time.monotonic(), 0.0, self.first_s, 1
        while True:
            yield number
            if number == self.attempts:
                return
            if self.patience_s is not None:
                left_s = self.patience_s - max(paused, time.monotonic() - began)
                if left_s <= 0:
                    return
                pause = min(pause, left_s)  # the last attempt comes when the patience is over, and not before
            self.pause(pause)
            paused += pause
            pause, number = min(self.longest_s, 2 * pause), number + 1

    def ask(self, send: Callable[[], Answer], until: Callable[[Answer], bool]) -> Answer:
        """The first answer that ``until`` takes, else the last; what was not sent is not sent again."""
        answer = Answer(None)
        for _ in self:
            answer = send()
            if answer.unsent or until(answer):
                break
        return answer
