"""Methods: what a path does not declare leads nowhere."""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers("openapi.unsupported-methods")
def test_a_method_that_is_not_declared_is_answered_with_405_or_404(judge: Judge, case: Case) -> None:
    """A method that the path does not have is answered with 405 or 404. Source: RFC 9110, 15.5.6, and the document."""
    judge(case)
