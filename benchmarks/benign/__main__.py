"""``python -m benchmarks.benign``: the gate against benign deployments, none of which may be reported."""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor

from benchmarks.benign.pairs import packed, pairs
from benchmarks.benign.runs import BenignRun, run_benign
from benchmarks.benign.variants import VARIANTS, Variant
from benchmarks.power.runs import run_gate
from benchmarks.power.scores import Score, score
from contract.results import ExitStatus
from deployment.options import CommandParser
from reference.faults import FAULTS
from reference.faults.fault import Fault


def main() -> int:
    """Run, print, and end with 1 where somebody was reported, or something left unjudged that can be judged."""
    parser = CommandParser(prog="python -m benchmarks.benign", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="variants (default: all; --list shows them)")
    parser.add_argument("--alone", action="store_true", help="each variant by itself")
    parser.add_argument("--pairs", action="store_true", help="several at a time, so that each two of them meet")
    parser.add_argument("--together", action="store_true", help="all that are named in one run")
    parser.add_argument("--faults", action="store_true", help="the faults that look like them: each must be found")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="runs at a time (default: one a core)")
    parser.add_argument(
        "-k", dest="selection", metavar="EXPRESSION", default="", help="some of the cases, as of pytest"
    )
    parser.add_argument("--list", action="store_true", help="print every variant and end")
    options = parser.parse_args()
    if options.list:
        for variant in VARIANTS:
            print(f"{variant.id:20} {variant.sentence}")
        return 0
    for name in options.names:
        if name not in VARIANTS:
            parser.error(f"{name} is no variant; it is one of {', '.join(VARIANTS.ids)}")
    chosen = [each for each in VARIANTS if each.id in options.names or not options.names]
    groups, faults = _planned(chosen, options)
    if not groups and not faults:
        parser.error("nothing is left to run: a pair has two variants, and not each has a fault that looks like it")
    with ThreadPoolExecutor(options.jobs) as pool:
        try:
            runs = pool.map(lambda group: run_benign(group, options.selection), groups)
            found = pool.map(lambda fault: score(fault, run_gate(fault)), faults)
            passed = [*map(_shown, runs), *map(_shown_fault, found)]
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
            raise
    print(f"{len(passed)} runs, {passed.count(False)} not as they should be")
    return int(ExitStatus.KEPT if all(passed) else ExitStatus.BROKEN)


def _planned(chosen: list[Variant], options: argparse.Namespace) -> tuple[list[tuple[Variant, ...]], list[Fault]]:
    """Which variants run together, and the faults beside them; where no kind of run is asked for, all but one."""
    everything = not (options.alone or options.pairs or options.together or options.faults)
    groups: list[tuple[Variant, ...]] = [tuple(chosen)] if options.together else []
    if options.alone or everything:
        groups += [(each,) for each in chosen]
    if options.pairs or everything:
        packs = packed(chosen)
        print(f"{len(pairs(chosen))} pairs of {len(chosen)} variants in {len(packs)} runs", flush=True)
        groups += packs
    names = [name for variant in chosen for name in variant.faults] if options.faults or everything else []
    return groups, [FAULTS[name] for name in names]


def _shown_fault(found: Score) -> bool:
    """Print what came of a fault; whether it was found and named right, and nothing else was."""
    right = found.killed and found.named and not found.false_positives
    print(f"{found.seconds:6.1f} s  {found.fault.name}: {'named right' if right else 'FAILED'}", flush=True)
    return right


def _shown(benign: BenignRun) -> bool:
    """Print what came of a run; whether it is as it should be."""
    run = benign.run
    print(
        f"{run.seconds:6.1f} s  exit {run.exit_status}  {benign.name}: {'kept' if benign.passed else 'FAILED'}",
        flush=True,
    )
    for word, found in (("REPORTED", benign.reported), ("not judged", benign.unjudged)):
        for finding in found[:8]:
            print(f"    {word} {finding.requirement}: {finding.verdict}: {finding.reason[:300]}")
        if len(found) > 8:
            print(f"    {word} {len(found) - 8} more")
    if not benign.passed and not run.findings:
        print(f"    {run.output}")
    return benign.passed


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(int(ExitStatus.INTERRUPTED))
