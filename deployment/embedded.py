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

_READY_WITHIN_S = 30


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
        """End the process that was started here, and remove its files."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.directory.cleanup()


def start(profile: str, faults: Sequence[str] = (), limits: Mapping[str, int] | None = None) -> Embedded:
    """Start it and wait until it accepts connections. Raises ``SetupError`` with what it said.

    ``limits`` are set otherwise than the profile says, each in the limit's unit.
    It gets a process group of its own, so that Ctrl-C reaches the run alone and the run can still delete.
    """
    directory = tempfile.TemporaryDirectory(prefix="geti-contract-")
    ready = Path(directory.name, "ready.json")
    log = Path(directory.name, "log")
    command = [sys.executable, "-m", "reference", "--port", "0", "--profile", profile, "--ready-file", str(ready)]
    command += ["--data", str(Path(directory.name, "data"))]
    for limit_id, value in (limits or {}).items():
        command += ["--limit", f"{limit_id}={value}"]
    for fault in faults:
        command += ["--fault", fault]
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    deadline = time.monotonic() + _READY_WITHIN_S
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            if process.poll() is None:
                process.kill()
                process.wait()
            said = log.read_text(errors="replace").strip().splitlines()
            directory.cleanup()
            raise SetupError(f"the embedded deployment did not start: {said[-1] if said else 'it said nothing'}")
        time.sleep(0.02)
    facts = json.loads(ready.read_text())
    return Embedded(facts["url"], facts["token"], facts["expired_token"], facts["foreign_token"], process, directory)
