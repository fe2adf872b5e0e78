"""A file of waivers to fill in, for the findings of a run."""

from __future__ import annotations

import json
from collections.abc import Sequence

from contract.results import Result
from reports.text import escape

_HEAD = """\
# Waivers for --geti-waivers. Fill in owner, reason, ticket and expires: until then the file is refused.
# A waiver covers its requirement (a glob) with exactly this verdict, up to and on the day it expires (UTC).
"""


def proposed(results: Sequence[Result]) -> str:
    """One waiver for each requirement and verdict that is broken, as TOML; what a person must answer for is empty."""
    broken: dict[tuple[str, str], Result] = {}
    for result in sorted((each for each in results if each.broken), key=lambda each: each.boundary is None):
        broken.setdefault((result.requirement, result.verdict.value), result)
    return "\n".join([_HEAD, *(_table(broken[key]) for key in sorted(broken))])


def _table(result: Result) -> str:
    boundary = f"; documented {result.documented_words}, observed {result.boundary}" if result.boundary else ""
    return (
        f"[[waiver]]\n# {escape(result.title)}: {escape(result.reason)}{boundary}\n"
        f"requirement = {json.dumps(result.requirement)}\n"
        f'verdict = "{result.verdict.value}"\n'
        'owner = ""\nreason = ""\nticket = ""\nexpires = ""  # such as 2026-12-31\n'
    )
