"""``python -m benchmarks.power``: the kill rate of the gate by class of faults, and its false positives by seed."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase
from pathlib import Path

from benchmarks.power.kept_results import FAULTLESS, KeepingError, Kept
from benchmarks.power.proxied import ProxyCommandError, faults_of
from benchmarks.power.readme import PAGE, ReadmeError, put_into
from benchmarks.power.runs import GateRun, run_gate
from benchmarks.power.scores import Score, score, summary, table
from contract.results import ExitStatus
from deployment.options import CommandParser
from reference.faults import FAULTS
from reference.faults.fault import Fault


def main() -> int:
    """Run, print, and end with 1 where a fault survived or the faultless deployment was found broken."""
    parser = CommandParser(prog="python -m benchmarks.power", description=__doc__)
    parser.add_argument("pattern", nargs="*", default=["*"], help="names or classes of faults; * stands for any part")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="runs at a time (default: one a core)")
    parser.add_argument(
        "--whole", action="store_true", help="run the whole gate for each fault, to see what else it finds"
    )
    parser.add_argument("--seeds", metavar="FIRST-LAST", help="no fault: the nightly tier with each of these seeds")
    parser.add_argument("--kept", type=Path, metavar="FILE", help="keep each run here, and go on from what is there")
    parser.add_argument("--minutes", type=float, default=60.0, help="begin no run after so many minutes")
    parser.add_argument(
        "--proxy-command", metavar="COMMAND", help="faults of a reverse proxy (docs/explanation/power.md)"
    )
    parser.add_argument("--readme", action="store_true", help="put the table into docs/explanation/power.md")
    options = parser.parse_args()
    if options.seeds is not None:
        first, _, last = options.seeds.partition("-")
        if not (first.isdecimal() and last.isdecimal()) or int(first) > int(last):
            print(f"--seeds {options.seeds} is no range; give FIRST-LAST, such as 1-50", file=sys.stderr)
            return int(ExitStatus.USAGE)
        return _false_alarms(range(int(first), int(last) + 1), options.jobs)
    try:
        own = [fault for fault in FAULTS.values() if not fault.needs_restart]
        known = own if options.proxy_command is None else faults_of(options.proxy_command)
    except ProxyCommandError as error:
        print(error, file=sys.stderr)
        return int(ExitStatus.USAGE)
    chosen = [fault for fault in known if any(fnmatchcase(fault.name, p) or fault.group == p for p in options.pattern)]
    if not chosen:
        print(
            f"no fault is called {' or '.join(options.pattern)}; see python -m reference --list-faults", file=sys.stderr
        )
        return int(ExitStatus.USAGE)
    try:
        return _power(chosen, Kept(options.kept), options)
    except (KeepingError, ReadmeError, ProxyCommandError) as error:
        print(error, file=sys.stderr)
        return int(ExitStatus.USAGE)


def _power(chosen: list[Fault], kept: Kept, options: argparse.Namespace) -> int:
    deadline = time.monotonic() + 60 * options.minutes
    with ThreadPoolExecutor(options.jobs) as pool:
        try:
            whole, proxy = options.whole, options.proxy_command
            faultless = pool.submit(_run, None, kept, deadline, whole=True)
            judged = list(
                pool.map(lambda fault: _judged(fault, kept, deadline, whole=whole, proxy=proxy), _interleaved(chosen))
            )
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
            raise
        baseline = faultless.result()
    scores = [each for each in judged if each is not None]
    if baseline is None or not scores:
        print("time is up before anything was judged; go on with the same --kept FILE")
        return int(ExitStatus.INCOMPLETE)
    seconds = baseline.seconds + sum(each.seconds for each in scores)
    done = f"{len(scores)} of {len(chosen)} faults were run."
    rows, lines = table(scores), [done, *summary(scores, baseline)]
    print(
        "\n".join(
            ["", *rows, "", *lines, f"{seconds / options.jobs / 60:.1f} minutes of {options.jobs} runs at a time"]
        )
    )
    if options.readme:
        put_into(PAGE, [*rows, "", " ".join(lines[:3])])
    if len(scores) < len(chosen):
        return int(ExitStatus.INCOMPLETE)
    passed = all(each.killed for each in scores) and baseline.exit_status == 0
    return int(ExitStatus.KEPT if passed else ExitStatus.BROKEN)


def _interleaved(faults: list[Fault]) -> list[Fault]:
    """One fault of each class after the other, so that a run that is cut short has seen them all."""
    before: Counter[str] = Counter()
    ranks = {}
    for fault in faults:
        ranks[fault.name] = before[fault.group]
        before[fault.group] += 1
    return sorted(faults, key=lambda fault: ranks[fault.name])


def _run(fault: Fault | None, kept: Kept, deadline: float, *, whole: bool, proxy: str | None = None) -> GateRun | None:
    """The run that was kept, else a new one; None where time is up."""
    name = fault.name if fault is not None else FAULTLESS
    if name not in kept.runs:
        if time.monotonic() > deadline:
            return None
        kept.keep(name, run_gate(fault, whole=whole, proxy=proxy))
    return kept.runs[name]


def _judged(fault: Fault, kept: Kept, deadline: float, *, whole: bool, proxy: str | None) -> Score | None:
    run = _run(fault, kept, deadline, whole=whole, proxy=proxy)
    if run is None:
        return None
    result = score(fault, run)
    outcome = "named right" if result.named else "KILLED, NAMED WRONG" if result.killed else "SURVIVED"
    also = sorted(result.false_positives)[:4]
    more = f", false positives: {', '.join(also)}" if also else ""
    print(f"{result.seconds:6.1f} s  {fault.name}: {outcome}{more}", flush=True)
    return result


def _false_alarms(seeds: range, jobs: int) -> int:
    """The faultless deployment with one seed after the other: nothing may be found broken, nothing left unjudged."""
    with ThreadPoolExecutor(jobs) as pool:
        runs = pool.map(lambda seed: run_gate(options=("--geti-tier", "nightly", "--geti-seed", str(seed))), seeds)
        alarms = 0
        for seed, run in zip(seeds, runs, strict=True):
            alarms += run.exit_status != 0
            alarm = f"FALSE POSITIVE: {', '.join(sorted(run.broken)) or run.output}"
            print(f"{run.seconds:6.1f} s  seed {seed}: {'kept' if run.exit_status == 0 else alarm}", flush=True)
    print(f"{len(seeds)} seeds in the nightly tier, {alarms} false positives")
    return int(ExitStatus.BROKEN if alarms else ExitStatus.KEPT)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(int(ExitStatus.INTERRUPTED))
