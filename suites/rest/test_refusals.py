"""Refusals: what was refused is not there, wherever it is looked for."""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers("openapi.refusals")
def test_nothing_of_what_was_refused_can_be_reached(judge: Judge, case: Case) -> None:
    """The ids and addresses that a refusal names lead nowhere. Source: what was refused was not created."""
    judge(case)
