"""What is concluded from a use of an accepted medium."""

from __future__ import annotations

import pytest

from contract.observations import Answer
from contract.usability import judge_use
from contract.verdicts import Verdict

OK = Answer(200, {})


@pytest.mark.parametrize(
    ("uploaded", "answer", "differences", "verdict"),
    [
        (OK, OK, (), Verdict.KEPT),
        (OK, OK, ("it is grey",), Verdict.UNCLEAN),
        (OK, OK, None, Verdict.INCONCLUSIVE),
        (OK, Answer(404, {}), (), Verdict.UNCLEAN),
        (OK, Answer(500), (), Verdict.CRASHED),
        (OK, Answer(None, failure="reset"), (), Verdict.CRASHED),
        (OK, Answer(401), (), Verdict.INCONCLUSIVE),
        (Answer(409, {}), OK, (), Verdict.INCONCLUSIVE),
        (Answer(None), OK, (), Verdict.INCONCLUSIVE),
    ],
)
def test_each_use_has_its_verdict(
    uploaded: Answer, answer: Answer, differences: tuple[str, ...] | None, verdict: Verdict
) -> None:
    assert judge_use(uploaded, "the thumbnail", answer, differences).verdict is verdict
