"""The project's commands as processes, started as a user starts them, and followed by what they print."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, ClassVar, Self

ROOT = Path(__file__).parents[2]
HANGS_AFTER_S = 1200  # ends a test that would never end; no test waits for it


class Process:
    """``python ARGUMENTS`` in the project's directory; ``console`` is what it has printed so far, errors too.

    The options that whoever runs the tests has in the environment are left out; ``environment`` adds to the rest.
    """

    def __init__(self, *arguments: str, cwd: Path = ROOT, environment: dict[str, str] | None = None) -> None:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GETI_")}
        self.console = ""
        self._process = subprocess.Popen(
            [sys.executable, "-u", *arguments],
            cwd=cwd,
            env=inherited | (environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.pid, self.send_signal = self._process.pid, self._process.send_signal
        self._watchdog = threading.Timer(HANGS_AFTER_S, self._process.kill)
        self._watchdog.daemon = True
        self._watchdog.start()

    @property
    def status(self) -> int | None:
        """The exit status; None while it runs."""
        return self._process.poll()

    def until(self, text: str) -> str:
        """Wait for the line that holds ``text``."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.console += line
            if text in line:
                return line
        raise AssertionError(f"the process ended and never printed {text!r}:\n{self.console}")

    def finish(self) -> Self:
        """Wait for its end."""
        assert self._process.stdout is not None
        self.console += self._process.stdout.read()
        self._process.wait()
        self._watchdog.cancel()
        self._process.stdout.close()
        return self

    def kill(self) -> Self:
        """End it with SIGKILL, where it has not ended."""
        self._process.kill()
        return self.finish() if self._process.stdout and not self._process.stdout.closed else self


class SuitesRun(Process):
    """``pytest suites``, as ``make gate`` starts it, with its reports in ``out``."""

    command: ClassVar[tuple[str, ...]] = ("-m", "pytest", "--assert=plain")

    def __init__(self, out: Path, *options: str, environment: dict[str, str], paths: tuple[str, ...]) -> None:
        self.out = out
        reports = ("--geti-report-dir", str(out), "--geti-ledger-dir", str(out.parent / "ledger"))
        super().__init__(*self.command, *paths, *reports, *options, environment=environment)

    @property
    def results(self) -> dict[str, Any]:
        """What ``results.json`` holds."""
        results: dict[str, Any] = json.loads((self.out / "results.json").read_text())["results"]
        return results

    @property
    def judged(self) -> list[dict[str, Any]]:
        """The tests of the report that were judged."""
        return [test for test in self.results["tests"] if test["status"] != "pending"]

    @property
    def verdicts(self) -> dict[str, str]:
        """The verdict on each case that was judged."""
        return {test["name"]: test["extra"]["verdict"] for test in self.judged}

    @property
    def findings(self) -> list[dict[str, Any]]:
        """What the report says of each case that failed."""
        return [test["extra"] for test in self.results["tests"] if test["status"] == "failed"]
