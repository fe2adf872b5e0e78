"""``report.html``: one file that works offline, from Jinja2 templates; nothing that a deployment says acts in it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from itertools import groupby
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from contract.results import Conclusion, Exchange, Result, RunInfo, RunVerdict
from contract.severity import SEVERITY
from contract.tally import NO_ANSWER
from contract.verdicts import BROKEN, Verdict
from reports.causes import Cause, causes, promise, worst
from reports.changes import Change, Kind, changes
from reports.drawn import judged, matrix
from reports.evidence import answered, attempts
from reports.finding.folders import folder_paths
from reports.history import KeptRun
from reports.matrix import matrices
from reports.ruler import WIDTH, Ruler, ruler
from reports.summary import counts, replay
from reports.text import count, escape, escape_value
from reports.timeline import WIDTH as LANE_WIDTH
from reports.timeline import timeline
from reports.upgrade import COLUMNS as UPGRADE_COLUMNS
from reports.upgrade import upgrade_of

_NEVER: Final = "never judged"
_MOST_FINDINGS: Final = 60
_MOST_EXCHANGES: Final = 6
_MOST_OPERATIONS: Final = 400
_PICTURE: Final = re.compile(r"data:image/png;base64,[A-Za-z0-9+/=]+")


def page(run: RunInfo, results: Sequence[Result], conclusion: Conclusion, runs: Sequence[KeptRun]) -> str:
    """The whole page. ``runs`` are this run and those before it, oldest first, where a history is kept."""
    script, style = asset("report.js"), asset("report.css")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    broken = causes(results, *BROKEN)
    changed = changes(runs) if len(runs) > 1 else []
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            run=run,
            conclusion=conclusion,
            kept=RunVerdict.KEPT,
            headline=_headline(conclusion, broken),
            counts=counts(results, conclusion),
            when=f"{datetime.fromtimestamp(run.started_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC",
            seconds=(run.stopped_ms - run.started_ms) / 1000,
            total=len(results) + len(conclusion.missing),
            causes=broken,
            most=_MOST_FINDINGS,
            rulers=_rulers(results, broken),
            folders=folder_paths(broken),
            matrices=matrices(results, broken[:_MOST_FINDINGS]),
            timeline=timeline(results, broken[:_MOST_FINDINGS]),
            unjudged=causes(results, Verdict.INCONCLUSIVE),
            waived=causes(results, Verdict.WAIVED),
            absent=_absent(results),
            operations=run.operations[:_MOST_OPERATIONS],
            no_answer=NO_ANSWER,
            held_back=_held_back(run),
            drawn=matrix(run),
            examples=judged(run),
            upgrade=upgrade_of(run, results),
            upgrade_columns=UPGRADE_COLUMNS,
            runs=runs[::-1],  # newest first
            changes=changed,
            kinds=_kinds(broken, changed),
            island=_island(results, conclusion),
            style=style,
            script=script,
            policy=f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{digest}'; "
            "base-uri 'none'; form-action 'none'",
        )
    )


def environment() -> Environment:
    """What makes a page of a template: every text that is put in is escaped."""
    made = Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    made.filters.update(
        count=count,
        exchanges=_exchanges,
        facts=_facts,
        groupby_effect=_by_effect,
        number=lambda value: f"{value:,}",
        picture=_picture,
        pretty=_pretty,
        real=_real_boundary,
    )
    made.globals.update(
        answered=answered, attempts=attempts, promise=promise, replay=replay, ruler_width=WIDTH, lane_width=LANE_WIDTH
    )
    return made


def _finalize(value: Any) -> Any:
    """Every text that is put in is escaped; markup is our own."""
    return escape(value, lines=True) if isinstance(value, str) and not isinstance(value, Markup) else value


def asset(name: str) -> Markup:
    """A file that stands beside the templates, as it is."""
    return Markup(files("reports").joinpath("templates", name).read_text(encoding="utf-8"))  # noqa: S704  our own files


def _real_boundary(boundary: str) -> str:
    """An observed boundary in a sentence."""
    if boundary.startswith("none up to "):
        return f"in reality there is no boundary up to {boundary.removeprefix('none up to ')}"
    if boundary.startswith("nothing accepted"):
        return f"in reality there is {boundary}"
    return f"the real boundary is {boundary}"


def _headline(conclusion: Conclusion, broken: Sequence[Cause]) -> str:
    limits = {each.limit for cause in broken for each in cause.results if each.limit and each.side}
    rules = sum(not any(each.side for each in cause.results) for cause in broken)
    parts = [f"{len(limits)} documented limit{'s are' if len(limits) != 1 else ' is'} broken"] if limits else []
    parts += [count(rules, "other finding" if limits else "finding")] if rules else []
    parts += [f"{count(len(conclusion.stale), 'waiver')} to remove"] if conclusion.stale else []
    if parts:
        return "; ".join(parts)
    if conclusion.verdict is RunVerdict.KEPT:
        return "every case of the manifest was judged and holds"
    return "something could not be judged: this is no pass"


def _rulers(results: Sequence[Result], broken: Sequence[Cause]) -> list[Ruler | None]:
    """A ruler for each of the causes that are shown, none where an earlier one has that of the same requirement."""
    groups = _by_requirement(results)
    return [ruler(groups.pop(cause.requirement, ())) for cause in broken[:_MOST_FINDINGS]]


def _kinds(broken: Sequence[Cause], changed: Sequence[Change]) -> list[Kind | None]:
    """How each cause compares with earlier runs: new where anything in it is new; nothing without a history."""
    kinds: dict[str, set[Kind]] = defaultdict(set)
    for change in changed:
        kinds[change.requirement].add(change.kind)
    seen = [set().union(*(kinds[result.requirement] for result in cause.results)) for cause in broken]
    return [next((kind for kind in (Kind.NEW, Kind.FLAKY, Kind.STILL) if kind in each), None) for each in seen]


def _by_requirement(results: Sequence[Result]) -> dict[str, list[Result]]:
    groups: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        groups[result.requirement].append(result)
    return groups


def _by_effect(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The rows of a comparison by their effect, in their order."""
    return [(effect, list(group)) for effect, group in groupby(rows, key=lambda row: str(row["effect"]))]


