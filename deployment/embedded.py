"""The embedded deployment: ``python -m reference`` as a process of its own on a free loopback port."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deployment.errors import SetupError

_READY_WITHIN_S = 120


@dataclass(frozen=True, slots=True)
class Embedded:
    """A running embedded deployment: its base URL, its keys (one expired, one of another organization), its process."""

    url: str
    token: str = field(repr=False)
    expired_token: str = field(repr=False)
    foreign_token: str = field(repr=False)
    process: subprocess.Popen[bytes]
    directory: tempfile.TemporaryDirectory[str]

    def stop(self) -> None:
        """End the process that was started here, and remove its directory."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.directory.cleanup()


def start(
    profile: str, faults: Sequence[str] = (), limits: Mapping[str, int] | None = None, lag_s: float = 0.0
) -> Embedded:
    """Start it and wait until it accepts connections. Raises ``SetupError`` with the last line that it printed.

    ``limits`` replace values of the profile, each in the limit's unit. ``lag_s`` is how old what it reads may be, in
    seconds, as where a second host behind the same address follows the first.
    It gets a process group of its own, so that Ctrl-C reaches the run alone and the run can still delete. It ends, and
    removes the directory with everything in it, when this process is gone: nobody else holds the pipe to its stdin.
    """
    directory = tempfile.TemporaryDirectory(prefix="geti-contract-")
    ready, log = Path(directory.name, "ready.json"), Path(directory.name, "log")
    command = [sys.executable, "-m", "reference", "--profile", profile]
    command += ["--data", directory.name, "--ready-file", str(ready), "--parent-fd", "0"]
    command += [part for limit_id, value in (limits or {}).items() for part in ("--limit", f"{limit_id}={value}")]
    command += [part for fault in faults for part in ("--fault", fault)]
    command += ["--lag", str(lag_s)] if lag_s else []
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.PIPE, stdout=output, stderr=output, start_new_session=True
        )
    deadline = time.monotonic() + _READY_WITHIN_S
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            process.communicate()
            lines = log.read_text(errors="replace").strip().splitlines()
            directory.cleanup()
            raise SetupError(f"the embedded deployment did not start: {lines[-1] if lines else 'it printed nothing'}")
        time.sleep(0.02)
    facts = json.loads(ready.read_text())
    return Embedded(facts["url"], facts["token"], facts["expired_token"], facts["foreign_token"], process, directory)
