"""The files of what is stored: each named by its entity's id, in one of 256 directories so that none grows large."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable
from pathlib import Path


def directories(files: Path) -> list[Path]:
    """Every directory that holds files."""
    return [Path(entry) for entry in os.scandir(files) if entry.is_dir()]


def remove_files(within: Iterable[Path], gone: Callable[[str], bool]) -> int:
    """Remove the files of each entity that is ``gone``, its thumbnails and frames included; how many they were.

    Each directory is read once: a project may hold 100,000 media.
    """
    removed = 0
    for directory in within:
        for entry in os.scandir(directory):
            if gone(entry.name.partition(".")[0]):
                Path(entry).unlink(missing_ok=True)
                removed += 1
    return removed


def remove_orphans(files: Path, known: Callable[[str], bool]) -> int:
    """Remove what a killed process left: files without an entity, and files not written to their end; how many."""
    removed = remove_files(directories(files), lambda identifier: not known(identifier))
    for part in (Path(entry) for directory in directories(files) for entry in os.scandir(directory)):
        if part.suffix == ".part":
            part.unlink()
            removed += 1
    return removed


def lock(directory: Path) -> int:
    """Hold the data for this process, until it ends. Raises ``BlockingIOError`` where another process has it."""
    descriptor = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
