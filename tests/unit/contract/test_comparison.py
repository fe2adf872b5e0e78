"""What the second of two runs does worse, better or otherwise; what one side alone judged is never equal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contract.comparison import Effect, differences, exit_status, not_comparable, reach, slower
from contract.results import ExitStatus, Result
from contract.tally import Tally, operations_seen
from contract.verdicts import Verdict
from tests.unit.reports.samples import probe, run_info

KEPT = probe("at", 7860, Verdict.KEPT, 200)
REFUSED = probe("above", 7861, Verdict.KEPT, 409, error_code="limit_reached")


def status(first: list[Result], second: list[Result], *manifest: str) -> ExitStatus:
    found = differences(first, second, (manifest, manifest))
    return exit_status(found, reach(first, second, (manifest, manifest)))


def effects(first: Result, second: Result) -> list[tuple[Effect, tuple[str, ...]]]:
    return [(each.effect, each.what) for each in differences([first], [second])]


def test_two_runs_that_came_to_the_same_do_not_differ() -> None:
    slow = replace(KEPT, elapsed_s=99.0, started_ms=1)
    assert differences([KEPT, REFUSED], [slow, REFUSED]) == []
    assert status([KEPT], [slow], KEPT.case) is ExitStatus.KEPT


@pytest.mark.parametrize(
    ("first", "second", "effect"),
    [
        (KEPT, replace(KEPT, verdict=Verdict.OVER_ENFORCED, status=409), Effect.WORSE),
        (replace(KEPT, verdict=Verdict.OVER_ENFORCED, status=409), KEPT, Effect.BETTER),
        (replace(KEPT, verdict=Verdict.UNCLEAN), replace(KEPT, verdict=Verdict.CRASHED, status=500), Effect.WORSE),
        (replace(KEPT, verdict=Verdict.CRASHED), replace(KEPT, verdict=Verdict.WRONG_STATUS), Effect.BETTER),
        (KEPT, replace(KEPT, status=415), Effect.WORSE),
        (REFUSED, replace(REFUSED, status=200, error_code=None), Effect.BETTER),
        (REFUSED, replace(REFUSED, status=415), Effect.OTHERWISE),
        (REFUSED, replace(REFUSED, error_code="too_wide"), Effect.OTHERWISE),
        (KEPT, replace(KEPT, verdict=Verdict.INCONCLUSIVE, status=None), Effect.ONE_SIDED),
        (replace(KEPT, verdict=Verdict.NOT_APPLICABLE), KEPT, Effect.ONE_SIDED),
    ],
)
def test_a_difference_is_worse_better_otherwise_or_on_one_side_only(
    first: Result, second: Result, effect: Effect
) -> None:
    assert [each.effect for each in differences([first], [second])] == [effect]


@pytest.mark.parametrize(("observed", "effect"), [(7000, Effect.WORSE), (7700, Effect.BETTER)])
def test_a_boundary_that_moves_inwards_is_worse(observed: int, effect: Effect) -> None:
    first = replace(KEPT, verdict=Verdict.OVER_ENFORCED, status=409, observed_boundary=7680)
    assert effects(first, replace(first, observed_boundary=observed)) == [(effect, ("boundary",))]


def test_a_waiver_hides_no_difference() -> None:
    waived = replace(KEPT, verdict=Verdict.WAIVED, waived_verdict=Verdict.CRASHED)
    assert effects(KEPT, waived) == [(Effect.WORSE, ("verdict",))]


def test_what_one_side_alone_judged_is_never_green() -> None:
    assert status([KEPT, REFUSED], [KEPT]) is ExitStatus.INCOMPLETE
    assert status([KEPT], [KEPT], KEPT.case, "never judged") is ExitStatus.INCOMPLETE
    assert status([], []) is ExitStatus.INCOMPLETE
    absent = replace(REFUSED, verdict=Verdict.NOT_APPLICABLE)
    assert status([KEPT, absent], [KEPT, absent], KEPT.case, absent.case) is ExitStatus.KEPT


def test_worse_wins_over_incomplete_and_better_is_green() -> None:
    broken = replace(KEPT, verdict=Verdict.CRASHED, status=500)
    assert status([KEPT, REFUSED], [broken]) is ExitStatus.BROKEN
    assert status([broken], [KEPT]) is ExitStatus.KEPT


@pytest.mark.parametrize("changed", [{"seed": 3}, {"tier": "nightly"}, {"profile": "on-prem"}, {"tool_version": "0"}])
def test_runs_of_other_cases_are_not_compared(changed: dict[str, object]) -> None:
    assert not_comparable(run_info(), run_info()) == ""
    assert "give " in not_comparable(run_info(**changed), run_info())


def test_a_much_slower_operation_is_told_and_a_slightly_slower_one_is_not() -> None:
    def seen(seconds: float, answers: int = 30):
        tally = Tally()
        for _ in range(answers):
            tally.add("GET", "/api/v1/product_info", 200, seconds)
        return operations_seen(tally, ())

    assert list(slower(seen(0.1), seen(0.15))) == []
    assert list(slower(seen(0.001), seen(0.01))) == []
    assert list(slower(seen(0.1, 5), seen(1.0))) == []
    assert len(list(slower(seen(0.1), seen(1.0)))) == 1