def _exchanges(result: Result) -> list[tuple[Exchange, bool]]:
    """The exchanges around the one that was judged, which is marked."""
    exchanges = list(result.exchanges)
    judged = next((place for place, each in enumerate(exchanges) if each is result.exchange), 0)
    first = max(0, min(judged - _MOST_EXCHANGES // 2, len(exchanges) - _MOST_EXCHANGES))
    return [(each, place == judged) for place, each in enumerate(exchanges)][first : first + _MOST_EXCHANGES]


def _facts(sent: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was sent, by name; a picture and a command are shown elsewhere, digests nowhere."""
    shown = (
        (key, value) for key, value in sent.items() if key not in ("thumbnail", "replay", "stood") and value is not None
    )
    return [(key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)) for key, value in shown]


def _picture(sent: Mapping[str, Any]) -> str | None:
    """The thumbnail, where it is the inline PNG that it should be."""
    thumbnail = sent.get("thumbnail")
    return thumbnail if isinstance(thumbnail, str) and _PICTURE.fullmatch(thumbnail) else None


def _pretty(body: str) -> str:
    try:
        return json.dumps(json.loads(body), indent=1, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body


def _absent(results: Sequence[Result]) -> dict[str, list[str]]:
    """Requirements that were not applicable, by the reason."""
    absent: dict[str, dict[str, None]] = defaultdict(dict)
    for result in results:
        if result.verdict is Verdict.NOT_APPLICABLE:
            absent[result.reason][result.requirement] = None
    return {reason: list(requirements) for reason, requirements in absent.items()}


def _held_back(run: RunInfo) -> list[tuple[str, str]]:
    rows = run.coverage.get("openapi", {}).get("operations", ())
    return [
        (str(row["operation"]), f"{what}: {why}" if what else str(why))
        for row in rows
        for what, why in row.get("held_back", {}).items()
    ]


def _island(results: Sequence[Result], conclusion: Conclusion) -> Markup:
    """The table as JSON that cannot end its element: one row a requirement, its cases inside."""
    rows: list[Any] = [
        [
            name,
            worst(group).value,
            _documented(group[0]),
            next((each.boundary for each in group if each.boundary), ""),
            [[each.case, each.verdict.value, each.title, each.reason, each.status or ""] for each in group],
        ]
        for name, group in _by_requirement(results).items()
    ]
    rows.sort(key=lambda row: [each.value for each in SEVERITY].index(row[1]))
    missing: dict[str, list[Any]] = defaultdict(list)
    for case in conclusion.missing:
        missing[case.split("/")[0]].append([case, _NEVER, case, "", ""])
    rows += [[name, _NEVER, "", "", cases] for name, cases in missing.items()]
    data = {"verdicts": [*(each.value for each in SEVERITY), _NEVER], "rows": rows}
    text = json.dumps(escape_value(data), ensure_ascii=False, separators=(",", ":"))
    for one in "<>&\u2028\u2029":
        text = text.replace(one, f"\\u{ord(one):04x}")
    return Markup(text)  # noqa: S704  every character that could end the element was replaced


def _documented(result: Result) -> str:
    return f"{result.documented:,} {result.unit}" if result.documented is not None else ""
