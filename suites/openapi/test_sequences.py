"""Resources live and die as the contract says, through the operations that the document has for them."""

from __future__ import annotations

from suites.openapi.cases import Case
from suites.openapi.conftest import Judge
from suites.openapi.fuzzing import Fuzzer
from suites.openapi.plan import Plan
from suites.openapi.sequences import Sequences


def test_sequence(judge: Judge, plan: Plan, fuzzer: Fuzzer, sequence_case: Case) -> None:
    """What was created reads back, what was edited shows, what was deleted is gone."""
    judge(sequence_case, lambda: Sequences(plan.operations, plan.links, fuzzer).judge(sequence_case))
