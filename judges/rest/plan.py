"""The cases of a document: what will be judged is fixed before anything is judged."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import schemathesis

from contract.audit import audit
from contract.openapi import Operation, operations
from contract.profiles import Profile
from contract.results import Result
from contract.verdicts import Verdict
from deployment.client import Client
from deployment.document import Document, load_document
from deployment.errors import SetupError
from judges.rest.cases import Case, Check
from judges.rest.kinds import kinds
from judges.rest.links import Link, infer
from judges.rest.pages import is_paged
from judges.rest.sequences import told_by

KEYS: Final = (Check.KEY_MISSING, Check.KEY_GARBAGE, Check.KEY_EXPIRED, Check.KEY_FOREIGN)
DATA: Final = (Check.POSITIVE, Check.NEGATIVE)
# Measured in the gate: most operations vary little.
_REQUESTS_A_CASE: Final = {
    Check.METHODS: 3,
    Check.MALFORMED_IDS: 6,
    Check.PAGES: 7,
    Check.SEQUENCE: 8,
    Check.POSITIVE: 12,
    Check.NEGATIVE: 8,
}
FIXTURES: Final[Mapping[str, tuple[Check, ...]]] = {
    "key_case": KEYS,
    "methods_case": (Check.METHODS,),
    "deleted_case": (Check.DELETED_IDS,),
    "elsewhere_case": (Check.ELSEWHERE,),
    "malformed_case": (Check.MALFORMED_IDS,),
    "data_case": DATA,
    "pages_case": (Check.PAGES,),
    "sequence_case": (Check.SEQUENCE,),
    "echo_case": (Check.ECHO,),
}


@dataclass(frozen=True, slots=True)
class AuditCase:
    """A finding of the static audit, or its absence."""

    result: Result

    @property
    def id(self) -> str:
        """The case's id in the manifest."""
        return self.result.case


@dataclass(frozen=True, slots=True)
class Plan:
    """The document, if there is one, its operations, and every case that follows from it."""

    document: Document | None
    operations: tuple[Operation, ...]
    audit_cases: tuple[AuditCase, ...]
    by_check: Mapping[Check, tuple[Case, ...]] = field(default_factory=dict)
    links: tuple[Link, ...] = ()

    @property
    def cases(self) -> tuple[AuditCase | Case, ...]:
        """Every case, in order."""
        return (*self.audit_cases, *itertools.chain.from_iterable(self.by_check.values()))

    @property
    def by_fixture(self) -> dict[str, tuple[AuditCase | Case, ...]]:
        """The cases by the name of the fixture that a test takes one from."""
        found: dict[str, tuple[AuditCase | Case, ...]] = {"audit_case": self.audit_cases}
        for name, checks in FIXTURES.items():
            found[name] = tuple(case for check in checks for case in self.by_check.get(check, ()))
        return found

    @property
    def requests(self) -> int:
        """About how many requests the cases of the gate take."""
        return sum(_REQUESTS_A_CASE.get(check, 1) * len(cases) for check, cases in self.by_check.items())

    @property
    def readers(self) -> dict[str, Operation]:
        """The operation that reads what a path names, by path."""
        return {operation.path: operation for operation in self.operations if operation.method == "GET"}

    def methods(self, path: str) -> frozenset[str]:
        """The methods that the document declares for a path."""
        return frozenset(operation.method for operation in self.operations if operation.path == path)


def make_plan(client: Client, profile: Profile, source: str | None, ca_bundle: str | None) -> Plan:
    """Load the document and draw up its cases.

    Raises ``SetupError`` where the user named a document that cannot be read; a deployment that has none of its own
    leaves one case that cannot be judged, so that the limits are judged all the same.
    """
    try:
        document = load_document(source, client, ca_bundle)
    except SetupError as error:
        if source is not None:
            raise
        absent = _document_result("available", "there is a document", Verdict.INCONCLUSIVE, str(error))
        return Plan(None, (), (AuditCase(absent),))
    results = (_validity(document), *audit(document.content, profile))
    found = operations(document.content)
    links = infer(document.content, found)
    audited = tuple(AuditCase(result) for result in results)
    return Plan(document, found, audited, _cases(document.content, found, links), links)


def _cases(
    document: Mapping[str, object], found: Sequence[Operation], links: Sequence[Link]
) -> dict[Check, tuple[Case, ...]]:
    firsts = list({operation.path: operation for operation in found}.values())
    identified = [operation for operation in found if _ids_of_the_run(operation)]
    cases = {check: tuple(Case(check, operation) for operation in found) for check in KEYS}
    cases[Check.METHODS] = tuple(Case(Check.METHODS, operation) for operation in firsts)
    for check in (Check.DELETED_IDS, Check.ELSEWHERE, Check.MALFORMED_IDS):
        cases[check] = tuple(Case(check, operation) for operation in identified)
    for check in DATA:
        cases[check] = tuple(Case(check, operation) for operation in found)
    cases[Check.PAGES] = tuple(Case(Check.PAGES, operation) for operation in found if is_paged(document, operation))
    cases[Check.SEQUENCE] = tuple(Case(Check.SEQUENCE, operation) for operation in told_by(found, links))
    cases[Check.ECHO] = (Case(Check.ECHO),)
    return cases


def _ids_of_the_run(operation: Operation) -> bool:
    return not set(kinds(operation).values()) <= {"organization", "workspace"}


def _validity(document: Document) -> Result:
    words = "the document is valid OpenAPI"
    try:
        schemathesis.openapi.from_dict(document.content).validate()
    except Exception as error:  # noqa: BLE001  whatever a hostile document makes the validator raise is the finding
        first = str(error).strip().splitlines()
        told = first[0] if first else type(error).__name__
        return _document_result("valid", words, Verdict.NONCONFORMING, told[:500])
    return _document_result("valid", words, Verdict.KEPT, f"{document.source} is valid")


def _document_result(name: str, words: str, verdict: Verdict, reason: str) -> Result:
    return Result(f"document.{name}", f"document.{name}", words, verdict, reason)
