"""What is concluded from what an accepted medium is good for: where it dies is the finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from contract.observations import Answer
from contract.verdicts import Judgement, Verdict, crashed_or_inconclusive


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
