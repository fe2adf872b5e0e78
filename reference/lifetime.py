"""A deployment that belongs to another process ends with it, however that process ends."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

# How long an orderly end may take once nobody is left to kill this process, in seconds.
_END_WITHIN_S: Final = 10


@contextmanager
def ending_with_parent(descriptor: int | None, data: Path) -> Iterator[None]:
    """End this process as SIGTERM does, and remove ``data``, once the parent is gone.

    ``descriptor`` is the reading end of a pipe whose other end the parent alone holds and never writes to: the kernel
    closes that end even where the parent is killed. None: the process ends on its own.
    """
    if descriptor is None:
        yield
        return
    orphaned = threading.Event()
    threading.Thread(target=_watch, args=(descriptor, data, orphaned), daemon=True, name="parent").start()
    try:
        yield
    finally:
        if orphaned.is_set():
            _remove(data)


def _watch(descriptor: int, data: Path, orphaned: threading.Event) -> None:
    while os.read(descriptor, 1):
        pass
    orphaned.set()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_END_WITHIN_S)
    _remove(data)
    os._exit(1)


def _remove(directory: Path) -> None:
    """Remove a directory that processes of the run that has ended may still be writing into."""
    while directory.exists():
        shutil.rmtree(directory, ignore_errors=True)
