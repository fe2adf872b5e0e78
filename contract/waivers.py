"""Waivers: findings that are known, each with an owner and a last day, and nothing beside them.

A file of waivers is TOML, one table ``[[waiver]]`` each with ``requirement`` (a glob), ``verdict`` (the one that is
expected), ``owner``, ``reason``, ``ticket`` and ``expires`` (the last day it is in force, UTC).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fnmatch import fnmatchcase
from typing import Any, Final

from contract.results import Result
from contract.verdicts import BROKEN, Verdict

FIELDS: Final = ("requirement", "verdict", "owner", "reason", "ticket", "expires")
_HEADER: Final = re.compile(r"\s*\[\[\s*waiver\s*\]\]")
_PLACE: Final = re.compile(
    r"^(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$", re.DOTALL
)


class WaiverError(ValueError):
    """A file of waivers with a mistake: to guess what was meant could hide a finding."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """One waiver; ``expires`` is the last day it is in force. It stands in ``source``, lines ``first`` to ``last``."""

    requirement: str
    verdict: Verdict
    owner: str
    reason: str
    ticket: str
    expires: date
    source: str
    first: int
    last: int

    def matches(self, requirement: str) -> bool:
        """Whether the glob matches a requirement's id, case-sensitively."""
        return fnmatchcase(requirement, self.requirement)

    def covers(self, result: Result, today: date) -> bool:
        """Whether the waiver is in force and expects exactly what was found."""
        return today <= self.expires and result.verdict is self.verdict and self.matches(result.requirement)

    @property
    def words(self) -> str:
        """Who answers for it, why and until when."""
        return f"{self.ticket}, {self.owner}, until {self.expires}: {self.reason}"


def apply(result: Result, waivers: Sequence[Waiver], today: date) -> Result:
    """The result as ``waived`` where a waiver in force expects exactly its verdict, else as it is."""
    if not result.broken:
        return result
    for waiver in waivers:
        if waiver.covers(result, today):
            return replace(result, verdict=Verdict.WAIVED, waived_verdict=result.verdict, waiver=waiver.words)
    return result


def stale(waivers: Sequence[Waiver], results: Sequence[Result], missing: Iterable[str], today: date) -> tuple[str, ...]:
    """What is to be removed, one line for each waiver that has expired, matches nothing or is needed no longer.

    ``missing`` are the cases that were never judged: a waiver that could be needed there is left alone.
    """
    kept = _kept(results)
    judged = {result.requirement for result in results if result.verdict is not Verdict.NOT_APPLICABLE}
    open_ = {case.split("/")[0] for case in missing}
    reasons = ((waiver, _why_remove(waiver, kept - open_, judged | open_, today)) for waiver in waivers)
    return tuple(
        f"{waiver.source}:{waiver.first}: {reason}; remove line {waiver.first} to {waiver.last}"
        for waiver, reason in reasons
        if reason
    )


def _why_remove(waiver: Waiver, kept: set[str], judged: set[str], today: date) -> str:
    if today > waiver.expires:
        return f"the waiver of {waiver.requirement} has expired on {waiver.expires}"
    if not any(waiver.matches(requirement) for requirement in judged):
        return f"the waiver of {waiver.requirement} matches nothing that was judged"
    now_kept = sorted(requirement for requirement in kept if waiver.matches(requirement))
    if now_kept == [waiver.requirement]:
        return f"the waiver of {waiver.requirement} is needed no longer, it is kept now"
    if now_kept:
        shown = ", ".join(now_kept[:3]) + (f" and {len(now_kept) - 3} more" if len(now_kept) > 3 else "")
        return f"the waiver of {waiver.requirement} matches what is kept now ({shown})"
    return ""


def _kept(results: Sequence[Result]) -> set[str]:
    """The requirements of which something was judged, and all of it is kept."""
    kept = {result.requirement for result in results if result.verdict is Verdict.KEPT}
    return kept - {
        result.requirement for result in results if result.verdict not in (Verdict.KEPT, Verdict.NOT_APPLICABLE)
    }


