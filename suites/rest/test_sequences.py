"""Resources live and die as the contract says, through the operations that the document has for them."""

from __future__ import annotations

from judges.rest.cases import Case
from judges.rest.fuzzer import Fuzzer
from judges.rest.plan import Plan
from judges.rest.sequences import Sequences
from suites.rest.conftest import Judge


def test_sequence(judge: Judge, plan: Plan, fuzzer: Fuzzer, sequence_case: Case) -> None:
    """What was created reads back, what was edited shows, what was deleted is gone."""
    judge(sequence_case, lambda: Sequences(plan.operations, plan.links, fuzzer).judge(sequence_case))
