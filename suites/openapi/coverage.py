"""What the run reached: operations by the best answer they gave, what was held back and what could not be filled."""

from __future__ import annotations

from collections.abc import Sequence

from contract.openapi import Operation
from contract.verdicts import Judgement, Verdict
from suites.openapi.cases import Finding
from suites.openapi.sending import Sender


def judge_echo(sender: Sender) -> Finding:
    """Whether any key was ever part of an answer, over everything that was sent."""
    answers = sum(counts.total() for counts in sender.reached.values())
    if sender.echoes:
        told = "; ".join(f"{name} ({where})" for name, where in sorted(sender.echoes.items())[:8])
        return Finding(Judgement(Verdict.UNCLEAN, f"{len(sender.echoes)} operations answered with a key: {told}"))
    if not answers:
        return Finding(Judgement(Verdict.INCONCLUSIVE, "nothing was sent that could have been echoed"))
    return Finding(Judgement(Verdict.KEPT, f"in {answers} answers of {len(sender.reached)} operations"))


def coverage(operations: Sequence[Operation], sender: Sender) -> dict[str, list[str]]:
    """The operations by what they were brought to: an answer 2xx, only 4xx, only others, held back, nothing."""
    found: dict[str, list[str]] = {"2xx": [], "4xx": [], "other": [], "held back": [], "nothing": []}
    for operation in operations:
        classes = {status // 100 for status in sender.reached.get(operation.name, ())}
        best = next((name for name, digit in (("2xx", 2), ("4xx", 4)) if digit in classes), None)
        if best is None:
            best = "other" if classes else "held back" if operation.name in sender.held_back else "nothing"
        found[best].append(operation.name)
    return found


def told(found: dict[str, list[str]], sender: Sender) -> list[str]:
    """The coverage in a few lines for people; names only where there is something to look into."""
    total = sum(len(names) for names in found.values())
    lines = [f"{total} operations: " + ", ".join(f"{len(names)} {best}" for best, names in found.items() if names)]
    for best in ("4xx", "other", "nothing"):
        if found[best]:
            lines.append(f"operations that reached {best} at best: {', '.join(found[best])}")
    lines += [f"held back {name}: {why}" for name, why in sorted(sender.held_back.items())]
    return lines
