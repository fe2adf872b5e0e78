"""One run of the gate as a process of its own, and what its report says."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.common import embedded_as_in_the_gate
from benchmarks.power.early_stop import ExpectedFinding
from benchmarks.power.proxied import serving
from contract.verdicts import BROKEN, Verdict
from harness.options import unaimed
from reference.faults.fault import Fault

# A few answers never come; to wait two minutes for each of them would take hours.
TIMEOUT_S: Final = 20
_LONGEST_RUN_S: Final = 1800
# What only a search finds is looked for by that of one night.
_NIGHT: Final = ("--geti-tier", "nightly", "--geti-seed", "1")


@dataclass(frozen=True, slots=True)
class Finding:
    """What one case says: the requirement, the side of the boundary where it has one, the verdict and its reason."""

    requirement: str
    side: str | None
    verdict: Verdict
    reason: str = ""

    @property
    def broken(self) -> bool:
        """Whether the contract was found broken."""
        return self.verdict in BROKEN


@dataclass(frozen=True, slots=True)
class GateRun:
    """One run: its exit status, what each case found, how long it took in seconds, and the end of its output."""

    exit_status: int
    findings: tuple[Finding, ...]
    seconds: float
    output: str

    @property
    def broken(self) -> frozenset[str]:
        """The requirements that were found broken."""
        return frozenset(finding.requirement for finding in self.findings if finding.broken)


def run_gate(
    fault: Fault | None = None, *, whole: bool = False, options: Sequence[str] = (), proxy: str | None = None
) -> GateRun:
    """Judge the embedded deployment with one fault, or with none; ``proxy`` is the command that puts it before it.

    A run with a fault stops once the fault is named, unless the gate is to be run ``whole``. Raises
    ``ProxyCommandError``.
    """
    stop: list[str] = []
    if fault is not None and not whole:
        expected = ExpectedFinding(fault.requirements, fault.side, fault.verdict)
        stop = ["-p", "benchmarks.power.early_stop", "--power-expect", expected.text]
    if fault is None or proxy is None:
        given = [] if fault is None else ["--geti-fault", fault.name]
        if fault is not None and fault.search:
            given += [*_NIGHT, "-k", fault.search]
        return _run([*options, *given, *stop], unaimed())
    with (
        tempfile.TemporaryDirectory(prefix="geti-contract-proxied-") as directory,
        embedded_as_in_the_gate(Path(directory)) as (url, aimed, environment),
        serving(proxy, fault, url) as base,
    ):
        return _run([*options, *aimed, "--geti-url", base, *stop], environment)


def _run(options: Sequence[str], environment: Mapping[str, str]) -> GateRun:
    given = ["--geti-timeout", str(TIMEOUT_S), *options]
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="geti-contract-power-") as directory:
        command = [sys.executable, "-m", "pytest", "suites", "-q", "--assert=plain"]
        command += ["--geti-report-dir", directory, *given]
        try:
            ended = subprocess.run(
                command, env=environment, capture_output=True, text=True, check=False, timeout=_LONGEST_RUN_S
            )
        except subprocess.TimeoutExpired:
            return GateRun(-1, (), time.monotonic() - started, f"not over after {_LONGEST_RUN_S} s")
        found = findings(Path(directory))
    return GateRun(ended.returncode, found, time.monotonic() - started, (ended.stdout + ended.stderr)[-500:])


def findings(directory: Path) -> tuple[Finding, ...]:
    """What the report of a run in a directory says of each case; nothing where there is none."""
    report = directory / "results.json"
    tests = json.loads(report.read_text())["results"]["tests"] if report.exists() else []
    return tuple(_finding(test["extra"]) for test in tests)


def _finding(extra: dict[str, str]) -> Finding:
    return Finding(extra["requirement"], extra.get("side"), Verdict(extra["verdict"]), extra["reason"])
