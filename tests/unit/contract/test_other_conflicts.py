"""A 409 for the wrong reason: it says nothing of the limit, or is no refusal of it."""

from __future__ import annotations

import pytest

from contract.observations import Answer, Observation, other_conflict
from contract.verdicts import Expected, Verdict, judge

CONTROL = Answer(201, {"id": "c"})


def conflict(code: str, message: str = "No.") -> Answer:
    return Answer(409, {"error_code": code, "message": message, "http_status": 409})


@pytest.mark.parametrize(
    ("answer", "subject"),
    [
        (conflict("project_locked"), "a project that a job has locked"),
        (conflict("conflict", "The project is locked by a job."), "a project that a job has locked"),
        (conflict("cannot_edit_project"), "a project that cannot be edited"),
        (conflict("dataset_already_exists"), "a name that is taken"),
        (conflict("bad_request", "A project of this name already exists."), "a name that is taken"),
        (conflict("limit_reached", "The project is locked at its limit of labels."), None),
        (conflict("too_many_labels"), None),
        (conflict("conflict", "A project has at most 500 labels."), None),
        (Answer(409, "locked"), None),
        (Answer(400, {"error_code": "project_locked"}), None),
    ],
)
def test_what_a_409_speaks_of_is_read_from_its_code_and_message(answer: Answer, subject: str | None) -> None:
    assert other_conflict(answer) == subject


def test_a_refusal_that_says_the_name_is_taken_does_not_keep_the_limit() -> None:
    judgement = judge(Expected.REFUSED, Observation(conflict("dataset_already_exists"), CONTROL))
    assert judgement.verdict is Verdict.WRONG_STATUS
    assert judgement.reason == "refused with 409, but not as documented: it speaks of a name that is taken"


@pytest.mark.parametrize("code", ["project_locked", "cannot_edit_project", "dataset_already_exists"])
def test_a_legal_request_refused_for_another_reason_breaks_no_limit(code: str) -> None:
    assert judge(Expected.ACCEPTED, Observation(conflict(code), CONTROL)).verdict is Verdict.INCONCLUSIVE


def test_a_locked_project_says_nothing_of_a_limit() -> None:
    assert judge(Expected.REFUSED, Observation(conflict("project_locked"), CONTROL)).verdict is Verdict.INCONCLUSIVE
