"""Findings on an OpenAPI document: with their places, as text for people, as JSON, and as SARIF for a code host."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from contract.audit import Level
from contract.version import VERSION
from deployment.document_places import Source
from deployment.errors import SetupError

_SARIF: Final = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: what a ``rule`` finds wrong of a ``subject``, and the ``source``, where that stands.

    ``sentence`` and ``citation`` are those of the rule.
    """

    rule: str
    sentence: str
    citation: str
    level: Level
    subject: str
    message: str
    source: Source


def as_text(findings: Sequence[Finding]) -> str:
    """The findings for people, rule by rule, each with its file and line."""
    blocks = []
    for rule, group in itertools.groupby(findings, key=lambda each: each.rule):
        found = list(group)
        citation = f"\n  Source: {found[0].citation}" if found[0].citation else ""
        places = [f"\n  {_shown(each.source.file)}:{each.source.line}: {each.subject} {each.message}" for each in found]
        blocks.append(f"{found[0].level.upper()} {rule}: {found[0].sentence}{citation}{''.join(places)}\n")
    return "\n".join(blocks)


def as_table(findings: Sequence[Finding]) -> str:
    """The findings as a table for people: of what, what, and where."""
    rows = [("of", "what", "where")]
    rows += [(each.subject, each.message, f"{_shown(each.source.file)}:{each.source.line}") for each in findings]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    lines = [f"{of:<{widths[0]}}  {what:<{widths[1]}}  {where}" for of, what, where in rows]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def as_json(findings: Sequence[Finding], about: Mapping[str, Any]) -> dict[str, Any]:
    """The findings as JSON values, with what they are ``about``."""
    return {**about, "findings": [asdict(each) for each in findings]}


def as_sarif(findings: Sequence[Finding], rules: str) -> dict[str, Any]:
    """The findings as SARIF 2.1.0; files below the current directory are named from there. ``rules`` is the command."""
    known = {each.rule: each for each in findings}
    described = [
        {
            "id": rule,
            "shortDescription": {"text": each.sentence},
            "fullDescription": {"text": each.citation or each.sentence},
            "defaultConfiguration": {"level": each.level.value},
        }
        for rule, each in known.items()
    ]
    driver = {"name": f"geti-contract {rules}", "version": VERSION, "rules": described}
    return {
        "$schema": _SARIF,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": [_result(each, list(known)) for each in findings]}],
    }


def _result(finding: Finding, rules: Sequence[str]) -> dict[str, Any]:
    source = finding.source
    return {
        "ruleId": finding.rule,
        "ruleIndex": rules.index(finding.rule),
        "level": finding.level.value,
        "message": {"text": f"{finding.subject} {finding.message}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(source.file)},
                    "region": {"startLine": source.line},
                },
                "logicalLocations": [{"fullyQualifiedName": source.pointer}],
            }
        ],
    }


def _shown(file: str) -> str:
    path = Path(file)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else file


def _uri(file: str) -> str:
    shown = _shown(file)
    return Path(shown).as_uri() if Path(shown).is_absolute() else Path(shown).as_posix()


def write_json(file: Path | None, value: Mapping[str, Any]) -> None:
    """Write a value where a file was asked for. Raises ``SetupError``."""
    if file is not None:
        try:
            file.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            raise SetupError(f"{file} cannot be written ({error.strerror})") from None
