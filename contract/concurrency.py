"""What is concluded from what is sent several at a time: all is accepted, reads back, and none takes far longer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from contract.observations import Answer
from contract.verdicts import Judgement, Verdict, crashed_or_inconclusive

# So many at a time, and so many in all for each.
AT_A_TIME: Final = (2, 4, 8)
UPLOADS: Final = 8
# So many times as long as alone may one take among several, and so long in any case, in seconds. That is more than all
# of them one after the other; what a busy machine does to one of them it does to one alone, too.
SLOWER: Final = 20
LEAST_S: Final = 2.0
_Key = TypeVar("_Key")


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


def beside_alone(
    together: Mapping[_Key, UploadSeen], alone: Mapping[_Key, UploadSeen]
) -> tuple[UploadSeen, dict[_Key, UploadSeen]]:
    """One that is as it was sent, else what came in its place, and those of several that are judged.

    ``alone`` is what those that were wrong ``together`` come to by themselves: what is wrong there, too, is left out.
    """
    judged = {key: seen for key, seen in together.items() if key not in alone or alone[key].as_sent}
    either = [*alone.values(), *judged.values()]
    return next((seen for seen in either if seen.as_sent), either[0]), judged


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


def is_long(seconds: float) -> bool:
    """Whether an answer took so long that it matters how long it takes alone."""
    return seconds >= LEAST_S


def judge_duration(what: str, waited: Mapping[int, Sequence[float]], alone: Sequence[float]) -> Judgement:
    """The verdict on how long each of several took: ``waited`` holds the seconds of each, by how many came at a time.

    ``alone`` are the seconds of several by themselves, measured directly after; they are needed where one took long.
    """
    longest = {number: max(seconds) for number, seconds in waited.items() if seconds}
    if not longest:
        return Judgement(Verdict.INCONCLUSIVE, f"no {what} at one time were accepted")
    number = max(longest, key=lambda each: longest[each])
    words = f"of {what} {number} at a time one took {longest[number]:.1f} s"
    if not is_long(longest[number]):
        return Judgement(Verdict.KEPT, f"of {', '.join(map(str, longest))} {what} at a time none took {LEAST_S:g} s")
    if not alone:
        return Judgement(Verdict.INCONCLUSIVE, f"{words}, and none could be sent alone")
    if longest[number] <= SLOWER * max(alone):
        return Judgement(Verdict.KEPT, f"{words}, the slowest of {len(alone)} alone {max(alone):.2f} s")
    return Judgement(
        Verdict.NONCONFORMING,
        f"{words}, more than {SLOWER} times as long as the slowest of {len(alone)} alone, {max(alone):.2f} s",
    )
