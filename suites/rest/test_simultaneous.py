"""At one time: several people work with one deployment."""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers("openapi.at-one-time")
def test_what_is_legal_is_taken_and_kept_at_one_time(judge: Judge, case: Case) -> None:
    """Of 2, 4 and 8 that are sent at one time each is accepted and reads back. Source: each is legal by itself."""
    judge(case)


@covers("openapi.at-one-time-duration")
def test_none_takes_far_longer_at_one_time_than_alone(judge: Judge, case: Case) -> None:
    """None of 2, 4 and 8 takes two seconds and more than twenty times as long as alone. Source: see above."""
    judge(case)
