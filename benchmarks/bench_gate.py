"""The gate as a whole: wall time, share of it spent waiting for the deployment, peak memory of either process.

    .venv/bin/python benchmarks/bench_gate.py [RUNS]

Prints a row a run and the medians beside the goals; machines are noisy, so quote medians.
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

GOALS = {"wall s": "<= 90", "waiting %": ">= 85", "suite MB": "<= 200", "reference MB": "<= 1024"}


def _peak_mb(pid: int) -> float:
    try:
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0.0
    return int(found.group(1)) / 1024 if found else 0.0


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _gate() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "pytest", "suites", "-q", "--geti-report-dir", out]
        started = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        peaks = {"suite MB": 0.0, "reference MB": 0.0}
        done = threading.Event()

        def watch() -> None:
            while not done.wait(0.05):
                peaks["suite MB"] = max(peaks["suite MB"], _peak_mb(process.pid))
                for child in _children(process.pid):
                    peaks["reference MB"] = max(peaks["reference MB"], _peak_mb(child))

        watcher = threading.Thread(target=watch)
        watcher.start()
        status = process.wait()
        done.set()
        watcher.join()
        wall = time.monotonic() - started
        if status:
            sys.exit(f"the gate ended with {status}; nothing to measure")
        run = json.loads(Path(out, "results.json").read_text())["results"]["extra"]["run"]
        return {"wall s": wall, "waiting %": 100 * run["waited_s"] / wall, **peaks}


def main() -> None:
    """Print the table."""
    rows = [_gate() for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 3)]
    print("| figure | " + " | ".join(f"run {number + 1}" for number in range(len(rows))) + " | median | goal |")
    print("|---|" + "---|" * (len(rows) + 2))
    for name, goal in GOALS.items():
        values = [row[name] for row in rows]
        cells = " | ".join(f"{value:.0f}" for value in values)
        print(f"| {name} | {cells} | {statistics.median(values):.0f} | {goal} |")


if __name__ == "__main__":
    main()
