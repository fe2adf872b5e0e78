"""What is concluded from a use of an accepted medium."""

from __future__ import annotations

import pytest

from contract.observations import Answer
from contract.usability import Stage, TrainingSeen, judge_ready, judge_stage, judge_trainable, judge_use
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


DONE = Stage("the export", OK, "finished")


@pytest.mark.parametrize(
    ("stage", "control", "verdict"),
    [
        (DONE, None, Verdict.KEPT),
        (Stage("the export", OK, "finished", differences=("it is not in the archive",)), None, Verdict.UNCLEAN),
        (Stage("the export", OK, "finished", differences=None), None, Verdict.INCONCLUSIVE),
        (Stage("the export", OK, "failed", "too large"), DONE, Verdict.UNCLEAN),
        (Stage("the export", OK), DONE, Verdict.INCONCLUSIVE),
        (Stage("the export", Answer(409, {})), DONE, Verdict.UNCLEAN),
        (Stage("the export", Answer(500)), DONE, Verdict.CRASHED),
        (Stage("the export", Answer(None, failure="not sent: over the budget")), DONE, Verdict.INCONCLUSIVE),
        (Stage("the export", OK, "failed"), None, Verdict.INCONCLUSIVE),
        (Stage("the export", OK, "failed"), Stage("the export", OK, "failed"), Verdict.INCONCLUSIVE),
        (Stage("the export", OK, "failed"), Stage("the export", Answer(503)), Verdict.INCONCLUSIVE),
        (Stage("the export", Answer(404)), Stage("the export", Answer(404)), Verdict.NOT_APPLICABLE),
    ],
)
def test_each_stage_of_an_export_has_its_verdict(stage: Stage, control: Stage | None, verdict: Verdict) -> None:
    assert judge_stage(stage, control).verdict is verdict


def test_what_is_refused_before_an_export_is_judged_elsewhere() -> None:
    assert judge_ready(Stage("the upload", Answer(409, {}))).verdict is Verdict.NOT_APPLICABLE
    assert judge_ready(Stage("its annotation", Answer(500))).verdict is Verdict.INCONCLUSIVE


def test_a_stage_says_how_far_it_came() -> None:
    assert Stage("the export", OK, "failed", "too large").words == "the job of the export failed: too large"
    assert Stage("the import", OK).words == "the job of the import did not end in time"
    assert "was answered 413" in Stage("the upload of the export", Answer(413, {})).words
