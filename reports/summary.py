"""The run in a page of Markdown for a job summary, and in a badge."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from contract.results import Conclusion, Result, RunInfo, RunVerdict
from contract.severity import SEVERITY
from contract.verdicts import BROKEN, Verdict
from reports.causes import Cause, causes, cited
from reports.evidence import answered, attempts, places
from reports.text import count, escape

# A job summary ends at 1 MiB; what is longer is read in report.html.
_MOST_CAUSES: Final = 40
_MOST_WAIVED: Final = 20
_COLOURS: Final = {RunVerdict.KEPT: "brightgreen", RunVerdict.BROKEN: "red", RunVerdict.INCOMPLETE: "yellow"}


def counts(results: Sequence[Result], conclusion: Conclusion) -> dict[str, int]:
    """How many cases have each verdict, worst first; those of the manifest that were never judged come last."""
    verdicts = Counter(result.verdict for result in results)
    counted = {verdict.value: verdicts[verdict] for verdict in SEVERITY if verdicts[verdict]}
    return {**counted, **({"never judged": len(conclusion.missing)} if conclusion.missing else {})}


def badge(run: RunInfo, results: Sequence[Result], conclusion: Conclusion) -> dict[str, Any]:
    """The verdict as an endpoint of shields.io, beside the release that the deployment was held to."""
    findings = len(causes(results, *BROKEN))
    waived = sum(result.verdict is Verdict.WAIVED for result in results)
    message = {
        RunVerdict.BROKEN: f"broken, {count(findings, 'finding')}" if findings else "broken, stale waiver",
        RunVerdict.INCOMPLETE: "incomplete",
        RunVerdict.KEPT: f"kept, {waived} waived" if waived else "kept",
    }[conclusion.verdict]
    label = f"geti contract {run.contract}".rstrip()
    return {"schemaVersion": 1, "label": label, "message": message, "color": _COLOURS[conclusion.verdict]}


def summary(run: RunInfo, results: Sequence[Result], conclusion: Conclusion) -> str:
    """Verdict, counts and findings as Markdown; words of the deployment stand in code spans, where nothing acts."""
    version = str(run.deployment.get("build-version", "version unknown"))
    lines = [
        f"## Geti contract: {conclusion.verdict.value}",
        "",
        f"{code(run.base_url)} {code(version)}, {code(run.held_to)}, tier {run.tier}, seed {run.seed}, "
        f"run {code(run.run_id)}",
        "",
        "| verdict | cases |",
        "| --- | ---: |",
        *(f"| {name} | {cases:,} |" for name, cases in counts(results, conclusion).items()),
    ]
    if conclusion.stale:
        lines += ["", "### Waivers to remove", "", *(f"- {code(line)}" for line in conclusion.stale)]
    lines += _section("Findings", run, causes(results, *BROKEN))
    lines += _section("Not judged", run, causes(results, Verdict.INCONCLUSIVE))
    waived = causes(results, Verdict.WAIVED)
    if waived:
        lines += ["", "### Waived", ""]
        lines += [f"- {code(each.requirement)}: {code(each.results[0].waiver or '')}" for each in waived[:_MOST_WAIVED]]
    return "\n".join(lines) + "\n"


def replay(run: RunInfo, result: Result) -> str:
    """The command that judges one case again."""
    return (
        f"{run.replay or '.venv/bin/python -m pytest suites --geti-replay'} {shlex.quote(result.replay or result.case)}"
    )


def _section(title: str, run: RunInfo, listed: Sequence[Cause]) -> list[str]:
    if not listed:
        return []
    lines = ["", f"### {title}"]
    for cause in listed[:_MOST_CAUSES]:
        first = cause.shown
        lines += ["", f"**{cause.verdict.value}** {code(cause.name)} ({cause.extent})  "]
        lines += [f"{code(cause.sentence)}  "] if cause.sentence != first.reason else []
        lines += [f"{code(first.title)}: {code(first.reason)}  "]
        lines += [f"sent: {code(cause.tried)}  "] if cause.tried else []
        lines += [f"in {code(places(cause))}  "] if len(cause.requirements) > 1 else []
        lines += [f"{code(line)}  " for line in attempts(first)]
        lines += [f"{code(answered(first.exchange))}  "] if first.exchange else []
        lines += [f"contract: {code(cited(first))}"]
        if first.boundary and cause.stated is None:
            lines[-1] += "  "
            lines += [f"documented **{first.documented_words}**, observed **{first.boundary}** {first.unit}"]
        lines += ["", *_block(replay(run, first) + (f"\n{first.curl}" if first.curl else ""))]
    if len(listed) > _MOST_CAUSES:
        lines += ["", f"and {len(listed) - _MOST_CAUSES} more in report.html"]
    return lines


def _fence(text: str) -> str:
    """More backticks than any run of them in ``text``."""
    return "`" * next(length for length in range(1, len(text) + 2) if "`" * length not in text)


def code(text: str) -> str:
    """A text as a code span of Markdown, in which nothing acts."""
    plain = escape(text).strip() or "-"
    return f"{_fence(plain)} {plain} {_fence(plain)}" if "`" in plain else f"`{plain}`"


def _block(text: str) -> list[str]:
    fence = max("```", _fence(text), key=len)
    return [f"{fence}sh", escape(text, lines=True), fence]
