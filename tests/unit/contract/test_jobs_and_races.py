"""What is concluded from races, imports and trainings: each verdict has an observation that leads to it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contract.jobs import ImportSeen, TrainingSeen, import_answer, judge_import, judge_training
from contract.observations import Answer
from contract.races import RACERS, judge_race
from contract.verdicts import Expected, Verdict

OK = Answer(201, {"id": "a"})
REFUSED = Answer(409, {"error_code": "limit", "message": "full", "http_status": 409})
ENTERED = ImportSeen(True, OK, "finished", (), entered=True, good=2, good_sent=2)
LEFT_OUT = replace(ENTERED, entered=False, warnings=("too large",))


@pytest.mark.parametrize(
    ("accepted", "before", "after", "verdict"),
    [
        (1, 9, 10, Verdict.KEPT),
        (2, 9, 11, Verdict.NOT_ENFORCED),
        (1, 9, 12, Verdict.NOT_ENFORCED),
        (0, 9, 9, Verdict.OVER_ENFORCED),
        (1, 9, 9, Verdict.UNCLEAN),
        (2, 9, 10, Verdict.WRONG_STATUS),
        (2, 9, 9, Verdict.UNCLEAN),
        (0, 9, 11, Verdict.NOT_ENFORCED),
        (1, 9, None, Verdict.INCONCLUSIVE),
    ],
)
def test_one_racer_gets_the_last_place(accepted: int, before: int, after: int | None, verdict: Verdict) -> None:
    answers = [OK] * accepted + [REFUSED] * (RACERS - accepted)
    assert judge_race(Expected.REFUSED, answers, before, after).verdict is verdict


@pytest.mark.parametrize(
    ("odd", "verdict"),
    [
        (Answer(500), Verdict.CRASHED),
        (Answer(400, {"error_code": "x", "message": "x", "http_status": 400}), Verdict.WRONG_STATUS),
        (Answer(None, failure="reset"), Verdict.INCONCLUSIVE),
        (Answer(409, "<html>"), Verdict.WRONG_STATUS),
    ],
)
def test_a_racer_refused_otherwise_is_told(odd: Answer, verdict: Verdict) -> None:
    answers = [OK, odd] + [REFUSED] * (RACERS - 2)
    assert judge_race(Expected.REFUSED, answers, 9, 10).verdict is verdict


def test_without_a_limit_all_racers_are_accepted() -> None:
    assert judge_race(Expected.ACCEPTED, [OK] * RACERS, 9, 9 + RACERS).verdict is Verdict.KEPT
    assert judge_race(Expected.ACCEPTED, [OK, REFUSED], 9, 10).verdict is Verdict.OVER_ENFORCED


@pytest.mark.parametrize(
    ("seen", "verdict"),
    [
        (LEFT_OUT, Verdict.KEPT),
        (replace(LEFT_OUT, warnings=(), state="failed"), Verdict.KEPT),
        (replace(LEFT_OUT, answer=REFUSED, state=None), Verdict.KEPT),
        (replace(LEFT_OUT, warnings=()), Verdict.UNCLEAN),
        (ENTERED, Verdict.NOT_ENFORCED),
        (replace(ENTERED, answer=REFUSED), Verdict.UNCLEAN),
        (replace(LEFT_OUT, answer=Answer(400, {}), state=None), Verdict.WRONG_STATUS),
        (replace(LEFT_OUT, answer=Answer(500)), Verdict.CRASHED),
        (replace(LEFT_OUT, state=None), Verdict.INCONCLUSIVE),
        (replace(LEFT_OUT, entered=None), Verdict.INCONCLUSIVE),
        (replace(LEFT_OUT, control=False), Verdict.INCONCLUSIVE),
    ],
)
def test_what_is_over_a_limit_stays_out_of_an_import(seen: ImportSeen, verdict: Verdict) -> None:
    assert judge_import(Expected.REFUSED, seen).verdict is verdict


@pytest.mark.parametrize(
    ("seen", "verdict"),
    [
        (ENTERED, Verdict.KEPT),
        (LEFT_OUT, Verdict.OVER_ENFORCED),
        (replace(ENTERED, answer=REFUSED, entered=False), Verdict.OVER_ENFORCED),
        (replace(ENTERED, altered="smaller"), Verdict.UNCLEAN),
        (replace(ENTERED, good=1), Verdict.UNCLEAN),
    ],
)
def test_what_keeps_a_limit_is_imported(seen: ImportSeen, verdict: Verdict) -> None:
    assert judge_import(Expected.ACCEPTED, seen).verdict is verdict


def test_a_job_that_fails_or_warns_counts_as_a_refusal() -> None:
    assert import_answer(OK, "failed", ()).status == 409
    assert import_answer(OK, "finished", ("left out",)).status == 409
    assert import_answer(OK, "finished", ()) is OK
    assert import_answer(REFUSED, None, ()) is REFUSED


@pytest.mark.parametrize(
    ("expected", "seen", "verdict"),
    [
        (Expected.REFUSED, TrainingSeen(OK, "finished", ("11 > 10",), 11, 10), Verdict.KEPT),
        (Expected.REFUSED, TrainingSeen(OK, "finished", (), 11, 10), Verdict.UNCLEAN),
        (Expected.REFUSED, TrainingSeen(OK, "finished", ("11 > 10",), 11, 11), Verdict.NOT_ENFORCED),
        (Expected.REFUSED, TrainingSeen(REFUSED, None, (), 11, None), Verdict.OVER_ENFORCED),
        (Expected.REFUSED, TrainingSeen(OK, "finished", ("11 > 10",), 11, None), Verdict.INCONCLUSIVE),
        (Expected.REFUSED, TrainingSeen(OK, None, (), 11, None), Verdict.INCONCLUSIVE),
        (Expected.REFUSED, TrainingSeen(Answer(500), None, (), 11, None), Verdict.CRASHED),
        (Expected.ACCEPTED, TrainingSeen(OK, "finished", (), 10, 10), Verdict.KEPT),
        (Expected.ACCEPTED, TrainingSeen(OK, "finished", (), 10, 9), Verdict.OVER_ENFORCED),
    ],
)
def test_training_warns_and_uses_no_more_than_the_limit(
    expected: Expected, seen: TrainingSeen, verdict: Verdict
) -> None:
    assert judge_training(expected, seen, 10).verdict is verdict


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateway_that_fails_once_accuses_nobody(status: int) -> None:
    passing = Answer(status)
    assert judge_import(Expected.REFUSED, replace(ENTERED, answer=passing)).verdict is Verdict.INCONCLUSIVE
    seen = TrainingSeen(passing, None, (), 11, None)
    assert judge_training(Expected.REFUSED, seen, 10).verdict is Verdict.INCONCLUSIVE
    assert judge_race(Expected.REFUSED, [OK, passing], 9, 10).verdict is Verdict.INCONCLUSIVE
