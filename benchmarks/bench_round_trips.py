"""The gate over a network: wall time, requests, mean number in flight, processor time and memory of the suite.

    .venv/bin/python -m benchmarks.bench_round_trips [--ms 0 50 200] [--parallel 1 8] [--rounds 3]

A delay line stands before the embedded deployment, set as the gate sets it. All combinations take turns.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.common import embedded_as_in_the_gate, gate_command, parser

_COLUMNS: Final = ("wall s", "requests", "mean in flight", "suite CPU s", "suite MB")


@dataclass(frozen=True, slots=True)
class Run:
    """One gate: seconds, requests, the mean number of requests in flight, processor seconds, peak memory in MB."""

    wall_s: float
    requests: float
    in_flight: float
    cpu_s: float
    peak_mb: float
    purposes: dict[str, int]


def gate(ms: float, parallel: int) -> Run:
    """Judge the embedded deployment over a round trip of so many milliseconds. Ends the program where it is broken."""
    with tempfile.TemporaryDirectory() as name, embedded_as_in_the_gate(Path(name)) as (url, options, environment):
        line = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.delay_line", "--to", url.rpartition(":")[2], "--ms", str(ms)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert line.stdout is not None
            far = f"http://127.0.0.1:{line.stdout.readline().strip()}"
            options = [*options, "--geti-url", far if ms else url, "--geti-parallel", str(parallel)]
            return _judged(Path(name, "out"), options, environment)
        finally:
            line.communicate("")


def _judged(out: Path, options: Sequence[str], environment: Mapping[str, str]) -> Run:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(gate_command(out, *options), env=environment, capture_output=True, text=True)
    wall_s, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"the gate ended with {done.returncode}; nothing to measure\n{done.stdout[-2000:]}")
    run = json.loads((out / "results.json").read_text())["results"]["extra"]["run"]
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(wall_s, run["requests"], run["waited_s"] / wall_s, cpu_s, after.ru_maxrss / 1024, run["purposes"])


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--ms", type=float, nargs="+", default=[0.0, 50.0, 200.0], help="round trips to measure")
    options.add_argument("--parallel", type=int, nargs="+", default=[1, 8], help="cases at one time")
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    kinds = [(ms, parallel) for ms in given.ms for parallel in given.parallel]
    runs: dict[tuple[float, int], list[Run]] = {kind: [] for kind in kinds}
    for _ in range(given.rounds):
        for kind in kinds:
            runs[kind].append(gate(*kind))
            print(f"{kind[0]:g} ms, {kind[1]} at one time: {runs[kind][-1]}", file=sys.stderr, flush=True)
    print(f"{given.rounds} rounds; requests by purpose: {runs[kinds[-1]][-1].purposes}\n")
    print(f"| round trip | at one time | {' | '.join(_COLUMNS)} |\n|{'---|' * (len(_COLUMNS) + 2)}")
    for (ms, parallel), measured in runs.items():
        fields = zip(
            *((run.wall_s, run.requests, run.in_flight, run.cpu_s, run.peak_mb) for run in measured), strict=True
        )
        medians = " | ".join(f"{statistics.median(values):,.1f}" for values in fields)
        print(f"| {ms:g} ms | {parallel} | {medians} |")


if __name__ == "__main__":
    main()
