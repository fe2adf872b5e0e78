"""What the run reached: operations by the best answer they gave, what was exercised, held back, or made up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from contract.openapi import Operation
from judges.rest.links import link_rows
from judges.rest.plan import Plan
from judges.rest.sender import Sender, Tally
from reports.text import named

if TYPE_CHECKING:
    from judges.rest.generator import Generator


def coverage(plan: Plan, sender: Sender, generator: Generator) -> dict[str, Any]:
    """What each operation was brought to, as a JSON value.

    ``reached`` is the best of all answers: ``2xx``, ``4xx``, ``other``; ``held-back`` where the client sent nothing,
    ``nothing`` where no answer came. ``totals`` counts the operations by it; ``gaps`` names what cannot be generated;
    ``links`` are those inferred: what is taken ``from`` an answer ``to`` the place in a request.
    """
    rows = [_row(operation, sender.tally(operation), generator) for operation in plan.operations]
    return {
        "operations": rows,
        "totals": dict(Counter(row["reached"] for row in rows)),
        "gaps": dict(generator.gaps),
        "links": link_rows(generator.document, plan.operations, plan.links),
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


def lines_of(reached: Mapping[str, Any]) -> list[str]:
    """The coverage in a few lines for people; names only where there is something to look into."""
    rows = reached["operations"]
    lines = [f"{len(reached['links'])} links inferred"] if reached["links"] else []
    lines += [f"{len(rows)} operations: " + ", ".join(f"{count} {best}" for best, count in reached["totals"].items())]
    for best in ("4xx", "other", "nothing"):
        names = [row["operation"] for row in rows if row["reached"] == best]
        if names:
            lines.append(f"{len(names)} operations reached {best} at best: {named(names)}")
    held_back: dict[str, list[str]] = {}
    for row in rows:
        if row["reached"] == "held-back":
            held_back.setdefault(next(iter(row["held_back"].values())), []).append(row["operation"])
    lines += [f"{len(names)} operations held back, {why}: {named(names)}" for why, names in held_back.items()]
    lines += [f"cannot be generated: {name}: {why}" for name, why in reached["gaps"].items()]
    return lines
