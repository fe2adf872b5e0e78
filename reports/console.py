"""The closing table of limits and the verdict, plain enough for a CI log of 80 columns."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table

from contract.cases import subject_of
from contract.limits import LIMITS
from contract.results import Conclusion, Result, RunInfo
from contract.verdicts import BROKEN, Verdict
from reports.causes import Cause, causes, cited, worst
from reports.comparison import comparison_lines
from reports.evidence import answered, attempts, places
from reports.summary import counts, replay
from reports.text import count, escape
from reports.upgrade import upgrade_lines, upgrade_of

# What fits a terminal that nobody has widened, and the log of a CI system.
_WIDTH: Final = 80
# A line below the head and nothing else, in ASCII: a log may be in any encoding.
_BOX: Final = box.Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)


def print_closing(
    run: RunInfo,
    results: Sequence[Result],
    manifest: Sequence[str],
    conclusion: Conclusion,
    write: Callable[[str], object],
) -> None:
    """Write findings, table and headline through ``write``."""
    out = io.StringIO()
    console = Console(file=out, width=_WIDTH, force_terminal=False, color_system=None)
    console.print()
    if any(map(_is_of_a_limit, results)):
        console.print(_table(results))
    if not all(map(_is_of_a_limit, results)):
        console.print(_rules(results))
    for note in sorted({r.reason for r in results if r.verdict is Verdict.NOT_APPLICABLE and r.side is not None}):
        console.print(f"  not applicable: {note}", highlight=False, soft_wrap=True)
    for line in findings(run, results):
        console.print(line, highlight=False, soft_wrap=True, markup=False)
    upgrade = upgrade_of(run, results)
    for line in upgrade_lines(upgrade) if upgrade else ():
        console.print(line, highlight=False, soft_wrap=True, markup=False)
    for line in comparison_lines(run.comparison) if run.comparison else ():
        console.print(line, highlight=False, soft_wrap=True, markup=False)
    for line in conclusion.stale:
        console.print(f"\nWAIVER TO REMOVE: {line}", highlight=False, soft_wrap=True, markup=False)
    console.print(headline(run, results, manifest, conclusion), highlight=False, soft_wrap=True, markup=False)
    write("".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines()))


def _is_of_a_limit(result: Result) -> bool:
    """Whether a result is that of a probe at a limit: constraints have sides, too, and stand among the rules."""
    return result.side is not None and result.limit is not None


def _table(results: Sequence[Result]) -> Table:
    table = Table(title="Documented limits", title_justify="left", box=_BOX, padding=(0, 1, 0, 0))
    table.add_column("limit,\n  enforced at", overflow="fold", min_width=31)
    for column in ("documented,\nobserved", "kept below,\nat, above", "verdict"):
        table.add_column(column, overflow="fold")
    groups: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        if _is_of_a_limit(result):
            groups[result.requirement].append(result)
    for group in groups.values():
        first = group[0]
        observed = sorted({result.boundary for result in group if result.boundary})
        verdict = worst(group)
        shown = "as documented" if verdict is Verdict.KEPT else (observed[0] if observed else "-")
        documented = f"{first.documented:,} {first.unit}" if first.documented is not None else "-"
        row = LIMITS.get(first.limit)
        if row is not None and first.documented not in (None, row.value):
            documented += "*"
        sides = [_side([result for result in group if result.side == side]) for side in ("below", "at", "above")]
        place = (first.enforcement_point or "").replace("-", " ")
        table.add_row(f"{first.limit}\n  {place}", f"{documented}\n{shown}", "  ".join(sides), verdict)
    return table


def _rules(results: Sequence[Result]) -> Table:
    table = Table(title="Rules beside the table", title_justify="left", box=_BOX, padding=(0, 1, 0, 0))
    for column in ("rule", "kept", "broken", "not judged", "not\napplicable"):
        table.add_column(column, overflow="fold")
    groups: dict[str, list[Verdict]] = defaultdict(list)
    for result in results:
        if not _is_of_a_limit(result):
            groups[subject_of(result.requirement)].append(result.verdict)
    for rule, verdicts in groups.items():
        kept = sum(verdict in (Verdict.KEPT, Verdict.WAIVED) for verdict in verdicts)
        broken = sum(verdict in BROKEN for verdict in verdicts)
        unjudged, absent = verdicts.count(Verdict.INCONCLUSIVE), verdicts.count(Verdict.NOT_APPLICABLE)
        table.add_row(rule, *(str(number) if number else "-" for number in (kept, broken, unjudged, absent)))
    return table


def _side(group: Sequence[Result]) -> str:
    judged = [result for result in group if result.verdict is not Verdict.NOT_APPLICABLE]
    if not judged:
        return "-"
    kept = sum(result.verdict in (Verdict.KEPT, Verdict.WAIVED) for result in judged)
    return f"{kept}/{len(judged)}"


def findings(run: RunInfo, results: Sequence[Result]) -> list[str]:
    """One paragraph for each cause."""
    lines: list[str] = []
    for cause in causes(results, *BROKEN, Verdict.INCONCLUSIVE):
        first = cause.shown
        lines.append(f"\n{cause.verdict.upper()}: {cause.name} ({cause.extent})")
        lines += [f"  {escape(line)}" for line in _facts(cause)]
        lines += [f"  {escape(line)}" for line in attempts(first)]
        lines.append(f"  see it: {escape(replay(run, first))}")
        if first.curl:
            lines += [f"  {escape(line)}" for line in first.curl.splitlines()]
        if first.exchange is not None:
            lines.append(f"  in the logs: traceparent 00-{first.exchange.trace_id}, x-geti-contract-run {run.run_id}")
    return lines


def _facts(cause: Cause) -> Iterator[str]:
    """What is wrong, where, and what the deployment says of it."""
    first = cause.shown
    if cause.sentence != first.reason:
        yield cause.sentence
    yield f"{first.title}: {first.reason}"
    if cause.tried:
        yield f"sent: {cause.tried}"
    if len(cause.requirements) > 1:
        yield f"in {places(cause)}"
    yield f"contract: {cited(first)}"
    if first.boundary and cause.stated is None:
        yield f"documented {first.documented_words}, observed {first.boundary}"
    if first.exchange is not None:
        yield answered(first.exchange)


def headline(run: RunInfo, results: Sequence[Result], manifest: Sequence[str], conclusion: Conclusion) -> str:
    """The verdict in one line, with what it rests on."""
    verdicts = ", ".join(f"{cases:,} {name}" for name, cases in counts(results, conclusion).items())
    verdicts = verdicts or "nothing judged"
    if conclusion.stale:
        verdicts += f"; {count(len(conclusion.stale), 'waiver')} to remove"
    seconds = (run.stopped_ms - run.started_ms) / 1000
    return (
        f"\nVERDICT: {conclusion.verdict.upper()}   {run.base_url}, {run.held_to}, tier {run.tier}\n"
        f"{count(len(manifest), 'case')}: {verdicts}; {run.requests:,} requests in {seconds:.0f} s, "
        f"{run.waited_s:.0f} s of waiting for answers"
    )
