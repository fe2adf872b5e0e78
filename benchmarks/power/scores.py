"""How well a run found a fault: killed, named right, and false positives beside it. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import groupby
from statistics import median

from benchmarks.power.runs import GateRun
from contract.verdicts import Verdict
from reference.faults.fault import EVERY_LIMIT, Fault


@dataclass(frozen=True, slots=True)
class Score:
    """A fault and what came of it. ``false_positives`` are requirements found broken that the fault does not break."""

    fault: Fault
    killed: bool
    named: bool
    false_positives: frozenset[str]
    broken: frozenset[str]
    seconds: float


def score(fault: Fault, run: GateRun) -> Score:
    """Killed is a fault that a finding puts at one of its requirements; named is one with side and verdict right.

    A fault whose verdict is ``inconclusive`` is killed by a run that could not judge it.
    """
    about = [finding for finding in run.findings if _concerns(fault.requirements, finding.requirement)]
    wanted = Verdict(fault.verdict)
    shown = [finding for finding in about if finding.broken or finding.verdict is wanted]
    named = any(finding.side == fault.side and finding.verdict is wanted for finding in about)
    false_positives = frozenset(name for name in run.broken if not _concerns(fault.requirements + fault.also, name))
    broken = frozenset(finding.requirement for finding in shown)
    return Score(fault, run.exit_status != 0 and bool(shown), named, false_positives, broken, run.seconds)


def unkilled(judged: Iterable[str], scores: Sequence[Score]) -> list[str]:
    """The requirements that the faultless gate judges and that no fault was found to break."""
    # A deployment that accepts or refuses everything breaks much, and proves little of any one requirement.
    broken = {name for each in scores if each.fault.requirements != (EVERY_LIMIT,) for name in each.broken}
    return sorted(set(judged) - broken)


def summary(scores: Sequence[Score], baseline: GateRun) -> list[str]:
    """What the table does not hold: survivors, false positives without a fault, and what no fault breaks."""
    judged = {finding.requirement for finding in baseline.findings if finding.verdict is Verdict.KEPT}
    unjudged = {finding.requirement for finding in baseline.findings} - judged
    left = unkilled(judged, scores)
    survivors = [each.fault.name for each in scores if not each.killed]
    by_rule = [
        f"  no fault breaks {rule}: {', '.join(name.partition('@')[2] for name in names)}"
        for rule, names in groupby(left, key=lambda name: name.partition("@")[0])
    ]
    return [
        f"Survivors: {', '.join(survivors) or 'none'}. "
        f"Without a fault {len(baseline.broken)} requirements are found broken.",
        f"Of {len(judged)} requirements that the gate judges {len(left)} are broken by no fault.",
        *by_rule,
        f"{len(unjudged)} requirements cannot be judged of the embedded deployment without a fault.",
    ]


def table(scores: Sequence[Score]) -> list[str]:
    """The scores as a table of Markdown: one row for each class of faults, and one for all."""
    ordered = sorted(scores, key=lambda each: each.fault.group)
    groups = [(name, list(group)) for name, group in groupby(ordered, key=lambda each: each.fault.group)]
    rows = [_row(name, group) for name, group in groups] + [_row("**all**", ordered)]
    head = "| class of faults | killed | named right | false positives | median s |"
    return [head, "|---|---|---|---|---|", *rows]


def _row(name: str, scores: Sequence[Score]) -> str:
    killed, named = sum(each.killed for each in scores), sum(each.named for each in scores)
    false_positives = sum(bool(each.false_positives) for each in scores)
    seconds = median(each.seconds for each in scores)
    share = f"{killed}/{len(scores)} ({100 * killed / len(scores):.0f} %)"
    return f"| {name} | {share} | {named}/{len(scores)} | {false_positives} | {seconds:.1f} |"


def _concerns(patterns: Sequence[str], requirement: str) -> bool:
    return any(fnmatchcase(requirement, pattern) for pattern in patterns)
