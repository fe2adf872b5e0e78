"""How much a run may ask of a deployment: at what rate, and how many requests, bytes and seconds in all."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass, field

from pyrate_limiter import Limiter, Rate


class WithheldError(Exception):
    """A request was not sent, so nothing is concluded from it; the message says why."""


@dataclass(slots=True)
class Budget:
    """The budgets of a run; None is no bound. Safe to be used by several threads, which share it.

    ``rate`` in requests a second, ``size`` in bytes of bodies both ways, ``seconds`` from when it is made. ``stopped``
    says, once set, why nothing more goes out. ``closing`` lets the deletions at the end out all the same: an
    installation is better left clean than a few requests short.
    """

    rate: float | None = None
    requests: int | None = None
    size: int | None = None
    seconds: float | None = None
    stopped: str = ""
    closing: bool = False
    sent: int = 0
    moved: int = 0
    _started: float = field(init=False, default_factory=time.monotonic)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)
    _limiter: Limiter | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        if self.rate is not None:
            # A tenth of a second at a time, so that what is allowed a second does not come at once.
            several = max(1, round(self.rate / 10))
            self._limiter = Limiter(Rate(several, math.ceil(1000 * several / self.rate)), buffer_ms=0)

    def admit(self, size: int) -> None:
        """Wait for the rate and count one request with a body of ``size`` bytes. Raises ``WithheldError``."""
        with self._lock:
            self.stopped = self.stopped or self._spent(size)
            if self.stopped and not self.closing:
                raise WithheldError(self.stopped)
            self.sent += 1
            self.moved += size
        if self._limiter is not None:
            self._limiter.try_acquire()

    def received(self, size: int) -> None:
        """Count the body of an answer, in bytes."""
        with self._lock:
            self.moved += size

    def _spent(self, size: int) -> str:
        if self.requests is not None and self.sent + 1 > self.requests:
            return f"budget spent: {self.requests:,} requests (--geti-max-requests)"
        if self.size is not None and self.moved + size > self.size:
            return f"budget spent: {self.size:,} bytes (--geti-max-bytes)"
        if self.seconds is not None and time.monotonic() - self._started > self.seconds:
            return f"budget spent: {self.seconds:g} s (--geti-max-seconds)"
        return ""
