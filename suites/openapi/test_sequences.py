"""Resources live and die as the contract says, through the operations that the document has for them."""

from __future__ import annotations

from suites.openapi.cases import Case
from suites.openapi.conftest import Judge
from suites.openapi.plan import Plan
from suites.openapi.resources import Resources
from suites.openapi.sending import Sender
from suites.openapi.sequences import judge_sequence


def test_sequence(judge: Judge, plan: Plan, sender: Sender, resources: Resources, sequence_case: Case) -> None:
    """What was created reads back, what was edited shows, what was deleted is gone."""
    judge(sequence_case, lambda: judge_sequence(sequence_case, plan.operations, sender, resources))
