"""Runs kept in a file, one a line: a power run that was cut short goes on where it stopped."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Lock

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

    def _read(self, line: dict[str, object]) -> None:
        findings = line["findings"]
        if not isinstance(findings, list):
            raise TypeError("findings are a list")
        found = tuple(Finding(requirement, side, Verdict(verdict)) for requirement, side, verdict in findings)
        self.runs[str(line["fault"])] = GateRun(
            int(str(line["exit_status"])), found, float(str(line["seconds"])), str(line["output"])
        )

    def keep(self, fault: str, run: GateRun) -> None:
        """Take one run, and write it down at once."""
        with self._lock:
            self.runs[fault] = run
            if self.path is not None:
                findings = [(each.requirement, each.side, each.verdict.value) for each in run.findings]
                line = {
                    "fault": fault,
                    "exit_status": run.exit_status,
                    "findings": findings,
                    "seconds": round(run.seconds, 2),
                    "output": run.output[-500:],
                }
                with self.path.open("a", encoding="utf-8") as out:
                    out.write(f"{json.dumps(line)}\n")
