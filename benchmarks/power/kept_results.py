"""Runs kept in a file, one a line: a power run that was cut short goes on where it stopped."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import Any

from benchmarks.power.runs import Finding, GateRun
from contract.verdicts import Verdict

FAULTLESS = ""


class KeepingError(Exception):
    """The file holds something else than runs."""


class Kept:
    """The runs of a file by the name of their fault, "" for none; without a file nothing outlives the process."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.runs: dict[str, GateRun] = {}
        self._lock = Lock()
        if path is not None and path.exists():
            try:
                for line in path.read_text(encoding="utf-8").splitlines():
                    self._read(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                raise KeepingError(f"{path} holds no runs of faults ({error}); give another file") from None

    def _read(self, line: dict[str, Any]) -> None:
        findings = tuple(Finding(**{**each, "verdict": Verdict(each["verdict"])}) for each in line["findings"])
        fault = line.pop("fault")
        self.runs[fault] = GateRun(**{**line, "findings": findings})

    def keep(self, fault: str, run: GateRun) -> None:
        """Take one run, and write it down at once."""
        with self._lock:
            self.runs[fault] = run
            if self.path is not None:
                with self.path.open("a", encoding="utf-8") as out:
                    out.write(f"{json.dumps({'fault': fault, **asdict(run)})}\n")
