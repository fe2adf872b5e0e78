"""``python -m deployment compatibility``: what a client of one OpenAPI document can no longer rely on in another."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from contract.audit import Level
from contract.compatibility import KINDS, breaks
from contract.results import ExitStatus
from deployment.bundle import Bundler
from deployment.document import location_of, read_file, references_of
from deployment.document_findings import Finding, as_json, as_sarif, as_table, write_json
from deployment.document_places import Places
from deployment.document_text import HINT
from deployment.errors import SetupError
from deployment.options import CommandParser

_EPILOG: Final = """\
Nothing is sent. What is compared, and what is not seen: docs/how-to/documents.md.

exit status: 0 nothing that a client may have relied on is gone; 1 something is; 4 a wrong option, or a file is no
OpenAPI 3.0 or 3.1.
"""


def add_parser(commands: argparse._SubParsersAction[CommandParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser(
        "compatibility",
        help="compare two OpenAPI documents",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for name, words in (("old", "the document that clients know"), ("new", "the one that is to take its place")):
        parser.add_argument(name, metavar=name.upper(), help=f"{words}: OpenAPI 3.0 or 3.1, JSON or YAML")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write what is found as JSON, too")
    parser.add_argument("--sarif", metavar="FILE", type=Path, help="write it as SARIF 2.1.0, too, for a code host")
    parser.set_defaults(command=compatibility)


def compatibility(options: argparse.Namespace) -> ExitStatus:
    """Compare the documents that the options name, and say what is gone; the exit status."""
    try:
        findings = findings_between(options.old, options.new)
        write_json(options.json, as_json(findings, {"old": options.old, "new": options.new}))
        write_json(options.sarif, as_sarif(findings, "compatibility"))
    except SetupError as error:
        print(f"python -m deployment compatibility: {str(error).removesuffix(f'; {HINT}')}", file=sys.stderr)
        return ExitStatus.USAGE
    if findings:
        print(as_table(findings))
    gone = f"{len(findings)} things are gone" if findings else "nothing is gone"
    print(f"{options.old} -> {options.new}: {gone} that a client may have relied on")
    return ExitStatus.BROKEN if findings else ExitStatus.KEPT


def findings_between(old: str, new: str) -> list[Finding]:
    """Everything that a client of the document ``old`` can no longer rely on. Raises ``SetupError``."""
    before, after = _read(old), _read(new)
    found = breaks(before.bundled(), after.bundled())
    places = Places(after)
    return [
        Finding(
            rule=f"compatibility.{each.kind}",
            sentence=KINDS[each.kind],
            citation="",
            level=Level.ERROR,
            subject=each.defect.subject,
            message=each.defect.message,
            source=places.source(each.defect.place),
        )
        for each in found
    ]


def _read(document: str) -> Bundler:
    location = location_of(document)
    return Bundler(references_of(read_file(location), location, read_file))
