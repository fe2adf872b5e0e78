"""The cases of a document: what will be judged is fixed before anything is judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import schemathesis

from contract.audit import audit
from contract.openapi import Operation, operations
from contract.results import Result
from contract.verdicts import Verdict
from deployment.document import Document, load_document
from deployment.errors import SetupError
from harness.run import Run


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

    @property
    def cases(self) -> tuple[AuditCase, ...]:
        """Every case, in order."""
        return self.audit_cases

    @property
    def by_fixture(self) -> dict[str, tuple[Any, ...]]:
        """The cases by the name of the fixture that a test takes one from."""
        return {"audit_case": self.audit_cases}


def make_plan(run: Run) -> Plan:
    """Load the document and draw up its cases.

    Raises ``SetupError`` where the user named a document that cannot be read; a deployment that has none of its own
    leaves one case that cannot be judged, so that the limits are judged all the same.
    """
    try:
        document = load_document(run.options.openapi, run.client, run.options.ca_bundle)
    except SetupError as error:
        if run.options.openapi is not None:
            raise
        absent = _document_result("available", "there is a document", Verdict.INCONCLUSIVE, str(error))
        return Plan(None, (), (AuditCase(absent),))
    results = (_validity(document), *audit(document.content, run.profile))
    return Plan(document, operations(document.content), tuple(AuditCase(result) for result in results))


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
