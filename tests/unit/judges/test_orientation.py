"""A turned image must be accepted, but for the one format that a common reader does not open when it is turned."""

from __future__ import annotations

from typing import cast

import pytest

from contract.profiles import CLOUD
from contract.verdicts import Judgement, Verdict
from judges.media.judge import MediaJudge
from judges.media.orientation import OrientationJudge, orientation_cases
from judges.results import Outcome

CASES = orientation_cases(CLOUD, 0)


class Finding:
    """Stands for the judge of a file: each comes to the same verdict."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict

    def judge_file(self, *_: object) -> Outcome:
        return Outcome(judgement=Judgement(self.verdict, "seen"))


@pytest.mark.parametrize("verdict", [Verdict.KEPT, Verdict.OVER_ENFORCED, Verdict.UNCLEAN, Verdict.CRASHED])
def test_a_refused_turned_tiff_is_no_finding_and_all_else_is_as_it_was_seen(verdict: Verdict) -> None:
    judge = OrientationJudge(cast("MediaJudge", Finding(verdict)))
    changed = {case.spec.format for case in CASES if judge.judge(case).judgement.verdict is not verdict}
    assert changed == ({"tif", "tiff"} if verdict is Verdict.OVER_ENFORCED else set())


def test_the_reason_names_the_reader() -> None:
    judge = OrientationJudge(cast("MediaJudge", Finding(Verdict.OVER_ENFORCED)))
    (reason,) = {judge.judge(case).judgement.reason for case in CASES if case.spec.record.unread_when_turned}
    assert "OpenCV's imread" in reason
