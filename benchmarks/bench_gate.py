"""The gate as a whole: wall time, share of it spent waiting for the deployment, peak memory, and two processes (-n 2).

    .venv/bin/python -m benchmarks.bench_gate [--rounds 3]

Both kinds of run take turns. Goals in one process: at most 90 s, of which at least 85 % are spent waiting, the suite
within 200 MB and the embedded deployment within 1024 MB.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.common import gate_command, parser, print_rounds

COLUMNS = ("wall s", "waiting %", "suite MB", "deployment MB", "-n 2 wall s", "-n 2 / one")


def _peak_mb(pid: int) -> float:
    try:
        peak = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0.0
    return int(peak[1]) / 1024 if peak else 0.0


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _gate(*options: str) -> tuple[float, float, float, float]:
    """Wall time in s, share of waiting in %, peak of the suite and of the deployment in MB."""
    with tempfile.TemporaryDirectory() as out:
        started = time.monotonic()
        process = subprocess.Popen(gate_command(Path(out), *options), stdout=subprocess.DEVNULL)
        suite, deployment = [0.0], [0.0]
        done = threading.Event()

        def watch() -> None:
            while not done.wait(0.05):
                suite.append(_peak_mb(process.pid))
                deployment.extend(map(_peak_mb, _children(process.pid)))

        watcher = threading.Thread(target=watch)
        watcher.start()
        status = process.wait()
        done.set()
        watcher.join()
        wall = time.monotonic() - started
        if status:
            sys.exit(f"the gate {' '.join(options)} ended with {status}; nothing to measure")
        run = json.loads(Path(out, "results.json").read_text())["results"]["extra"]["run"]
        return wall, 100 * run["waited_s"] / wall, max(suite), max(deployment)


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--rounds", type=int, default=3)
    rows = []
    for _ in range(options.parse_args().rounds):
        one, two = _gate(), _gate("-n", "2")
        rows.append((*one, two[0], two[0] / one[0]))
    print_rounds(COLUMNS, rows)


if __name__ == "__main__":
    main()
