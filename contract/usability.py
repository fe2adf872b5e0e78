"""What is concluded from what an accepted medium is good for: where it dies is the finding."""

from __future__ import annotations

from collections.abc import Sequence

from contract.observations import Answer
from contract.verdicts import Judgement, Verdict, crashed_or_inconclusive


def judge_use(uploaded: Answer, use: str, answer: Answer, differences: Sequence[str] | None) -> Judgement:
    """The verdict on one use of a medium, in the ``use``'s words: ``the thumbnail``.

    ``uploaded`` is the answer to its upload, ``answer`` that to the use. ``differences`` lists how what came of it
    contradicts what was sent; None where that could not be read. Whether such a medium must be accepted is judged by
    its limits: one that is refused has no use.
    """
    if not uploaded.accepted:
        return Judgement(Verdict.INCONCLUSIVE, f"the upload was answered {uploaded.words_with_message}")
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
