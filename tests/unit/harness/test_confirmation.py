"""A deployment that has gone for good is waited for once, not for each case that is left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from contract.cases import Case, Requirement
from contract.results import Result
from contract.verdicts import Verdict
from deployment.budget import Budget
from deployment.circuit_breaker import CircuitBreaker
from deployment.counters import Counters
from harness.confirmation import Confirmation
from harness.turns import Turns
from judges.judged import Judged

CASE = Case(requirement=Requirement("image.side.min", "image-upload"))


@pytest.mark.parametrize("verdict", [Verdict.CRASHED, Verdict.NOT_ENFORCED, Verdict.INCONCLUSIVE])
def test_nothing_is_asked_any_more_of_a_deployment_that_has_gone(verdict: Verdict) -> None:
    counters = Counters()
    client: Any = SimpleNamespace(
        counters=counters, budget=Budget(), breaker=CircuitBreaker(1.0), key_opens=lambda: None
    )

    @contextmanager
    def judging(_number: int) -> Iterator[Judged]:
        counters.note_failure("connection refused")
        result = Result(
            case=CASE.id, requirement=CASE.requirement.id, title="t", verdict=verdict, reason="no answer came"
        )
        yield Judged(result)

    result = Confirmation(client, Turns(), patience_s=0).confirmed(CASE, judging)
    assert result.verdict is Verdict.INCONCLUSIVE
    assert "did not answer for 0 s, and is not asked any more" in client.budget.stopped
    assert client.budget.stopped in result.reason or verdict is Verdict.INCONCLUSIVE
