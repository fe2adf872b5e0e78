"""Reading ledgers: what runs created, what of it is gone, and whether they still go on."""

from __future__ import annotations

import fcntl
import json
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from contract.identifiers import Ids
from contract.operations import CREATE_PROJECT, WORKSPACE, pattern_of
from deployment.ledger import is_run_id, makes_project, run_prefix

_ROOT: Final = re.compile(pattern_of(WORKSPACE))


@dataclass(frozen=True, slots=True)
class Entry:
    """One intent and what came of it: ``status`` and ``ids`` of its answer, None and nothing where none was noted."""

    path: str
    name: str
    status: int | None = None
    ids: tuple[str, ...] = ()

    @property
    def makes_project(self) -> bool:
        """Whether it makes a project, at once or by a job."""
        return makes_project(self.path)

    @property
    def refused(self) -> bool:
        """Whether the deployment said that it did nothing."""
        return self.status is not None and 400 <= self.status < 500

    @property
    def at(self) -> str | None:
        """Where the project lies that was made at once; None where that is not known."""
        return f"{self.path}/{self.ids[0]}" if self.path.endswith(CREATE_PROJECT.path) and self.ids else None


@dataclass(frozen=True, slots=True)
class Record:
    """What the ledger of a run says: every entry in order, the paths that are gone, and lines that say nothing.

    ``planted`` is the plant file of a run that planted what it made, to be kept; empty for every other run.
    """

    run_id: str
    url: str
    entries: tuple[Entry, ...]
    gone: frozenset[str]
    foreign: Ids
    damaged: tuple[str, ...]
    planted: str = ""

    @property
    def projects(self) -> tuple[Entry, ...]:
        """Projects that were made and are not known to be gone, the newest first."""
        return tuple(one for one in reversed(self.entries) if one.at is not None and one.at not in self.gone)

    @property
    def unresolved(self) -> tuple[Entry, ...]:
        """What may have made a project whose id nobody noted: no answer came, or a job makes it."""
        return tuple(one for one in self.entries if one.makes_project and one.at is None and not one.refused)

    @property
    def roots(self) -> tuple[str, ...]:
        """The workspaces that were written to, as paths."""
        matches = [_ROOT.match(one.path) for one in self.entries]
        return tuple(dict.fromkeys(match[0] for match in matches if match))

    @property
    def workspace(self) -> str | None:
        """The id of the workspace that was written to; None where nothing was."""
        matches = (_ROOT.match(one.path) for one in self.entries)
        return next((match[2] for match in matches if match), None)

    @property
    def unplaced(self) -> tuple[Entry, ...]:
        """What was noted without a workspace: it lies in whichever the key opens."""
        return tuple(one for one in self.entries if not _ROOT.match(one.path))

    def within(self, root: str) -> Record:
        """The same, where what was noted without a workspace lies in the one of this path."""
        entries = (replace(one, path=root + one.path) if one in self.unplaced else one for one in self.entries)
        return replace(self, entries=tuple(entries))


def read_record(directory: Path, only: Path | None = None) -> Record:
    """The ledger of the run whose directory this is, all its processes together, or ``only`` one of its files.

    Raises ``OSError``, and ``ValueError`` for a directory that is not named by a run.
    A last line that is cut short was never acted upon: an intent is written whole before its request goes out.
    """
    run_prefix(directory.name)
    url, planted, foreign, gone, damaged = "", "", Ids(), set[str](), list[str]()
    entries: list[Entry] = []
    files = directory.glob("*.jsonl") if only is None else [only]
    for file in sorted(files, key=lambda path: (path.stat().st_mtime_ns, path.name)):
        open_at: dict[int, int] = {}
        lines = file.read_bytes().split(b"\n")
        for number, text in enumerate(lines, 1):
            line = _parsed(text)
            if line is None:
                damaged += [f"{file.name}:{number}"] if text.strip() and number < len(lines) else []
                continue
            url, planted = str(line.get("url", url)), str(line.get("planted", planted))
            foreign.update(line.get("foreign", ()))
            gone.update({line["gone"]} if "gone" in line else ())
            if "intent" in line:
                open_at[line["intent"]] = len(entries)
                entries.append(Entry(str(line["path"]), str(line.get("name", ""))))
            if line.get("outcome") in open_at:
                at = open_at[line["outcome"]]
                asked = entries[at]
                entries[at] = Entry(asked.path, asked.name, line.get("status"), tuple(map(str, line.get("ids", ()))))
    return Record(directory.name, url, tuple(entries), frozenset(gone), foreign, tuple(damaged), planted)


def runs(directory: Path) -> list[Path]:
    """The directories of the runs that have a ledger, the oldest first."""
    if not directory.is_dir():
        return []
    ledgers = [each for each in directory.iterdir() if each.is_dir() and is_run_id(each.name)]
    return sorted(ledgers, key=lambda each: each.stat().st_mtime)


def is_living(directory: Path, besides: Path | None = None) -> bool:
    """Whether a process of this run, ``besides`` the one with this file, still holds its ledger. Raises ``OSError``."""
    return any(is_locked(file) for file in set(directory.glob("*.jsonl")) - {besides})


def is_locked(file: Path) -> bool:
    """Whether somebody holds a lock on a file that is there. Raises ``OSError``."""
    descriptor = os.open(file, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def forget(directory: Path) -> None:
    """Remove the ledger of a run that left nothing. Raises ``OSError``."""
    for file in directory.glob("*.jsonl"):
        file.unlink()
    directory.rmdir()


def _parsed(text: bytes) -> dict[str, Any] | None:
    try:
        line = json.loads(text)
    except ValueError:
        return None
    return line if isinstance(line, dict) else None
