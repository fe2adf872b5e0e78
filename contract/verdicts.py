"""From an expectation and an observation to a verdict: the judgement itself, and nothing else."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from contract.observations import GATEWAY, LOCKED, LOST_DELETION, Answer, Observation, other_conflict, refusal_fault


class Expected(StrEnum):
    """What the contract promises for one probe."""

    ACCEPTED = "accepted"
    REFUSED = "refused with 409"
    NOTHING = "nothing"


class Verdict(StrEnum):
    """What is concluded for one probe; the words of the reports."""

    KEPT = "kept"
    NOT_ENFORCED = "not-enforced"
    OVER_ENFORCED = "over-enforced"
    WRONG_STATUS = "wrong-status"
    UNCLEAN = "unclean"
    CRASHED = "crashed"
    UNSTABLE = "unstable"
    NONCONFORMING = "nonconforming"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not-applicable"
    WAIVED = "waived"

    @property
    def meaning(self) -> str:
        """When this is the verdict, in one sentence."""
        return _MEANINGS[self]


_MEANINGS: Final = {
    Verdict.KEPT: (
        "Accepted, and it reads back as it was sent; or refused with 409 and the documented error body, and nothing "
        "changed."
    ),
    Verdict.NOT_ENFORCED: "Accepted above the limit.",
    Verdict.OVER_ENFORCED: "Refused at the limit or below it.",
    Verdict.WRONG_STATUS: "Refused above the limit, but not with 409 and the documented error body, or with a 409 that "
    "speaks of something else.",
    Verdict.UNCLEAN: (
        "Refused, and yet something was created or changed; or accepted, but it does not read back as it was sent "
        "(resized, cut short, missing), without a word; or an answer shows a key."
    ),
    Verdict.CRASHED: "Answered with 5xx, or not at all, each time, while a control is still accepted.",
    Verdict.UNSTABLE: "The same case, judged again alone, gets another answer.",
    Verdict.NONCONFORMING: (
        "The OpenAPI document, or an answer, is not what the contract says: a schema, a media type, the error body."
    ),
    Verdict.INCONCLUSIVE: (
        "Could not be judged: the control was refused, the key has no permission, a gateway answered 502, 503 or 504 "
        "for a while, or a budget was spent."
    ),
    Verdict.NOT_APPLICABLE: (
        "The limit is not part of the profile or is left to another tier, or no such file exists (WebP ends at 16,383 "
        "px a side)."
    ),
    Verdict.WAIVED: "Broken, known, and covered by a waiver that is in force.",
}


BROKEN: Final = frozenset(
    {
        Verdict.NOT_ENFORCED,
        Verdict.OVER_ENFORCED,
        Verdict.WRONG_STATUS,
        Verdict.UNCLEAN,
        Verdict.CRASHED,
        Verdict.UNSTABLE,
        Verdict.NONCONFORMING,
    }
)

# How a limit refuses: "System Constraints and Limit Handling", platform 2.0.0.
CONFLICT: Final = frozenset({409})

# What is said where a limit is not what refuses: its control is refused alike.
AS_IS_THE_CONTROL: Final = "as is the control"

# Refusals that speak of the caller or of the moment, not of the artefact: they judge nothing.
NOT_ABOUT_THE_ARTEFACT: Final = {
    401: "the key was refused",
    403: "the key has no permission",
    407: "a proxy wants credentials",
    408: "the deployment gave up waiting",
    429: "the deployment asked for patience",
    507: "the deployment has no space left",
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict and the sentence that justifies it."""

    verdict: Verdict
    reason: str

    @property
    def broken(self) -> bool:
        """Whether the contract is broken."""
        return self.verdict in BROKEN


def judge(expected: Expected, seen: Observation, refusals: Collection[int] = CONFLICT) -> Judgement:
    """The verdict on one probe. Pure: the same observation always gets the same verdict.

    ``refusals`` are the statuses that are documented for what must be refused. Fails closed: what cannot be judged
    (control refused, no permission, state unreadable) is ``inconclusive``.
    """
    if expected is Expected.NOTHING:
        return Judgement(Verdict.NOT_APPLICABLE, "this limit is not part of the profile")
    if seen.control is None:
        return Judgement(
            Verdict.INCONCLUSIVE, f"no control could be sent; the probe got {seen.answer.words_with_message}"
        )
    if not seen.control.accepted:
        return _without_control(expected, seen, seen.control)
    answer = seen.answer
    return crashed_or_inconclusive(answer) or (
        _accepted(expected, seen, refusals) if answer.accepted else _refused(expected, seen, refusals)
    )


def _without_control(expected: Expected, seen: Observation, control: Answer) -> Judgement:
    """A control refused as a reached limit breaks the contract wherever the probe is legal too, and nothing is full."""
    answer = seen.answer
    if (
        expected is Expected.ACCEPTED
        and seen.alone
        and control.status == answer.status == 409
        and refusal_fault(control) is None
        and refusal_fault(answer) is None
    ):
        return Judgement(
            Verdict.OVER_ENFORCED, f"refused with {answer.words}, {AS_IS_THE_CONTROL}, well inside every limit"
        )
    return Judgement(
        Verdict.INCONCLUSIVE,
        f"control refused with {control.words_with_message} (well inside every limit; the probe got {answer.words})"
        if control.status is not None
        else f"the control, well inside every limit, got {control.words}; the probe got {answer.words}",
    )


