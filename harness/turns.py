"""Turns: the processes and lanes of a run judge beside each other, or one of them judges alone."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deployment.ledger import default_directory
from deployment.ledger_records import is_locked

_CASES: Final = "case-"
_QUEUE: Final = "queue"


@dataclass(slots=True)
class Turns:
    """When a case may be judged: a readers-writer lock of processes and their lanes over files in a ``directory``.

    Without a directory nobody else judges, and every turn is alone. Whoever waits for a turn alone keeps a second file
    locked, so that nobody who comes later overtakes it for ever. Each writes down which case it judges, so that others
    can say what was in flight beside theirs; ``lane`` tells those of one process apart.
    """

    directory: Path | None = None
    lane: str = ""
    _held: int = -1
    _alone: bool = False

    @property
    def kept(self) -> bool:
        """Whether a turn was taken and not released yet: others may wait for it."""
        return self._held >= 0

    @property
    def alone(self) -> bool:
        """Whether nothing else of the run is in flight."""
        return self.directory is None or (self._held >= 0 and self._alone)

    def take(self, case: str, *, alone: bool) -> None:
        """Wait for the turn of a case; nothing is to be waited for by who judges alone already and is to go on so."""
        if self.directory is None:
            return
        if self._held < 0 or not (self._alone and alone):
            self.release()
            with self._queue(self.directory):
                self._held = os.open(self.directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
                fcntl.flock(self._held, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
            self._alone = alone
        self._own_file(self.directory).write_text(case)

    def release(self) -> None:
        """End the turn, where there is one."""
        if self._held >= 0 and self.directory is not None:
            self._own_file(self.directory).unlink(missing_ok=True)
            os.close(self._held)
            self._held = -1

    def give_way(self) -> None:
        """Between two things of a long case: let whoever waits to judge alone do so first, then go on."""
        if self.directory is None or self._held < 0 or self._alone or not is_locked(self.directory / _QUEUE):
            return
        self.take(_content(self._own_file(self.directory)), alone=False)

    def in_flight(self) -> tuple[str, ...]:
        """The cases that others of the run are judging now."""
        if self.alone or self.directory is None:
            return ()
        files = (path for path in self.directory.glob(f"{_CASES}*") if path != self._own_file(self.directory))
        return tuple(sorted(filter(None, map(_content, files))))

    def _own_file(self, directory: Path) -> Path:
        return directory / f"{_CASES}{os.getpid()}{self.lane}"

    @staticmethod
    @contextlib.contextmanager
    def _queue(directory: Path) -> Iterator[None]:
        descriptor = os.open(directory / _QUEUE, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def directory_of_shards(url: str) -> Path | None:
    """Where the shards on this machine that judge one deployment take turns; None where that cannot be written."""
    directory = default_directory().parent / "turns" / hashlib.sha256(url.encode()).hexdigest()[:16]
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    return directory if os.access(directory, os.W_OK) else None


def _content(path: Path) -> str:
    with contextlib.suppress(OSError):
        return path.read_text()
    return ""
