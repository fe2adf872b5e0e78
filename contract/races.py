"""What is concluded from creations that race for the last place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from contract.observations import Answer, refusal_fault
from contract.verdicts import Expected, Judgement, Verdict, crashed_or_inconclusive

RACERS: Final = 16


def judge_race(expected: Expected, answers: Sequence[Answer], before: int | None, after: int | None) -> Judgement:
    """The verdict on ``RACERS`` creations sent at once with one place left.

    ``before`` and ``after`` are the counts that the deployment itself gives. With the limit in force exactly one may
    be accepted, the others refused with a documented 409, and the count may grow by one; with the limit off all are.
    What is accepted in words and does not count is refused with the wrong status.
    """
    if expected is Expected.NOTHING:
        return Judgement(Verdict.NOT_APPLICABLE, "this limit is not part of the profile")
    if before is None or after is None:
        return Judgement(Verdict.INCONCLUSIVE, "the count could not be read")
    for answer in answers:
        unjudged = crashed_or_inconclusive(answer, subject="one")
        if unjudged is not None:
            return Judgement(unjudged.verdict, f"{len(answers)} at once: {unjudged.reason}")
    accepted, grown = sum(answer.accepted for answer in answers), after - before
    summary = f"{len(answers)} at once for one place: {accepted} accepted, the count went from {before} to {after}"
    wanted = len(answers) if expected is Expected.ACCEPTED else 1
    if grown > wanted:
        return Judgement(Verdict.NOT_ENFORCED, summary)
    if accepted > wanted and grown == wanted:
        return Judgement(Verdict.WRONG_STATUS, f"{summary}; the others were not created, and not refused with 409")
    if accepted < wanted:
        return Judgement(Verdict.OVER_ENFORCED, summary)
    if grown != accepted:
        return Judgement(Verdict.UNCLEAN, summary)
    for answer in answers:
        fault = None if answer.accepted else refusal_fault(answer)
        if not answer.accepted and (answer.status != 409 or fault is not None):
            return Judgement(
                Verdict.WRONG_STATUS, f"{summary}; one was refused with {answer.words}, {fault or 'not 409'}"
            )
    return Judgement(Verdict.KEPT, summary)
