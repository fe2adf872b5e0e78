"""``python -m harness.power``: the kill rate of the gate by class of faults, and its false alarms by seed."""

from __future__ import annotations

import argparse
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase

from deployment import embedded
from harness.power.readme import ReadmeError, put_into
from harness.power.runs import run_gate
from harness.power.scores import Score, score, summary, table
from reference.faults import FAULTS
from reference.faults.fault import Fault

_USAGE = 4


def main() -> int:
    """Run, print, and end with 1 where a fault survived or the faultless deployment was accused."""
    parser = argparse.ArgumentParser(prog="python -m harness.power", description=__doc__)
    parser.add_argument("pattern", nargs="*", default=["*"], help="names or classes of faults; * stands for any part")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="runs at a time (default: one a core)")
    parser.add_argument("--whole", action="store_true", help="run the whole gate for each fault: who else is accused?")
    parser.add_argument("--seeds", metavar="FIRST-LAST", help="no fault: the nightly tier with each of these seeds")
    parser.add_argument("--readme", action="store_true", help="put the table into README.md, between its marks")
    options = parser.parse_args()
    if options.seeds is not None:
        first, _, last = options.seeds.partition("-")
        if not (first.isdecimal() and last.isdecimal()) or int(first) > int(last):
            print(f"--seeds {options.seeds} is no range; give FIRST-LAST, such as 1-50", file=sys.stderr)
            return _USAGE
        return _false_alarms(range(int(first), int(last) + 1), options.jobs)
    chosen = [fault for fault in FAULTS.values()
              if any(fnmatchcase(fault.name, p) or fault.group == p for p in options.pattern)]  # fmt: skip
    if not chosen:
        print(f"no fault is called {' or '.join(options.pattern)}; see python -m reference --list-faults",
              file=sys.stderr)  # fmt: skip
        return _USAGE
    return _power(chosen, options.jobs, whole=options.whole, readme=options.readme)


def _power(chosen: list[Fault], jobs: int, *, whole: bool, readme: bool) -> int:
    print(f"the reference is ready after {_ready_s():.2f} s", flush=True)
    started = time.monotonic()
    with ThreadPoolExecutor(jobs) as pool:
        faultless = pool.submit(run_gate)
        scores = list(pool.map(lambda fault: _judged(fault, whole=whole), chosen))
        baseline = faultless.result()
    seconds = time.monotonic() - started
    rows = table(scores)
    told = summary(scores, baseline, seconds)
    print("\n".join(["", *rows, "", *told]))
    if readme:
        try:
            put_into("README.md", [*rows, "", f"{told[0]} {told[1]}"])
        except ReadmeError as error:
            print(error, file=sys.stderr)
            return _USAGE
    return 0 if all(each.killed for each in scores) and baseline.exit_status == 0 else 1


def _judged(fault: Fault, *, whole: bool) -> Score:
    found = score(fault, run_gate(fault, whole=whole))
    told = "named right" if found.named else "KILLED, NAMED WRONG" if found.killed else "SURVIVED"
    more = f", accused besides: {', '.join(sorted(found.strangers)[:4])}" if found.strangers else ""
    print(f"{found.seconds:6.1f} s  {fault.name}: {told}{more}", flush=True)
    return found


def _false_alarms(seeds: range, jobs: int) -> int:
    """The faultless deployment with one seed after the other: nobody may be accused, nothing left unjudged."""
    with ThreadPoolExecutor(jobs) as pool:
        runs = pool.map(lambda seed: run_gate(options=("--geti-tier", "nightly", "--geti-seed", str(seed))), seeds)
        alarms = 0
        for seed, run in zip(seeds, runs, strict=True):
            alarms += run.exit_status != 0
            told = "kept" if run.exit_status == 0 else f"FALSE ALARM: {', '.join(sorted(run.accused)) or run.said}"
            print(f"{run.seconds:6.1f} s  seed {seed}: {told}", flush=True)
    print(f"{len(seeds)} seeds in the nightly tier, {alarms} false alarms")
    return 1 if alarms else 0


def _ready_s() -> float:
    """How long the reference takes from its start until it accepts connections: the best of three, in seconds."""
    found = []
    for _ in range(3):
        started = time.monotonic()
        deployment = embedded.start("cloud")
        found.append(time.monotonic() - started)
        deployment.stop()
    return min(found)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(2)
