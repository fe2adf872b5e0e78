"""What became of what was planted before an upgrade, for the console and the page: by project, and thing by thing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from contract.planted_changes import Change
from contract.results import Result, RunInfo
from contract.verdicts import Verdict
from reports.text import count, escape

# The key of what a run says of its plant file, among its coverage.
PLANTED: Final = "planted"
KEPT: Final = "kept"
UNJUDGED: Final = "not judged"
COLUMNS: Final = (KEPT, *(change.value for change in Change), UNJUDGED)
_MOST_LINES: Final = 40


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What a run verified: what it says of the plant file, how many things of each project became what, and which.

    What went with something that is gone is one entry of ``changed`` with it.
    """

    facts: Mapping[str, Any]
    projects: Mapping[str, Counter[str]]
    changed: Mapping[str, tuple[str, ...]]

    @property
    def versions(self) -> str:
        """The product's version before and after, as it says them."""
        before, after = (_version(self.facts[key]) for key in ("before", "after"))
        return f"version {before}, unchanged" if before == after else f"version {before}, now {after}"

    @property
    def sums(self) -> Counter[str]:
        """How many things became what, over all projects."""
        return sum(self.projects.values(), Counter[str]())

    @property
    def sentence(self) -> str:
        """The upgrade in a sentence."""
        sums = self.sums
        parts = [f"{sums[column]:,} {column}" for column in COLUMNS if sums[column]]
        return f"{self.versions}; {count(sum(sums.values()), 'check')}: {', '.join(parts)}"


def upgrade_of(run: RunInfo, results: Sequence[Result]) -> Upgrade | None:
    """What was verified; None where the run verified nothing."""
    facts = run.coverage.get(PLANTED)
    if facts is None:
        return None
    projects: dict[str, Counter[str]] = defaultdict(Counter)
    changed: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        became = _became(result)
        if became is not None:
            projects[str(result.sent.get("project") or result.requirement.partition("@")[2])][became] += 1
            if became != KEPT:
                changed[became].append(result)
    return Upgrade(facts, projects, {column: _lines(changed[column]) for column in COLUMNS if changed[column]})


def upgrade_lines(upgrade: Upgrade) -> list[str]:
    """The upgrade for the console: one line for each thing that changed."""
    lines = [f"\nUPGRADE: {escape(upgrade.sentence)}"]
    for column, changed in upgrade.changed.items():
        lines += [f"  {column.upper()}: {escape(each)}" for each in changed[:_MOST_LINES]]
        if len(changed) > _MOST_LINES:
            lines.append(f"  and {len(changed) - _MOST_LINES:,} more {column}, in report.html")
    return lines


def _lines(results: Sequence[Result]) -> tuple[str, ...]:
    """A line for each thing, and one for all that went with something that is gone."""
    together = Counter(str(result.sent["gone"]) for result in results if result.sent.get("gone"))
    alone = [f"{each.title}: {_said(each)}" for each in results if not each.sent.get("gone")]
    return (*(f"{gone}, {count(number, 'check')}" for gone, number in together.items()), *alone)


def _became(result: Result) -> str | None:
    """The column of a result; None for what is not applicable, and for what was not planted."""
    if result.verdict is Verdict.NOT_APPLICABLE or not result.requirement.startswith(f"{PLANTED}."):
        return None
    if result.verdict in (Verdict.KEPT, Verdict.WAIVED):
        return KEPT
    return str(result.sent.get("change") or UNJUDGED)


def _said(result: Result) -> str:
    """The reason without the change, which stands before it."""
    return result.reason.removeprefix(f"{result.sent.get('change')}: ")


def _version(product: Mapping[str, Any]) -> str:
    return str(product.get("build-version") or product.get("product-version") or "unknown")
