"""What is concluded from what an accepted medium is good for: where it dies is the finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from contract.observations import Answer
from contract.verdicts import Judgement, Verdict, crashed_or_inconclusive

# What a deployment answers that does not have an operation, whatever its document says.
_ABSENT: Final = frozenset({404, 405, 501})


def judge_use(uploaded: Answer, use: str, answer: Answer, differences: Sequence[str] | None) -> Judgement:
    """The verdict on one use of a medium, in the ``use``'s words: ``the thumbnail``.

    ``uploaded`` is the answer to its upload, ``answer`` that to the use. ``differences`` lists how what came of it
    contradicts what was sent; None where that could not be read. Whether such a medium must be accepted is judged by
    its limits: one that is refused has no use.
    """
    if not uploaded.accepted:
        verdict = Verdict.NOT_APPLICABLE if crashed_or_inconclusive(uploaded) is None else Verdict.INCONCLUSIVE
        return Judgement(verdict, f"the upload was answered {uploaded.words_with_message}")
    unjudged = crashed_or_inconclusive(answer, subject=use)
    if unjudged is not None:
        return unjudged
    if not answer.accepted:
        return Judgement(Verdict.UNCLEAN, f"accepted, but {use} is answered {answer.words_with_message}")
    if differences is None:
        return Judgement(Verdict.INCONCLUSIVE, f"accepted, but {use} could not be read")
    if differences:
        return Judgement(Verdict.UNCLEAN, f"accepted, but {use}: {'; '.join(differences)}")
    return Judgement(Verdict.KEPT, f"accepted, and {use} is as it should be")


@dataclass(frozen=True, slots=True)
class TrainingSeen:
    """How a training over one annotated medium went.

    ``step`` is how far it came (``the upload``, ``its annotation``, ``the training``), ``answer`` that of this step.
    ``state`` is how the job ended, None where it did not or there was none; ``message`` what it said.
    """

    step: str
    answer: Answer
    state: str | None = None
    message: str = ""

    @property
    def words(self) -> str:
        """How it went, in words."""
        if not self.answer.accepted:
            return f"{self.step} was answered {self.answer.words_with_message}"
        if self.state is None:
            return "the job did not end in time"
        return f"the job {self.state}" + (f": {self.message}" if self.message and self.state != "finished" else "")


def judge_trainable(control: TrainingSeen, seen: TrainingSeen) -> Judgement:
    """The verdict on a training over one accepted medium at a limit, against one over a plain medium, the ``control``.

    A deployment that takes no training of so few images says nothing of the medium.
    """
    plain = f"over a plain medium {control.words}"
    if not control.answer.accepted:
        unjudged = crashed_or_inconclusive(control.answer)
        verdict = Verdict.NOT_APPLICABLE if unjudged is None else Verdict.INCONCLUSIVE
        return Judgement(verdict, plain)
    if control.state != "finished":
        return Judgement(Verdict.INCONCLUSIVE, plain)
    if not seen.answer.accepted:
        unjudged = crashed_or_inconclusive(seen.answer, subject=seen.step)
        if unjudged is not None:
            return unjudged
        if seen.step == "the upload":
            return Judgement(
                Verdict.NOT_APPLICABLE, f"{seen.words}: whether it must be accepted is judged by its limits"
            )
        return Judgement(Verdict.UNCLEAN, f"accepted, but {seen.words}; {plain}")
    if seen.state is None:
        return Judgement(Verdict.INCONCLUSIVE, seen.words)
    if seen.state != "finished":
        return Judgement(Verdict.UNCLEAN, f"accepted, but it cannot be trained on: {seen.words}; {plain}")
    return Judgement(Verdict.KEPT, "accepted, and a training over it finished")


@dataclass(frozen=True, slots=True)
class Stage:
    """How one stage of an export and its import went for one medium: the ``answer`` that it rests on.

    ``step`` is how far it came (``the export``, ``the download of the export``), ``state`` how its job ended, None
    where it did not or there was none; ``message`` what it said. ``differences`` lists how what came of the medium
    contradicts what was sent; None where that could not be read.
    """

    step: str
    answer: Answer
    state: str | None = None
    message: str = ""
    differences: tuple[str, ...] | None = ()

    @property
    def done(self) -> bool:
        """Whether it went through to its end, whatever came of it."""
        return self.answer.accepted and self.state == "finished"

    @property
    def words(self) -> str:
        """How it went, in words."""
        if not self.answer.accepted:
            return f"{self.step} was answered {self.answer.words_with_message}"
        if self.state is None:
            return f"the job of {self.step} did not end in time"
        said = f": {self.message}" if self.message and self.state != "finished" else ""
        return f"the job of {self.step} {self.state}{said}"


def judge_ready(ready: Stage) -> Judgement:
    """The verdict where a medium or its annotation was refused: whether that may be is judged elsewhere."""
    verdict = Verdict.NOT_APPLICABLE if crashed_or_inconclusive(ready.answer) is None else Verdict.INCONCLUSIVE
    return Judgement(verdict, ready.words)


def judge_stage(stage: Stage, control: Stage | None) -> Judgement:
    """The verdict on one stage of an accepted medium; ``control`` is that of a plain one, which excuses no difference.

    It is needed only where the stage did not go through: a deployment that exports nothing says nothing of the medium.
    """
    if not stage.done:
        return _broken_off(stage, control)
    if stage.differences is None:
        return Judgement(Verdict.INCONCLUSIVE, f"what {stage.step} made of it could not be read")
    if stage.differences:
        return Judgement(Verdict.UNCLEAN, f"accepted, but after {stage.step} {'; '.join(stage.differences)}")
    return Judgement(Verdict.KEPT, f"accepted, and after {stage.step} as it was sent")


def _broken_off(stage: Stage, control: Stage | None) -> Judgement:
    if control is not None and control.answer.status in _ABSENT:
        return Judgement(Verdict.NOT_APPLICABLE, f"of a plain medium {control.words}")
    if control is None or not control.done:
        return Judgement(Verdict.INCONCLUSIVE, f"of a plain medium {control.words if control else stage.words}")
    unjudged = None if stage.answer.accepted else crashed_or_inconclusive(stage.answer, subject=stage.step)
    if unjudged is not None:
        return unjudged
    if stage.answer.accepted and stage.state is None:
        return Judgement(Verdict.INCONCLUSIVE, stage.words)
    return Judgement(Verdict.UNCLEAN, f"accepted, but {stage.words}; of a plain medium {control.words}")
