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
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from contract.limits import BY_ID, Constraint
from contract.results import Conclusion, Exchange, Result, RunInfo, RunVerdict
from contract.verdicts import BROKEN, Verdict
from reports.causes import SEVERITY, Cause, causes, worst
from reports.heat import COLUMNS, heat
from reports.outcomes import Outcome
from reports.planes import planes
from reports.rulers import WIDTH, rulers
from reports.summary import counts, replay
from reports.text import escape, inert_value

_MOST_TOLD: Final = 60
_FIRST_SCREEN: Final = 6
_MOST_EXCHANGES: Final = 6
_PICTURE: Final = re.compile(r"data:image/png;base64,[A-Za-z0-9+/=]+")
END: Final = "<!-- end of report -->"


def page(run: RunInfo, results: Sequence[Result], conclusion: Conclusion, history: Mapping[str, Any]) -> str:
    """The whole page. ``history`` is what ``reports.trends`` tells of earlier runs, empty where none is kept."""
    script, style = _asset("report.js"), _asset("report.css")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    broken = causes(results, *BROKEN)
    return (
        _environment()
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
            most=_MOST_TOLD,
            first_screen=_FIRST_SCREEN,
            unjudged=causes(results, Verdict.INCONCLUSIVE),
            waived=causes(results, Verdict.WAIVED),
            absent=_absent(results),
            rulers=rulers(results),
            planes=planes(results),
            width=WIDTH,
            legend=list(Outcome),
            columns=COLUMNS,
            heat=heat(run.operations),
            held_back=_held_back(run),
            history=history,
            island=_island(results, conclusion, run),
            style=style,
            script=script,
            policy=f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{digest}'; "
            "base-uri 'none'; form-action 'none'",
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.filters.update(
        limit_words=limit_words,
        real=real_boundary,
        pretty=_pretty,
        picture=_picture,
        facts=_facts,
        told=_told,
        number=lambda value: f"{value:,}",
    )
    environment.globals.update(replay=replay)
    return environment


def _finalize(value: Any) -> Any:
    """Every text that is put in is escape; markup is our own."""
    return escape(value, lines=True) if isinstance(value, str) and not isinstance(value, Markup) else value


def _asset(name: str) -> Markup:
    return Markup(files("reports").joinpath("templates", name).read_text(encoding="utf-8"))  # noqa: S704  our own files


def limit_words(limit_id: str | None) -> str:
    """A limit as people say it: ``video width, at most``."""
    if limit_id not in BY_ID:
        return limit_id or ""
    words = limit_id.rsplit(".", 1)[0].replace(".", " ").replace("-", " ")
    return f"{words}, at {'most' if BY_ID[limit_id].constraint is Constraint.MAX else 'least'}"


def real_boundary(boundary: str) -> str:
    """An observed boundary in a sentence, its numbers grouped."""
    grouped = re.sub(r"\d{4,}", lambda number: f"{int(number[0]):,}", boundary)
    if grouped.startswith("none up to "):
        return f"in reality there is no boundary up to {grouped.removeprefix('none up to ')}"
    if grouped.startswith("nothing accepted"):
        return f"in reality there is {grouped}"
    return f"the real boundary is {grouped}"


def _headline(conclusion: Conclusion, broken: Sequence[Cause]) -> str:
    limits = {cause.shown.limit for cause in broken if cause.shown.limit}
    rules = sum(cause.shown.limit is None for cause in broken)
    said = [f"{len(limits)} documented limit{'s are' if len(limits) != 1 else ' is'} broken"] if limits else []
    said += [f"{rules} finding{'s' if rules != 1 else ''} beside the table of limits"] if rules else []
    worn = len(conclusion.stale)
    said += [f"{worn} waiver{'s' if worn != 1 else ''} to remove"] if worn else []
    if said:
        return "; ".join(said)
    if conclusion.verdict is RunVerdict.KEPT:
        return "every case of the manifest was judged and holds"
    return "something could not be judged: this is no pass"


def _told(result: Result) -> list[tuple[Exchange, bool]]:
    """The exchanges around the one that was judged, which is marked: it carried the file, and got the status."""
    found = list(result.exchanges)
    size = result.sent.get("bytes")
    same = [place for place, each in enumerate(found) if each.status == result.status and each.method != "GET"]
    carried = [place for place in same if found[place].size == size]
    judged = carried[0] if carried else same[-1] if same else len(found) - 1
    first = max(0, min(judged - _MOST_EXCHANGES // 2, len(found) - _MOST_EXCHANGES))
    return [(each, place == judged) for place, each in enumerate(found)][first : first + _MOST_EXCHANGES]


def _facts(sent: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was sent, by name; a picture and a command are shown elsewhere."""
    shown = ((key, value) for key, value in sent.items() if key not in ("thumbnail", "replay") and value is not None)
    return [(key, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)) for key, value in shown]


def _picture(sent: Mapping[str, Any]) -> str | None:
    """The thumbnail, where it is the inline PNG that it should be."""
    found = sent.get("thumbnail")
    return found if isinstance(found, str) and _PICTURE.fullmatch(found) else None


def _pretty(body: str) -> str:
    try:
        return json.dumps(json.loads(body), indent=1, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body


def _absent(results: Sequence[Result]) -> dict[str, list[str]]:
    """Requirements that were not applicable, by the reason."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for result in results:
        if result.verdict is Verdict.NOT_APPLICABLE:
            found[result.reason][result.requirement] = None
    return {reason: list(requirements) for reason, requirements in found.items()}


def _held_back(run: RunInfo) -> list[tuple[str, str]]:
    rows = run.coverage.get("openapi", {}).get("operations", ())
    return [
        (str(row["operation"]), f"{what}: {why}" if what else str(why))
        for row in rows
        for what, why in row.get("held_back", {}).items()
    ]


def _island(results: Sequence[Result], conclusion: Conclusion, run: RunInfo) -> Markup:
    """The table as JSON that cannot end its element: one row a requirement, its cases inside."""
    groups: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        groups[result.requirement].append(result)
    rows: list[Any] = [
        [
            name,
            worst(group).value,
            group[0].enforcement_point or "",
            _documented(group[0]),
            next((each.boundary for each in group if each.boundary), ""),
            [[each.case, each.verdict.value, each.title, each.reason, each.status or ""] for each in group],
        ]
        for name, group in groups.items()
    ]
    rows.sort(key=lambda row: [each.value for each in SEVERITY].index(row[1]))
    rows += [
        [case.split("/")[0], "never judged", "", "", "", [[case, "never judged", case, "", ""]]]
        for case in conclusion.missing
    ]
    data = {"replay": run.replay, "verdicts": [*(each.value for each in SEVERITY), "never judged"], "rows": rows}
    text = json.dumps(inert_value(data), ensure_ascii=False, separators=(",", ":"))
    for one in "<>&\u2028\u2029":
        text = text.replace(one, f"\\u{ord(one):04x}")
    return Markup(text)  # noqa: S704  every character that could end the element was replaced


def _documented(result: Result) -> str:
    return f"{result.documented:,} {result.unit}" if result.documented is not None else ""