def parse_waivers(text: str, source: str) -> tuple[Waiver, ...]:
    """The waivers of a file. Raises ``WaiverError``: ``source:line:column: what is wrong``."""
    lines = text.split("\n")
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # Python's own for a number or a nesting without end
        found = _PLACE.match(str(error))
        what, line, column = found.group("what", "line", "column") if found else (str(error), "1", "1")
        place = f"{line}:{column}" if line else f"{len(lines)}:{len(lines[-1]) + 1}"
        raise WaiverError(f"{source}:{place}: {what}") from None
    tables = data.get("waiver", [])
    starts = [number for number, line in enumerate(lines) if _HEADER.match(line)]
    other = next((key for key in data if key != "waiver"), None)
    if other is not None:
        line, column = _find(lines, 0, len(lines), other)
        raise WaiverError(f"{source}:{line}:{column}: unknown key {other!r}; a file of waivers has [[waiver]] tables")
    if not isinstance(tables, list) or len(tables) != len(starts) or not all(isinstance(each, dict) for each in tables):
        line = starts[0] + 1 if starts else 1
        raise WaiverError(f"{source}:{line}:1: write each waiver as a table of its own, below a line [[waiver]]")
    ends = [*starts[1:], len(lines)] if starts else []
    return tuple(
        _waiver(table, _Place(source, lines, start, end))
        for table, start, end in zip(tables, starts, ends, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where one table stands: ``lines[start:end]``, its header included."""

    source: str
    lines: Sequence[str]
    start: int
    end: int

    def error(self, key: str, what: str) -> WaiverError:
        line, column = _find(self.lines, self.start, self.end, key)
        return WaiverError(f"{self.source}:{line}:{column}: {what}")

    @property
    def last(self) -> int:
        """The last line of the table that is neither empty nor a comment, counted from 1."""
        content = (n for n in range(self.end - 1, self.start, -1) if self.lines[n].strip() and self.lines[n][:1] != "#")
        return next(content, self.start) + 1


def _find(lines: Sequence[str], start: int, end: int, key: str) -> tuple[int, int]:
    """Line and column, from 1, of what is given to ``key``; of the table's first line where it is not given."""
    for number in range(start, end):
        found = re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]\s*|\s*\[+\s*{re.escape(key)}", lines[number])
        if found:
            return number + 1, found.end() + 1
    return start + 1, 1


def _waiver(table: dict[str, Any], place: _Place) -> Waiver:
    unknown = next((key for key in table if key not in FIELDS), None)
    if unknown is not None:
        raise place.error(unknown, f"unknown key {unknown!r}; a waiver has {', '.join(FIELDS)}")
    for key in FIELDS:
        if key not in table:
            raise place.error(key, f"{key} is missing; a waiver has {', '.join(FIELDS)}")
        if key != "expires" and not isinstance(table[key], str):
            raise place.error(key, f"{key} is no text")
        if isinstance(table[key], str) and not table[key].strip():
            raise place.error(key, f"{key} is empty; fill it in")
    if table["verdict"] not in BROKEN:
        words = ", ".join(sorted(BROKEN))
        raise place.error("verdict", f"verdict {table['verdict']!r} cannot be waived; it is one of {words}")
    return Waiver(
        requirement=table["requirement"].strip(),
        verdict=Verdict(table["verdict"]),
        owner=table["owner"].strip(),
        reason=table["reason"].strip(),
        ticket=table["ticket"].strip(),
        expires=_day(table["expires"], place),
        source=place.source,
        first=place.start + 1,
        last=place.last,
    )


def _day(value: object, place: _Place) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value.strip()) if isinstance(value, str) else date.fromisoformat("")
    except ValueError:
        raise place.error("expires", f"expires {str(value)!r} is no day such as 2026-12-31") from None
