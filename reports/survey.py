"""What a survey of a deployment saw: a profile file that says it, and a page in Markdown and in HTML."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from contract.constraints import CONSTRAINTS
from contract.limits import LIMITS
from contract.profiles import Setting
from contract.results import RunInfo
from contract.survey import Sighting, refusals, settings
from reports.page import asset, environment
from reports.text import count, escape

_WIDTH: Final = 118
_WORDS: Final[Mapping[int | Setting, str]] = {Setting.OFF: "no limit", Setting.UNKNOWN: "not known"}


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """One row of the tables: what is documented of it, what a profile says of it, and what was seen at each place.

    ``settings`` are by row, or by row and place where places differ.
    """

    id: str
    documented: str
    settings: Mapping[str, int | Setting]
    seen: Sequence[Sighting]

    @property
    def really(self) -> str:
        """What the deployment does, in words: a value or several, ``no limit``, or that it is not known."""
        if not self.settings:
            return "not asked" if any(each.left for each in self.seen) else "as documented"
        said = [_WORDS.get(each) or f"{each:,}" for each in self.settings.values()]
        return " or ".join(dict.fromkeys(said))

    @property
    def differs(self) -> bool:
        """Whether what is done is known, and is not what is documented."""
        return self.really not in (self.documented, "as documented", "not asked", _WORDS[Setting.UNKNOWN])


def survey_rows(sightings: Sequence[Sighting]) -> list[SurveyRow]:
    """The rows of the tables that were looked for, in the order in which they were."""
    said, rows = settings(sightings), dict.fromkeys(each.row for each in sightings)
    return [
        SurveyRow(
            row,
            _documented(row),
            {key: each for key, each in said.items() if key.partition("@")[0] == row},
            [each for each in sightings if each.row == row],
        )
        for row in rows
    ]


def _documented(row: str) -> str:
    limit = LIMITS.get(row)
    return f"{limit.value:,}" if limit is not None else CONSTRAINTS[row].allowed.words


def survey_profile(run: RunInfo, base: str, sightings: Sequence[Sighting]) -> str:
    """A profile file, as ``--geti-profile`` takes it: each value with what was seen, in comments."""
    about = (
        f"What {run.base_url} does, as `python -m harness discover` saw it: {_when(run)}, tier {run.tier}, "
        f"{count(run.requests, 'request')}. Give it to a run with --geti-profile FILE: it is then held to what it does."
    )
    lines = [*_comment(about), f'name = "discovered {_when(run)}"', f'base = "{base}"', "", "[limits]"]
    for row in survey_rows(sightings):
        lines += [line for each in row.seen for line in _comment(f"{each.where}: {each.words}")]
        for key, setting in row.settings.items():
            lines.append(f'"{key}" = ' + (str(setting) if isinstance(setting, int) else f'"{setting}"'))
        lines.append("")
    refused = refusals(sightings)
    lines += ["[refusals]", *(f'"{row}" = {sorted(statuses)}' for row, statuses in refused.items())] if refused else []
    return "\n".join(lines).rstrip() + "\n"


def _comment(text: str) -> list[str]:
    return textwrap.wrap(escape(text), _WIDTH, initial_indent="# ", subsequent_indent="#   ")


def survey_markdown(run: RunInfo, sightings: Sequence[Sighting]) -> str:
    """The page in Markdown."""
    lines = [
        "# What this deployment does",
        "",
        f"{_cell(run.base_url)}, version {_cell(_version(run))}, seen {_when(run)}, tier {run.tier}, "
        f"{count(run.requests, 'request')} in {_seconds(run):.0f} s, geti-contract {run.tool_version}.",
        "",
        "| | documented | really | what was seen |",
        "|---|---|---|---|",
    ]
    for row in survey_rows(sightings):
        seen = "<br>".join(_cell(f"{each.where}: {each.words}") for each in row.seen)
        really = f"**{row.really}**" if row.differs else row.really
        lines.append(f"| `{row.id}` | {_cell(row.documented)} | {really} | {seen} |")
    return "\n".join(lines) + "\n"


def survey_page(run: RunInfo, sightings: Sequence[Sighting]) -> str:
    """The page in HTML: one file that works offline, in the style of the report."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    rows = survey_rows(sightings)
    return (
        environment()
        .get_template("survey.html.j2")
        .render(
            run=run,
            version=_version(run),
            when=_when(run),
            seconds=_seconds(run),
            rows=rows,
            differing=sum(row.differs for row in rows),
            unknown=sum(not each.is_known for each in sightings),
            style=asset("report.css"),
            policy=policy,
        )
    )


def _cell(text: str) -> str:
    """A text in a cell of a table, where nothing in it acts."""
    plain = escape(text)
    for one in "\\`*_<>[]|":
        plain = plain.replace(one, f"\\{one}" if one != "<" else "&lt;")
    return plain


def _version(run: RunInfo) -> str:
    return str(run.deployment.get("build-version", "unknown"))


def _when(run: RunInfo) -> str:
    return f"{datetime.fromtimestamp(run.started_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"


def _seconds(run: RunInfo) -> float:
    return (run.stopped_ms - run.started_ms) / 1000
