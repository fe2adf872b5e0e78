"""What is concluded from valid uploads that are sent several at a time: all are accepted, and all read back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from contract.observations import Answer
from contract.verdicts import Judgement, Verdict, crashed_or_inconclusive

# So many at a time, and so many in all for each.
AT_A_TIME: Final = (2, 4, 8)
UPLOADS: Final = 8


@dataclass(frozen=True, slots=True)
class UploadSeen:
    """One upload of several: its answer, that to a reading of it afterwards, and how what was read contradicts it.

    ``reading`` is None where there was nothing to read, ``differences`` where what came could not be read.
    """

    answer: Answer
    reading: Answer | None = None
    differences: tuple[str, ...] | None = ()

    @property
    def as_sent(self) -> bool:
        """Whether it is accepted and reads back as it was sent."""
        return self.answer.accepted and self.reading is not None and self.reading.accepted and self.differences == ()


def judge_at_once(what: str, at_a_time: int, alone: UploadSeen, seen: Sequence[UploadSeen]) -> Judgement:
    """The verdict on valid uploads of ``what`` (``videos``), so many at a time; ``alone`` is one by itself.

    That one of them is refused says nothing of any limit: each is well inside.
    """
    words = f"{len(seen)} valid {what}, {at_a_time} at a time"
    if not alone.as_sent:
        read = "" if not alone.answer.accepted else ", and does not read back as sent"
        return Judgement(Verdict.INCONCLUSIVE, f"one by itself was answered {alone.answer.words_with_message}{read}")
    for each in seen:
        unjudged = crashed_or_inconclusive(each.answer, subject="one")
        if unjudged is not None:
            return Judgement(unjudged.verdict, f"{words}: {unjudged.reason}")
    refused = [each.answer for each in seen if not each.answer.accepted]
    if refused:
        first = refused[0].words_with_message
        return Judgement(
            Verdict.OVER_ENFORCED, f"{words}: {len(refused)} refused, the first with {first}; by itself one is accepted"
        )
    return _read_back(words, seen)


def _read_back(words: str, seen: Sequence[UploadSeen]) -> Judgement:
    for each in seen:
        if each.reading is None:
            return Judgement(Verdict.UNCLEAN, f"{words}: all accepted, but an answer names no medium")
        unjudged = crashed_or_inconclusive(each.reading, subject="reading one back")
        if unjudged is not None:
            return Judgement(unjudged.verdict, f"{words}: all accepted, but {unjudged.reason}")
        if not each.reading.accepted:
            return Judgement(Verdict.UNCLEAN, f"{words}: all accepted, but one reads back as {each.reading.words}")
        if each.differences is None:
            return Judgement(Verdict.INCONCLUSIVE, f"{words}: all accepted, but one could not be read back")
        if each.differences:
            return Judgement(Verdict.UNCLEAN, f"{words}: all accepted, but of one {'; '.join(each.differences)}")
    return Judgement(Verdict.KEPT, f"{words}: all accepted, and all read back as sent")
