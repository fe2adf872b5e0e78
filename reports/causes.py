"""Findings by cause: a limit that is broken in thirty formats is one thing to mend, and is told once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from contract.results import Result
from contract.verdicts import Verdict

# Worst first: what a row of many cases is called, and what is told first.
SEVERITY: Final = (
    Verdict.CRASHED,
    Verdict.UNCLEAN,
    Verdict.NOT_ENFORCED,
    Verdict.OVER_ENFORCED,
    Verdict.WRONG_STATUS,
    Verdict.NONCONFORMING,
    Verdict.INCONCLUSIVE,
    Verdict.WAIVED,
    Verdict.KEPT,
    Verdict.NOT_APPLICABLE,
)


@dataclass(frozen=True, slots=True)
class Cause:
    """Cases that found the same: ``requirement``, ``sides`` of its boundary (empty for a rule) and verdict."""

    requirement: str
    sides: str
    verdict: Verdict
    results: tuple[Result, ...]

    @property
    def shown(self) -> Result:
        """The case that tells most: one with an observed boundary, on the documented value before beside it."""
        return min(self.results, key=lambda result: (result.boundary is None, result.side != "at"))


def causes(results: Sequence[Result], *verdicts: Verdict) -> list[Cause]:
    """The causes among results with one of ``verdicts``: limits with a known real boundary first, rules last.

    A rule of the REST contract has a requirement for each operation: there the same words are the same cause.
    """
    groups: dict[tuple[str, Verdict, str], list[Result]] = defaultdict(list)
    for result in results:
        if result.verdict in verdicts:
            rule, _, _ = result.requirement.partition("@")
            words = "" if result.side else result.reason
            groups[result.requirement if result.side else rule, result.verdict, words].append(result)
    found = [
        Cause(group[0].requirement, ", ".join(_sides(group)), verdict, tuple(group))
        for (_, verdict, _), group in groups.items()
    ]
    return sorted(found, key=lambda cause: (cause.shown.limit is None, cause.shown.boundary is None))


def _sides(group: Sequence[Result]) -> list[str]:
    return list(dict.fromkeys(result.side for result in group if result.side))


def worst(results: Sequence[Result]) -> Verdict:
    """The gravest verdict among results."""
    return min((result.verdict for result in results), key=SEVERITY.index)
