"""What a run says of a fault: found, named right, and who else was accused. Pure functions."""

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
    """A fault and what came of it. ``foreign_ids`` are requirements that were accused and that it does not break."""

    fault: Fault
    killed: bool
    named: bool
    foreign_ids: frozenset[str]
    broken: frozenset[str]
    seconds: float


def score(fault: Fault, run: GateRun) -> Score:
    """Killed is a fault that a finding puts at one of its requirements; named is one with side and verdict right.

    A fault that nothing can be said of but that it could not be judged is killed by a run that says so.
    """
    about = [finding for finding in run.findings if _concerns(fault.requirements, finding.requirement)]
    wanted = Verdict(fault.verdict)
    shown = [finding for finding in about if finding.accuses or finding.verdict is wanted]
    named = any(finding.side == fault.side and finding.verdict is wanted for finding in about)
    foreign_ids = frozenset(name for name in run.accused if not _concerns(fault.requirements + fault.also, name))
    broken = frozenset(finding.requirement for finding in shown)
    return Score(fault, run.exit_status != 0 and bool(shown), named, foreign_ids, broken, run.seconds)


def unkilled(judged: Iterable[str], scores: Sequence[Score]) -> list[str]:
    """The requirements that the faultless gate judges and that no fault was found to break."""
    # A deployment that accepts or refuses everything breaks much, and proves little of any one requirement.
    broken = {name for each in scores if each.fault.requirements != (EVERY_LIMIT,) for name in each.broken}
    return sorted(set(judged) - broken)


def summary(scores: Sequence[Score], baseline: GateRun) -> list[str]:
    """What the table does not say: survivors, false accusations without a fault, and what no fault breaks."""
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
        f"Without a fault {len(baseline.accused)} requirements are accused.",
        f"Of {len(judged)} requirements that the gate judges {len(left)} are broken by no fault.",
        *by_rule,
        f"{len(unjudged)} requirements cannot be judged of the embedded deployment without a fault.",
    ]


def table(scores: Sequence[Score]) -> list[str]:
    """The scores as a table of Markdown: one row for each class of faults, and one for all."""
    ordered = sorted(scores, key=lambda each: each.fault.group)
    groups = [(name, list(group)) for name, group in groupby(ordered, key=lambda each: each.fault.group)]
    rows = [_row(name, group) for name, group in groups] + [_row("**all**", ordered)]
    head = "| class of faults | killed | named right | falsely accused | median s |"
    return [head, "|---|---|---|---|---|", *rows]


def _row(name: str, scores: Sequence[Score]) -> str:
    killed, named = sum(each.killed for each in scores), sum(each.named for each in scores)
    foreign_ids = sum(bool(each.foreign_ids) for each in scores)
    seconds = median(each.seconds for each in scores)
    share = f"{killed}/{len(scores)} ({100 * killed / len(scores):.0f} %)"
    return f"| {name} | {share} | {named}/{len(scores)} | {foreign_ids} | {seconds:.1f} |"


def _concerns(patterns: Sequence[str], requirement: str) -> bool:
    return any(fnmatchcase(requirement, pattern) for pattern in patterns)
