"""``python -m reference`` as a process that a test may kill and start again on the same data."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

READY_WITHIN_S = 60


@dataclass(frozen=True)
class Running:
    url: str
    token: str
    ca_bundle: str | None
    process: subprocess.Popen[bytes]


@contextmanager
def running(data: Path, *options: str) -> Iterator[Running]:
    """Start it on ``data`` and wait until it is ready; killed at the end, if it still runs."""
    ready = data.parent / f"{data.name}.ready.json"
    ready.unlink(missing_ok=True)
    command = [sys.executable, "-m", "reference", "--data", str(data), "--ready-file", str(ready), *options]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + READY_WITHIN_S
            while not ready.exists():
                assert process.poll() is None, "the embedded deployment did not start"
                assert time.monotonic() < deadline, "the embedded deployment is not ready"
                time.sleep(0.02)
            facts = json.loads(ready.read_text())
            yield Running(facts["url"], facts["token"], facts.get("ca_bundle"), process)
        finally:
            process.kill()
