"""The gate in two processes against one: wall time, in turns so that whatever else the machine does falls on both.

.venv/bin/python -m benchmarks.bench_processes [RUNS]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time


def _gate(*options: str) -> float:
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "pytest", "suites", "-q", "--geti-report-dir", out, *options]
        started = time.monotonic()
        status = subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode
        if status:
            sys.exit(f"the gate {' '.join(options)} ended with {status}; nothing to compare")
        return time.monotonic() - started


def main() -> None:
    """Print the table."""
    rows = [(_gate(), _gate("-n", "2")) for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 3)]
    print("| run | one process s | -n 2 s | ratio |\n|---|---|---|---|")
    for number, (one, two) in enumerate(rows, 1):
        print(f"| {number} | {one:.0f} | {two:.0f} | {two / one:.2f} |")
    ratio = statistics.median(two / one for one, two in rows)
    one, two = (statistics.median(column) for column in zip(*rows, strict=True))
    print(f"| median | {one:.0f} | {two:.0f} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
