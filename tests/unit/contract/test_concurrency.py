"""What is concluded from valid uploads that are sent several at a time."""

from __future__ import annotations

import pytest

from contract.concurrency import UPLOADS, UploadSeen, judge_at_once, judge_duration
from contract.observations import Answer
from contract.profiles import CLOUD
from contract.verdicts import Verdict
from judges.media.at_once import at_once_cases

OK = Answer(200, {"id": "a"})
KEPT = UploadSeen(OK, OK)


@pytest.mark.parametrize(
    ("seen", "verdict"),
    [
        (KEPT, Verdict.KEPT),
        (UploadSeen(Answer(415, {})), Verdict.OVER_ENFORCED),
        (UploadSeen(Answer(409, {"error_code": "limit_reached"})), Verdict.OVER_ENFORCED),
        (UploadSeen(Answer(500)), Verdict.CRASHED),
        (UploadSeen(Answer(None, failure="reset")), Verdict.CRASHED),
        (UploadSeen(Answer(429)), Verdict.INCONCLUSIVE),
        (UploadSeen(Answer(200, {})), Verdict.UNCLEAN),
        (UploadSeen(OK, Answer(404)), Verdict.UNCLEAN),
        (UploadSeen(OK, Answer(500)), Verdict.CRASHED),
        (UploadSeen(OK, OK, ("it is another",)), Verdict.UNCLEAN),
        (UploadSeen(OK, OK, None), Verdict.INCONCLUSIVE),
    ],
)
def test_one_of_several_decides(seen: UploadSeen, verdict: Verdict) -> None:
    assert judge_at_once("videos", 2, KEPT, [KEPT, seen, KEPT]).verdict is verdict


@pytest.mark.parametrize("alone", [UploadSeen(Answer(415, {})), UploadSeen(OK, OK, ("it is grey",)), UploadSeen(OK)])
def test_nothing_is_concluded_where_one_by_itself_is_refused_or_is_another(alone: UploadSeen) -> None:
    assert judge_at_once("videos", 2, alone, [UploadSeen(Answer(415, {}))]).verdict is Verdict.INCONCLUSIVE


def test_it_is_a_requirement_of_its_own_and_of_no_limit() -> None:
    cases = at_once_cases(CLOUD, 0)
    assert {case.requirement.id for case in cases} == {"concurrency@image-upload", "concurrency@video-upload"}
    assert {case.limit for case in cases} == {None}


def test_no_two_that_meet_are_alike() -> None:
    for case in at_once_cases(CLOUD, 0):
        assert len({spec.name.partition(".")[0] for spec in case.specs}) == len(case.specs) == UPLOADS


@pytest.mark.parametrize(
    ("waited", "alone", "verdict"),
    [
        ({2: [0.1, 0.2], 8: [0.1] * 8}, [], Verdict.KEPT),
        ({2: [0.1, 0.2], 4: [0.1, 0.1, 0.1, 3.0]}, [0.1] * 8, Verdict.NONCONFORMING),
        ({8: [3.0] * 8}, [0.1, 0.1, 0.2], Verdict.KEPT),  # on a busy machine one alone took long, too
        ({8: [30.0] * 8}, [4.0] * 8, Verdict.KEPT),  # one after the other
        ({8: [1.9] * 8}, [0.01] * 8, Verdict.KEPT),
        ({4: [3.0]}, [], Verdict.INCONCLUSIVE),
        ({}, [], Verdict.INCONCLUSIVE),
        ({2: []}, [], Verdict.INCONCLUSIVE),
    ],
)
def test_one_that_takes_far_longer_than_alone_is_a_finding(
    waited: dict[int, list[float]], alone: list[float], verdict: Verdict
) -> None:
    assert judge_duration("images", waited, alone).verdict is verdict
