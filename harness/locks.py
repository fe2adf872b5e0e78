"""A lock between processes: many hold it together, or one holds it alone."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(slots=True)
class ReadWriteLock:
    """A readers-writer lock of several processes over two files in a directory.

    Whoever waits to hold it alone keeps the second file locked, so that nobody who comes later overtakes it for ever.
    """

    directory: Path
    _held: int = -1
    _alone: bool = False

    def acquire(self, *, alone: bool) -> None:
        """Wait for the lock; nothing is to be waited for where this process holds it alone and wants to go on so."""
        if self._held >= 0 and self._alone and alone:
            return
        self.release()
        with self._queue():
            self._held = os.open(self.directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._held, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        self._alone = alone

    def release(self) -> None:
        """Give the lock up, where it is held."""
        if self._held >= 0:
            os.close(self._held)
            self._held = -1

    @contextlib.contextmanager
    def _queue(self) -> Iterator[None]:
        descriptor = os.open(self.directory / "queue", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
