"""Lifecycles: create, read, update, read, delete, read."""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers("openapi.sequence")
def test_what_was_created_reads_back_and_what_was_deleted_is_gone(judge: Judge, case: Case) -> None:
    """What was done to a resource shows in the next answer. Source: the operations that the document has for it."""
    judge(case)
