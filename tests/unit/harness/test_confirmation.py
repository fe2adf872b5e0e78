"""A deployment that has gone for good is waited for once, not for each case that is left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from contract.cases import Case, Requirement
from contract.confirmation import MOST_ATTEMPTS
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
    client: Any = SimpleNamespace(counters=counters, budget=Budget(), breaker=CircuitBreaker(), key_opens=lambda: None)

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


def client_with(counters: Counters) -> Any:
    """A client whose key is taken."""
    return SimpleNamespace(
        counters=counters,
        budget=Budget(),
        breaker=CircuitBreaker(),
        key_opens=lambda: True,
        purpose=lambda _purpose: nullcontext(),
    )


@pytest.mark.parametrize(
    ("verdict", "attempts"), [(Verdict.KEPT, 1), (Verdict.WRONG_STATUS, MOST_ATTEMPTS), (Verdict.INCONCLUSIVE, 3)]
)
def test_a_failure_whose_request_was_answered_when_it_was_repeated_leaves_what_is_kept(
    verdict: Verdict, attempts: int
) -> None:
    counters, judged = Counters(), 0
    client = client_with(counters)

    @contextmanager
    def judging(_number: int) -> Iterator[Judged]:
        nonlocal judged
        judged += 1
        counters.note_failure("502")
        counters.note_repeated(1)
        yield Judged(Result(case=CASE.id, requirement=CASE.requirement.id, title="t", verdict=verdict, reason="r"))

    assert Confirmation(client, Turns(), patience_s=0).confirmed(CASE, judging).verdict is verdict
    assert judged == attempts


@pytest.mark.parametrize(
    ("came_to", "disturbed", "alone"),
    [
        ((Verdict.KEPT, Verdict.KEPT), {0}, [False, False]),
        ((Verdict.INCONCLUSIVE, Verdict.KEPT), {0}, [False, False]),
        ((Verdict.INCONCLUSIVE, Verdict.KEPT), set(), [False, True]),
        ((Verdict.CRASHED, Verdict.KEPT), {0}, [False, False]),
        ((Verdict.CRASHED, Verdict.CRASHED, Verdict.CRASHED, Verdict.CRASHED), {0}, [False, False, True, True]),
        ((Verdict.KEPT, Verdict.CRASHED, Verdict.CRASHED, Verdict.CRASHED), {0}, [False, False, True, True]),
    ],
)
def test_only_what_is_broken_or_nothing_disturbed_is_judged_again_alone(
    tmp_path: Path, came_to: tuple[Verdict, ...], disturbed: set[int], alone: list[bool]
) -> None:
    counters, turns, was_alone = Counters(), Turns(tmp_path), list[bool]()
    client = client_with(counters)

    @contextmanager
    def judging(number: int) -> Iterator[Judged]:
        was_alone.append(turns.alone)
        if number in disturbed:
            counters.note_failure("502")
        verdict = came_to[number]
        yield Judged(
            Result(case=CASE.id, requirement=CASE.requirement.id, title="t", verdict=verdict, reason=verdict.value)
        )

    turns.take(CASE.id, alone=False)
    result = Confirmation(client, turns, patience_s=0).confirmed(CASE, judging)
    turns.release()
    assert (result.verdict, was_alone) == (came_to[-1], alone)
