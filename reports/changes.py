"""What is new, fixed, flaky or still broken against the runs before."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from contract.verdicts import BROKEN, Verdict
from reports.history import KeptRun

# Who was kept and is broken again within so many runs is flaky, whatever it is today.
FLAKY_RUNS = 10


class Kind(StrEnum):
    """How a finding compares with the runs before; ``switched`` is what the deployment says of itself."""

    SWITCHED = "switched"
    NEW = "new"
    FLAKY = "flaky"
    STILL = "still broken"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Change:
    """Cases of one requirement that changed alike; ``words`` is the verdict, and the boundary where one is known.

    Of what is ``switched``, the requirement is its name, and it has no cases.
    """

    kind: Kind
    requirement: str
    words: str
    cases: int


def changes(runs: Sequence[KeptRun]) -> list[Change]:
    """How the last of ``runs``, oldest first, differs from those before it.

    A case is compared with the last run that judged it; one that was not judged now is neither fixed nor new.
    """
    *before, now = runs
    changed: dict[tuple[Kind, str, str], int] = defaultdict(int)
    for name, case in now.cases.items():
        states = [state for run in before if (state := _state(run, name)) is not None]
        kind = _kind(states, _state(now, name))
        if kind is not None:
            was = next((run.cases[name] for run in reversed(before) if _state(run, name)), case)
            shown = was if kind is Kind.FIXED else case
            documented = "off" if shown.documented is None else f"{shown.documented:,}"
            boundary = f", documented {documented}, observed {shown.boundary}" if shown.boundary else ""
            changed[kind, case.requirement, f"{shown.verdict}{boundary}"] += 1
    order = list(Kind)
    listed = [Change(*key, cases=cases) for key, cases in changed.items()]
    listed += _switched(before[-1].facts, now.facts) if before else []
    return sorted(listed, key=lambda change: (order.index(change.kind), change.requirement, change.words))


def _switched(before: Mapping[str, str], now: Mapping[str, str]) -> list[Change]:
    """What the deployment says of itself otherwise than in the run before: it stands beside what changed with it."""
    if not before:
        return []  # a run that did not keep it
    return [
        Change(Kind.SWITCHED, name, f"{now.get(name, 'not said')}, was {before.get(name, 'not said')}", 0)
        for name in sorted({*before, *now})
        if before.get(name) != now.get(name)
    ]


def _state(run: KeptRun, name: str) -> bool | None:
    """Whether a case was broken in a run; None where it was not judged."""
    case = run.cases.get(name)
    if case is None or case.verdict in (Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE):
        return None
    return case.verdict in BROKEN


def _kind(states: Sequence[bool], now: bool | None) -> Kind | None:
    if now is None:
        return None
    lately = [*states, now][-FLAKY_RUNS:]
    turns = [state for state, _ in itertools.groupby(lately)]
    if turns.count(True) >= 2:
        return Kind.FLAKY
    if now:
        return Kind.STILL if states and states[-1] else Kind.NEW
    return Kind.FIXED if states and states[-1] else None
