"""Findings by cause: a limit that is broken in thirty formats is one thing to mend, and is reported once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from contract.cases import subject_of
from contract.limits import LIMITS
from contract.results import Result
from contract.verdicts import Verdict

# Worst first: what a row of many cases is called, and what is reported first.
SEVERITY: Final = (
    Verdict.CRASHED,
    Verdict.UNSTABLE,
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
    """Cases with the same answer: ``requirement``, ``sides`` of its boundary (empty for a rule) and verdict."""

    requirement: str
    sides: str
    verdict: Verdict
    results: tuple[Result, ...]

    @property
    def shown(self) -> Result:
        """The case to read: one with an observed boundary, on the documented value before beside it."""
        return min(self.results, key=lambda result: (result.boundary is None, result.side != "at"))

    @property
    def others(self) -> int:
        """How many cases there are beside the one that is shown."""
        return len(self.results) - 1

    @property
    def name(self) -> str:
        """The requirement's id and the sides of its boundary: ``video.width.max@video-upload, below, at``."""
        return ", ".join(filter(None, (self.requirement, self.sides)))


def causes(results: Sequence[Result], *verdicts: Verdict) -> list[Cause]:
    """The causes among results with one of ``verdicts``: limits with a known real boundary first, rules last.

    A rule of the REST contract has a requirement for each operation: there the same reason is the same cause.
    """
    groups: dict[tuple[str, Verdict, str], list[Result]] = defaultdict(list)
    for result in results:
        if result.verdict in verdicts:
            rule = subject_of(result.requirement)
            key = (result.requirement, "") if result.side else (rule, result.reason)
            groups[key[0], result.verdict, key[1]].append(result)
    grouped = [
        Cause(
            requirement=group[0].requirement,
            sides=", ".join(dict.fromkeys(result.side for result in group if result.side)),
            verdict=verdict,
            results=tuple(group),
        )
        for (_, verdict, _), group in groups.items()
    ]
    return sorted(grouped, key=lambda cause: (cause.shown.limit is None, cause.shown.boundary is None))


def worst(results: Sequence[Result]) -> Verdict:
    """The gravest verdict among results."""
    return min((result.verdict for result in results), key=SEVERITY.index)


def promise(result: Result) -> str:
    """The requirement in a sentence: a limit's row of the documented table, or the rule without its operation."""
    limit = LIMITS.get(result.limit or "") if result.side else None
    if limit is None:
        return result.title.partition(" [")[0]
    what = limit.id.rpartition(".")[0].replace(".", " ").replace("-", " ")
    at = f"at {(result.enforcement_point or '').replace('-', ' ')}"
    if result.documented is None:
        return f"{what}: no limit in this profile, {at}"
    return f"{what}: {limit.at_most} {result.documented_words} {limit.unit}, {at}"


def cited(result: Result) -> str:
    """What stands in the contract, in one line: the promise where the title is not the same, and its source."""
    source = result.citation.partition(". ")[0]
    if promise(result) == result.title:
        return source or result.title
    return f"{promise(result)} ({source})" if source else promise(result)
