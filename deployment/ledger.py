"""The ledger: the durable list of everything a run creates, written before the request that creates it.

A run has a directory named by its id, and each of its processes a file of its own in it, so that no line is ever torn
by another process. A line is one JSON object; nothing is ever rewritten. The key is in none of them.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import tempfile
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import platformdirs

from contract.identifiers import Ids
from contract.operations import OPERATIONS, WORKSPACE, pattern_of
from deployment.errors import SetupError

PREFIX: Final = "geti-contract-"
_RUN_ID: Final = re.compile(r"[0-9a-f]{8}")
_IDENTIFIERS: Final = ("id", "job_id", "file_id", "annotation_scene_id")
_NAMES: Final = ("name", "project_name", "dataset_name")
_PROJECTS: Final = [re.compile(pattern_of(WORKSPACE + each.path)) for each in OPERATIONS if each.creates == "project"]


class LedgerError(Exception):
    """A line could not be written: what would be created next could be lost, so it must not be created."""


def default_directory() -> Path:
    """Where ledgers lie unless the user says otherwise: the user's own state directory, beside no checkout.

    Raises ``SetupError`` where the user has none.
    """
    try:
        return Path(platformdirs.user_state_path("geti-contract", appauthor=False)) / "ledger"
    except RuntimeError:
        raise SetupError("this user has no home directory to keep the ledger in; give --geti-ledger-dir DIR") from None


def prove_writable(directory: Path) -> None:
    """Write into a directory, which is made where it is not there. Raises ``SetupError``."""
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=directory) as file:
            file.write(b"proof")
    except OSError as error:
        raise SetupError(
            f"the ledger directory {directory} cannot be written ({error.strerror}); free space or give "
            "--geti-ledger-dir"
        ) from None


def run_prefix(run_id: str) -> str:
    """What the names of a run begin with. Raises ``ValueError`` for what is no run id: it could name another's."""
    if not is_run_id(run_id):
        raise ValueError(f"{run_id!r} is no run id")
    return f"{PREFIX}{run_id}"


def carries(name: str, run_id: str) -> bool:
    """Whether a name is one that this run gives: the prefix alone, or followed by a hyphen and more."""
    prefix = run_prefix(run_id)
    return name == prefix or name.startswith(f"{prefix}-")


def is_run_id(text: str) -> bool:
    """Whether a text is the id of a run: eight hex digits, so that no id begins another."""
    return _RUN_ID.fullmatch(text) is not None


def makes_project(path: str) -> bool:
    """Whether a creation at a path makes a project, at once or by a job.

    A project outlives everything else, so it must be on the disk before it is asked for: a loss of power must not lose
    it. What lies in a project goes with the project; for it, outliving the process is enough.
    """
    return any(each.fullmatch(path) for each in _PROJECTS)


@dataclass(slots=True)
class Ledger:
    """The ledger of one process of a run; safe to be used by several threads.

    ``foreign`` are the ids of projects that were there before the run: whatever an answer says, they are never its
    own. The file is locked as long as the process lives, so that a sweep leaves a living run alone.
    """

    directory: Path
    run_id: str
    url: str
    foreign: Ids = field(default_factory=Ids)
    path: Path = field(init=False)
    _file: int = field(init=False, default=-1)
    _serial: int = field(init=False, default=0)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        run_prefix(self.run_id)
        self.path = self.directory / self.run_id / f"{os.getpid()}-{os.urandom(4).hex()}.jsonl"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise LedgerError(f"the ledger {self.path} cannot be written ({error.strerror})") from None
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._write(
            {"run": self.run_id, "url": self.url, "started": now, "foreign": sorted(self.foreign)}, durable=True
        )
        _sync_directory(self.path.parent)

    def know_foreign(self, identifiers: Iterable[str]) -> None:
        """Note projects that are of others. Raises ``LedgerError``."""
        self.foreign.update(identifiers)
        self._write({"foreign": sorted(self.foreign)}, durable=True)

    def plant(self, file: Path) -> None:
        """Note that what this run creates is to stay, and which plant file says what it is. Raises ``LedgerError``."""
        self._write({"planted": str(file)}, durable=True)

    def intend(self, path: str, body: Any) -> int:
        """Note what is about to be created, and return the number of the intent. Raises ``LedgerError``."""
        named = next((body[key] for key in _NAMES if isinstance(body.get(key), str)), "") if _is_map(body) else ""
        with self._lock:
            self._serial += 1
            serial = self._serial
        self._write({"intent": serial, "path": path, "name": named[:200]}, durable=makes_project(path))
        return serial

    def outcome(self, serial: int, path: str, status: int | None, body: Any) -> None:
        """Note what came of an intent: the answer's status, None where none came, and its ids.

        Raises ``LedgerError``; the intent then stands without an outcome, and a sweep finds what it left by its name.
        """
        ids = _ids(body) if status is not None and 200 <= status < 300 else []
        self._write({"outcome": serial, "status": status, "ids": ids}, durable=makes_project(path))

    def gone(self, path: str) -> None:
        """Note that what lies at a path is deleted. Raises ``LedgerError``."""
        self._write({"gone": path}, durable=False)

    def close(self) -> None:
        """Let go of the file; a sweep may then take it."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _write(self, line: Mapping[str, Any], *, durable: bool) -> None:
        content = json.dumps(line, separators=(",", ":")).encode() + b"\n"
        try:
            with self._lock:
                written = os.write(self._file, content)
            if durable:
                _sync(self._file)
        except OSError as error:
            raise LedgerError(f"the ledger {self.path} cannot be written ({error.strerror})") from None
        if written != len(content):
            raise LedgerError(f"the ledger {self.path} cannot be written (No space left on device)")


def _ids(body: Any) -> list[str]:
    return [body[key] for key in _IDENTIFIERS if isinstance(body.get(key), str)] if _is_map(body) else []


def _is_map(body: Any) -> bool:
    return isinstance(body, Mapping)


def _sync(file: int) -> None:
    """Make what a file holds last. macOS has no fdatasync, which elsewhere leaves out what no reader needs."""
    getattr(os, "fdatasync", os.fsync)(file)


def _sync_directory(path: Path) -> None:
    """Make the names in a directory last, as its files do."""
    for each in (path, path.parent):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
