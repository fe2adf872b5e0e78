"""Two runs compared, for the console, the page and programs: one row for each cause, whatever the number of cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from contract.comparison import Difference, Effect, differences, exit_status, lost, reach, slower
from contract.compatibility import breaks
from contract.results import ExitStatus, Result, RunInfo
from contract.verdicts import Verdict
from reports.causes import Cause, causes
from reports.text import count, escape, named

_MOST_ROWS: Final = 200
_MOST_CASES: Final = 50
_MOST_SHOWN: Final = 40
_SENTENCES: Final = {
    ExitStatus.KEPT: "the second accepts no less and answers nothing worse than the first",
    ExitStatus.BROKEN: "the second accepts less, or answers worse, than the first",
    ExitStatus.INCOMPLETE: "not everything was judged on both sides",
}


def comparison_of(
    first: tuple[RunInfo, Sequence[Result], Sequence[str]],
    second: tuple[RunInfo, Sequence[Result], Sequence[str]],
    documents: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """How a second run differs from a first, as JSON values; each side is its facts, its results and its manifest.

    ``documents`` are the OpenAPI documents of both, where both are known.
    """
    found = differences(first[1], second[1], (first[2], second[2]))
    rows = [*_rows(found), *(_schema_rows(*documents) if documents else ())]
    rows += _answer_rows(lost(first[0].operations, second[0].operations), rows)
    reached = reach(first[1], second[1], (first[2], second[2]))
    status = exit_status(found, reached)
    if any(row["effect"] == Effect.WORSE.value for row in rows):
        status = ExitStatus.BROKEN
    return {
        "first": _side(first[0]),
        "second": _side(second[0]),
        "compared": reached.both,
        "neither": reached.neither,
        "exit_status": int(status),
        "sentence": _SENTENCES[status],
        "rows": rows[:_MOST_ROWS],
        "more": max(0, len(rows) - _MOST_ROWS),
        "slower": list(slower(first[0].operations, second[0].operations)),
        "schemas": documents is not None,
    }


def comparison_lines(comparison: Mapping[str, Any]) -> list[str]:
    """The comparison for the console."""
    first, second = comparison["first"], comparison["second"]
    lines = [
        f"\nCOMPARED: {first['url']} {first['version']} (run {first['run']}) with {second['url']} {second['version']}: "
        f"{count(comparison['compared'], 'case')} judged on both sides"
    ]
    for row in comparison["rows"][:_MOST_SHOWN]:
        lines.append(
            f"  {row['effect'].upper()}: {row['name']} ({', '.join(row['what'])}; {count(row['number'], 'case')})"
        )
        lines.append(f"    {row['words']}" + (f": {row['reason']}" if row["reason"] else ""))
    hidden = len(comparison["rows"]) + comparison["more"] - _MOST_SHOWN
    lines += [f"  and {hidden} more, in report.html"] if hidden > 0 else []
    lines += [f"  slower: {each}" for each in comparison["slower"][:_MOST_SHOWN]]
    neither = comparison["neither"]
    lines += [f"  JUDGED ON NEITHER SIDE: {count(neither, 'case')}"] if neither else []
    lines += [] if comparison["rows"] else ["  no case differs"]
    lines += [] if comparison["schemas"] else ["  the OpenAPI documents were not compared: the first run kept none"]
    lines.append(f"COMPARISON: {comparison['sentence']}")
    return [escape(line, lines=True) for line in lines]


def _rows(found: Sequence[Difference]) -> list[dict[str, Any]]:
    """One row for each cause, as the findings of a run are reported; what a side never judged is one row."""
    rows = []
    for effect in Effect:
        by_case = {each.shown.case: each for each in found if each.effect is effect and not each.absent}
        for cause in causes([each.shown for each in by_case.values()], *Verdict):
            rows.append(_row(cause, [by_case[result.case] for result in cause.results]))
        for side in ("first", "second"):
            group = [each for each in found if each.effect is effect and each.absent == side]
            if group:
                rows.append(_row_of_absent(side, group))
    return rows


def _row_of_absent(side: str, group: Sequence[Difference]) -> dict[str, Any]:
    requirements = list(dict.fromkeys(each.shown.requirement for each in group))
    return {
        "effect": group[0].effect.value,
        "what": ["verdict"],
        "name": count(len(requirements), "requirement"),
        "title": f"cases that the {side} run never judged",
        "words": f"never judged by the {side} run",
        "reason": named(requirements),
        "number": len(group),
        "requirements": requirements,
        "cases": [each.shown.case for each in group][:_MOST_CASES],
    }


def _row(cause: Cause, group: Sequence[Difference]) -> dict[str, Any]:
    one = next(each for each in group if each.shown is cause.shown)
    return {
        "effect": one.effect.value,
        "what": list(dict.fromkeys(name for each in group for name in each.what)),
        "name": cause.name,
        "title": one.shown.title,
        "words": one.words,
        "reason": cause.sentence,
        "number": len(group),
        "requirements": list(cause.requirements),
        "cases": [each.shown.case for each in group][:_MOST_CASES],
    }


def _schema_rows(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the document of the second no longer promises, one row for each kind of change to an operation."""
    groups: dict[tuple[str, str], list[str]] = {}
    for each in breaks(dict(first), dict(second)):
        groups.setdefault((each.kind, each.defect.subject), []).append(each.defect.message)
    return [
        _schema_row(f"what the document says of {subject}", subject, messages)
        for (_kind, subject), messages in groups.items()
    ]


def _answer_rows(
    lost_of: Iterable[tuple[str, Sequence[str]]], rows: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """What answers lack that they always had, one row for each operation that no other row speaks of."""
    told = {name.partition("@")[2] for row in rows for name in row["requirements"]}
    return [
        _schema_row(f"answers of {operation}", operation, messages)
        for operation, messages in lost_of
        if operation not in told
    ]


def _schema_row(title: str, subject: str, messages: Sequence[str]) -> dict[str, Any]:
    return {
        "effect": Effect.WORSE.value,
        "what": ["schema"],
        "name": subject,
        "title": title,
        "words": "; ".join(messages[:3]),
        "reason": "",
        "number": len(messages),
        "requirements": [f"schema of {subject}"],
        "cases": list(messages[:_MOST_CASES]),
    }


def _side(run: RunInfo) -> dict[str, Any]:
    product = run.deployment
    version = product.get("build-version") or product.get("product-version") or "version unknown"
    url = "embedded" if run.embedded else run.base_url
    return {"url": url, "version": str(version), "run": run.run_id, "seed": run.seed, "tier": run.tier}
