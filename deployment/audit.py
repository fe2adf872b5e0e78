"""``python -m deployment audit``: judge an OpenAPI document by itself, without any deployment."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Final

from contract.audit import AUDIT_RULES, FURTHER_RULES, AuditRule, Level
from contract.audited import AuditedDocument
from contract.openapi import operations
from contract.profiles import CLOUD, Profile
from contract.releases import DEFAULT_RELEASE, release_of
from contract.results import ExitStatus
from deployment.bundle import Bundler
from deployment.declared import declared
from deployment.document import location_of, read_file, references_of
from deployment.document_findings import Finding, as_json, as_sarif, as_text, write_json
from deployment.document_places import Places
from deployment.document_text import HINT
from deployment.document_validity import valid
from deployment.errors import SetupError
from deployment.options import AUTO, OPTIONS, CommandParser, profile_named, values

_EPILOG: Final = """\
Nothing is sent. The files that the document refers to are read, too. An error breaks what Geti or a standard promises,
a warning misleads who reads the document, a note informs.

exit status: 0 no error and no warning; 1 at least one; 4 a wrong option, or the file is no OpenAPI 3.0 or 3.1.
"""
_VALID: Final = AuditRule(
    id="valid",
    sentence="the document is valid, and refers to nothing that is not there",
    check=valid,
    source="OpenAPI Specification, of the version that the document names",
)


def add_parser(commands: argparse._SubParsersAction[CommandParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser(
        "audit",
        help="judge an OpenAPI document by itself",
        description=__doc__,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("document", metavar="DOCUMENT", help="a file: OpenAPI 3.0 or 3.1, JSON or YAML")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the findings as JSON, too")
    parser.add_argument("--sarif", metavar="FILE", type=Path, help="write them as SARIF 2.1.0, too, for a code host")
    OPTIONS["profile"].declare(
        parser.add_argument, "--profile", meaning="what the document is held to: auto (cloud), on-prem or a TOML file"
    )
    OPTIONS["contract"].declare(
        parser.add_argument, "--contract", meaning="the release whose numbers hold, or auto (as the document says)"
    )
    parser.set_defaults(command=audit)


def audit(options: argparse.Namespace) -> ExitStatus:
    """Audit the document that the options name, and say what was found; the exit status."""
    try:
        given = values(options, ("profile", "contract"))
        asked = profile_named(given["profile"]) or CLOUD
        profile, findings = audited(options.document, asked, given["contract"])
        counts = Counter(each.level.value for each in findings)
        about = {"document": options.document, "profile": profile.name, "contract": profile.release, **counts}
        write_json(options.json, as_json(findings, about))
        write_json(options.sarif, as_sarif(findings, "audit"))
    except SetupError as error:
        print(f"python -m deployment audit: {str(error).removesuffix(f'; {HINT}')}", file=sys.stderr)
        return ExitStatus.USAGE
    print(as_text(findings))
    found = ", ".join(f"{counts[level]} {level}{'' if counts[level] == 1 else 's'}" for level in Level)
    print(f"{options.document}, {profile.words}: {found}")
    return ExitStatus.BROKEN if counts[Level.ERROR] or counts[Level.WARNING] else ExitStatus.KEPT


def audited(document: str, asked: Profile, contract: str = DEFAULT_RELEASE.id) -> tuple[Profile, list[Finding]]:
    """What the document in a file is held to, and every finding on it, rule by rule. Raises ``SetupError``.

    ``contract`` is a release, or ``auto``: that which the document says it is of.
    """
    location = location_of(document)
    bundler = Bundler(references_of(read_file(location), location, read_file, lenient=True), examples=True)
    content = bundler.bundled()
    version = str((content.get("info") or {}).get("version", ""))
    profile = replace(asked, release=release_of(version).id if contract == AUTO else contract)
    read = AuditedDocument(content, operations(content), document, profile, declared(bundler.references))
    places = Places(bundler)
    findings = [
        Finding(
            rule=case.requirement.id,
            sentence=case.title,
            citation=case.citation,
            level=case.rule.level,
            subject=defect.subject,
            message=defect.message,
            source=places.source(defect.place),
        )
        for rule in (_VALID, *AUDIT_RULES, *FURTHER_RULES)
        for case in rule.cases()
        for defect in case.check(read).defects
    ]
    return profile, findings