def any_of(statuses: Collection[int]) -> str:
    """Statuses in words: ``409 or 415``."""
    return " or ".join(map(str, sorted(statuses)))


def inconclusive_reason(answer: Answer, about: Collection[int] = ()) -> Judgement | None:
    """The judgement on an answer that is none, or that speaks of something other than what was sent; else None.

    No answer, and a gateway's 502, 503 or 504, judge nothing by themselves. ``about`` are statuses that are about what
    was sent all the same: a rule on keys is judged by 401.
    """
    status = answer.status
    if status is None:
        return Judgement(Verdict.INCONCLUSIVE, answer.words)
    if status in GATEWAY:
        return Judgement(Verdict.INCONCLUSIVE, f"{answer.words} from a gateway")
    if status in about:
        return None
    if status in NOT_ABOUT_THE_ARTEFACT:
        return _not_about_it(answer, NOT_ABOUT_THE_ARTEFACT[status])
    if other_conflict(answer) == LOCKED:
        return _not_about_it(answer, f"it speaks of {LOCKED}")
    if status < 200 or 300 <= status < 400:
        return _not_about_it(answer, "neither accepted nor refused")
    return None


def _not_about_it(answer: Answer, meaning: str) -> Judgement:
    message = f" ({answer.message})" if answer.message else ""
    return Judgement(Verdict.INCONCLUSIVE, f"{answer.words}: {meaning}{message}")


def crashed_or_inconclusive(answer: Answer, about: Collection[int] = (), subject: str = "") -> Judgement | None:
    """``inconclusive_reason``, but a 5xx and a missing answer are a crash: whether it recurs is for the confirmation.

    ``subject`` says in a word or two what was answered.
    """
    if answer.status is None and not answer.unsent and answer.failure != LOST_DELETION:
        return Judgement(Verdict.CRASHED, f"{subject} got {answer.words}" if subject else answer.words)
    broke = answer.status is not None and answer.status >= 500 and answer.status not in NOT_ABOUT_THE_ARTEFACT
    if broke and answer.status not in about:
        words = f"{subject} was answered {answer.words}" if subject else f"answered {answer.words}"
        return Judgement(Verdict.CRASHED, words)
    return inconclusive_reason(answer, about)


def _accepted(expected: Expected, seen: Observation, refusals: Collection[int]) -> Judgement:
    answer = seen.answer
    if expected is Expected.REFUSED:
        if seen.changes is None:
            return Judgement(Verdict.NOT_ENFORCED, f"accepted with {answer.words}; the state could not be read after")
        if not seen.created and not seen.changes:
            words = f"nothing was created, yet the answer is {answer.words}, not {any_of(refusals)}"
            return Judgement(Verdict.WRONG_STATUS, words)
        words = f"accepted with {answer.words}, should be refused with {any_of(refusals)}"
        return Judgement(Verdict.NOT_ENFORCED, words)
    if seen.differences is None or seen.changes is None:
        return Judgement(Verdict.INCONCLUSIVE, f"accepted with {answer.words}, but it could not be read back")
    altered = (*seen.differences, *seen.changes)
    if not seen.created:
        altered = ("it is not listed afterwards", *altered)
    if altered:
        return Judgement(Verdict.UNCLEAN, f"accepted with {answer.words}, but {'; '.join(altered)}")
    return Judgement(Verdict.KEPT, f"accepted with {answer.words} and reads back as sent")


def _refused(expected: Expected, seen: Observation, refusals: Collection[int]) -> Judgement:
    answer = seen.answer
    if expected is Expected.ACCEPTED:
        subject = other_conflict(answer)
        if subject is not None:
            return Judgement(Verdict.INCONCLUSIVE, f"refused with {answer.words}, which speaks of {subject}")
        left = " (and yet something was created)" if seen.created or seen.changes else ""
        return Judgement(Verdict.OVER_ENFORCED, f"refused with {answer.words}, should be accepted{left}")
    if seen.changes is None:
        return Judgement(Verdict.INCONCLUSIVE, f"refused with {answer.words}, but the state could not be read after")
    if seen.created or seen.changes:
        what = "; ".join(seen.changes) or "it was stored"
        return Judgement(Verdict.UNCLEAN, f"refused with {answer.words}, yet {what}")
    if answer.status not in refusals:
        return Judgement(Verdict.WRONG_STATUS, f"refused with {answer.words}, should be {any_of(refusals)}")
    fault = refusal_fault(answer)
    if fault is not None:
        return Judgement(Verdict.WRONG_STATUS, f"refused with {answer.status}, but not as documented: {fault}")
    return Judgement(Verdict.KEPT, f"refused with {answer.words} and nothing changed")


def is_closed(control: Answer) -> bool:
    """Whether nothing at all comes by the way that a control went, so that nothing gets around a limit there."""
    refused = control.status is not None and 400 <= control.status < 500
    return refused and control.status != 409 and inconclusive_reason(control) is None
