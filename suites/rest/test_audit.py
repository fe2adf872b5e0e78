"""What the document must say by itself, before any request."""

from __future__ import annotations

from harness.run import Run
from judges.rest.plan import AuditCase


def test_document(run: Run, audit_case: AuditCase) -> None:
    """The document keeps one requirement of the static audit."""
    run.record(audit_case.result)
