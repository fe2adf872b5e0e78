"""What the run reached: operations by the best answer they gave, what was exercised, held back, or made up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from contract.openapi import Operation
from contract.verdicts import Judgement, Verdict
from judges.rest.cases import Finding
from judges.rest.generator import Generator
from judges.rest.links import Link
from judges.rest.links import told as links_told
from judges.rest.sender import Sender, Tally


def judge_echo(sender: Sender) -> Finding:
    """Whether any key was ever part of an answer, over everything that was sent."""
    counts = [tally.statuses.total() for tally in sender.tallies.values()]
    answers = sum(counts)
    if sender.echoes:
        told = "; ".join(f"{name} ({where})" for name, where in sorted(sender.echoes.items())[:8])
        return Finding(Judgement(Verdict.UNCLEAN, f"{len(sender.echoes)} operations answered with a key: {told}"))
    if not answers:
        return Finding(Judgement(Verdict.INCONCLUSIVE, "nothing was sent that could have been echoed"))
    return Finding(Judgement(Verdict.KEPT, f"in {answers} answers of {sum(map(bool, counts))} operations"))


def coverage(
    operations: Sequence[Operation], links: Sequence[Link], sender: Sender, generator: Generator
) -> dict[str, Any]:
    """What each operation was brought to, as a JSON value.

    ``reached`` is the best of all answers: ``2xx``, ``4xx``, ``other``; ``held-back`` where the client sent nothing,
    ``nothing`` where no answer came. ``totals`` counts the operations by it; ``gaps`` names what cannot be generated;
    ``links`` are those inferred: what is taken ``from`` an answer ``to`` the place in a request.
    """
    rows = [_row(operation, sender.tallies.get(operation.name, Tally()), generator) for operation in operations]
    return {
        "operations": rows,
        "totals": dict(Counter(row["reached"] for row in rows)),
        "gaps": dict(generator.gaps),
        "links": links_told(generator.document, operations, links),
    }


def _row(operation: Operation, tally: Tally, generator: Generator) -> dict[str, Any]:
    classes = {status // 100 for status in tally.statuses}
    best = next((name for name, digit in (("2xx", 2), ("4xx", 4)) if digit in classes), None)
    if best is None:
        best = "other" if classes else "held-back" if tally.held_back else "nothing"
    return {
        "operation": operation.name,
        "method": operation.method,
        "path": operation.path,
        "reached": best,
        "statuses": {str(status): count for status, count in sorted(tally.statuses.items())},
        "parameters": {"declared": generator.declared(operation), "exercised": sorted(tally.parameters)},
        "keywords": sorted(tally.keywords),
        "made_up": sorted(tally.made_up),
        "held_back": dict(sorted(tally.held_back.items())),
    }


def told(found: Mapping[str, Any]) -> list[str]:
    """The coverage in a few lines for people; names only where there is something to look into."""
    rows = found["operations"]
    lines = [f"{len(found['links'])} links inferred"] if found["links"] else []
    lines += [f"{len(rows)} operations: " + ", ".join(f"{count} {best}" for best, count in found["totals"].items())]
    for best in ("4xx", "other", "nothing"):
        names = [row["operation"] for row in rows if row["reached"] == best]
        if names:
            lines.append(f"operations that reached {best} at best: {', '.join(names)}")
    for row in rows:
        if row["reached"] == "held-back":
            lines.append(f"held back {row['operation']}: {next(iter(row['held_back'].values()))}")
    lines += [f"cannot be generated: {name}: {why}" for name, why in found["gaps"].items()]
    return lines
