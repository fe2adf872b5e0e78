"""What is concluded from a use of an accepted medium."""

from __future__ import annotations

import pytest

from contract.observations import Answer
from contract.usability import TrainingSeen, judge_trainable, judge_use
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
        (Answer(409, {}), OK, (), Verdict.NOT_APPLICABLE),
        (Answer(500), OK, (), Verdict.INCONCLUSIVE),
        (Answer(None), OK, (), Verdict.INCONCLUSIVE),
    ],
)
def test_each_use_has_its_verdict(
    uploaded: Answer, answer: Answer, differences: tuple[str, ...] | None, verdict: Verdict
) -> None:
    assert judge_use(uploaded, "the thumbnail", answer, differences).verdict is verdict


TRAINED = TrainingSeen("the training", OK, "finished")


@pytest.mark.parametrize(
    ("control", "seen", "verdict"),
    [
        (TRAINED, TRAINED, Verdict.KEPT),
        (TRAINED, TrainingSeen("the training", OK, "failed", "too large"), Verdict.UNCLEAN),
        (TRAINED, TrainingSeen("the training", OK), Verdict.INCONCLUSIVE),
        (TRAINED, TrainingSeen("the training", Answer(400, {})), Verdict.UNCLEAN),
        (TRAINED, TrainingSeen("the training", Answer(500)), Verdict.CRASHED),
        (TRAINED, TrainingSeen("its annotation", Answer(400, {})), Verdict.UNCLEAN),
        (TRAINED, TrainingSeen("the upload", Answer(409, {})), Verdict.NOT_APPLICABLE),
        (TrainingSeen("the training", Answer(404, {})), TRAINED, Verdict.NOT_APPLICABLE),
        (TrainingSeen("the training", Answer(503)), TRAINED, Verdict.INCONCLUSIVE),
        (TrainingSeen("the training", OK, "failed"), TRAINED, Verdict.INCONCLUSIVE),
        (TrainingSeen("the training", OK), TRAINED, Verdict.INCONCLUSIVE),
    ],
)
def test_each_training_has_its_verdict(control: TrainingSeen, seen: TrainingSeen, verdict: Verdict) -> None:
    assert judge_trainable(control, seen).verdict is verdict
