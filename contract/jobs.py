"""What is concluded where a limit bites in a job: at dataset import, and at training."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from contract.observations import Answer, refusal_fault, speaks_of_a_limit
from contract.verdicts import Expected, Judgement, Verdict, crashed_or_inconclusive


@dataclass(frozen=True, slots=True)
class ImportSeen:
    """Everything seen around one import of an archive that holds one probe among good images.

    ``control`` says whether an archive of good images alone was imported whole. ``answer`` is that of the import
    request; ``state`` how the job ended, None where it did not or there was none; ``warnings`` what it warned of.
    ``entered`` says whether the probe is in the project afterwards, None where that could not be read; ``altered``
    how what is there differs from what was sent; ``good`` how many of the good images are there, of ``good_sent``.
    """

    control: bool
    answer: Answer
    state: str | None = None
    warnings: tuple[str, ...] = ()
    entered: bool | None = None
    altered: str = ""
    good: int = 0
    good_sent: int = 0


def judge_import(expected: Expected, seen: ImportSeen) -> Judgement:
    """The verdict on one import.

    A limit is enforced at import where nothing over it enters the project and the user is told: by a documented 409 at
    the request, by a failed job, or by a job with a warning. What keeps the limits must enter.
    """
    if expected is Expected.NOTHING:
        return Judgement(Verdict.NOT_APPLICABLE, "this limit is not part of the profile")
    answer = seen.answer
    if not seen.control:
        got = f"the one to be judged got {answer.words_with_message}"
        return Judgement(Verdict.INCONCLUSIVE, f"an archive of good images alone could not be imported; {got}")
    unjudged = crashed_or_inconclusive(answer, subject="the import request")
    if unjudged is not None:
        return unjudged
    if seen.entered is None:
        return Judgement(Verdict.INCONCLUSIVE, "what is in the project afterwards could not be read")
    if answer.accepted and seen.state is None:
        return Judgement(Verdict.INCONCLUSIVE, "the job did not end in time")
    summary = f"the job {seen.state}" + (f", warning: {seen.warnings[0]}" if seen.warnings else ", without a warning")
    if not answer.accepted:
        summary = f"refused with {answer.words}"
    if expected is Expected.ACCEPTED:
        return _should_enter(seen, summary)
    return _should_stay_out(seen, summary)


def _should_enter(seen: ImportSeen, summary: str) -> Judgement:
    if not seen.answer.accepted or not seen.entered:
        return Judgement(Verdict.OVER_ENFORCED, f"{summary}; it keeps the limit and should have been imported")
    if seen.altered or seen.good < seen.good_sent:
        lost = f"{seen.good} of {seen.good_sent} other images are there"
        return Judgement(Verdict.UNCLEAN, f"{summary}, but {seen.altered or lost}")
    return Judgement(Verdict.KEPT, "imported, and reads back as sent")


def _should_stay_out(seen: ImportSeen, summary: str) -> Judgement:
    answer = seen.answer
    if seen.entered:
        verdict = Verdict.NOT_ENFORCED if answer.accepted else Verdict.UNCLEAN
        return Judgement(verdict, f"{summary}, and what is over the limit is in the project")
    if not answer.accepted:
        fault = refusal_fault(answer)
        if answer.status != 409 or fault is not None:
            return Judgement(Verdict.WRONG_STATUS, f"{summary}, should be 409{f': {fault}' if fault else ''}")
        return Judgement(Verdict.KEPT, f"{summary}, and nothing over the limit is in the project")
    if seen.state == "finished" and not seen.warnings:
        return Judgement(Verdict.UNCLEAN, f"{summary}: what is over the limit was left out without a word")
    return Judgement(Verdict.KEPT, f"{summary}, and nothing over the limit is in the project")


# What stands in the place of an error code where a job says what a refusal would say.
REFUSED_BY_JOB: Final = "refused_by_job"
# A warning that speaks of none of these speaks of something else: of a missing GPU, of how long it took.
_LEFT_OUT: Final = re.compile(
    r"limit|exceed|maxim|minim|at (?:most|least)|too (?:many|large|small|long|wide|high)|up to|trunc|"
    r"skip|left out|omit|ignor|drop|reject|refus|invalid|\bnot\b.*\b(?:import|add|accept|support|allow|read)",
    re.IGNORECASE,
)


def import_answer(answer: Answer, state: str | None, warnings: tuple[str, ...]) -> Answer:
    """An import of one thing as the one answer that it amounts to, for limits on counts.

    A job that failed, or warns of what it left out, says what a 409 at the request would say; so it counts as one.
    """
    told = warnings if state == "failed" else tuple(filter(_LEFT_OUT.search, warnings))
    if answer.accepted and (state == "failed" or told):
        words = told[0] if told else f"the job {state}"
        return Answer(409, {"error_code": REFUSED_BY_JOB, "message": words, "http_status": 409}, answer.elapsed_s)
    return answer


@dataclass(frozen=True, slots=True)
class TrainingSeen:
    """What was seen of one job over ``annotated`` images: its answer, end, warnings, and how many it used.

    ``usual`` are warnings that a job within the limit carries, too: they speak of something else.
    """

    answer: Answer
    state: str | None
    warnings: tuple[str, ...]
    annotated: int
    used: int | None
    usual: tuple[str, ...] = ()


_OF_A_BOUND: Final = re.compile(r"limit|exceed|maxim|at most|too (?:many|large)|up to|truncat", re.IGNORECASE)
_OF_IMAGES: Final = re.compile(r"image|media|dataset|frame|annotat", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d[\d,.' ]*")


def warns_of_the_limit(warning: str) -> bool:
    """Whether a warning speaks of how many images a training takes, and not of memory, time or anything else."""
    return _OF_A_BOUND.search(warning) is not None and _OF_IMAGES.search(warning) is not None


def judge_training(expected: Expected, seen: TrainingSeen, bound: int) -> Judgement:
    """The verdict on one job: never refused; above ``bound`` it warns and uses no more, else it uses all.

    Within the limit it does not warn of it.
    """
    answer = seen.answer
    if expected is Expected.NOTHING:
        return Judgement(Verdict.NOT_APPLICABLE, "this limit is not part of the profile")
    unjudged = crashed_or_inconclusive(answer, subject="the job")
    if unjudged is not None:
        return unjudged
    if not answer.accepted:
        if not warns_of_the_limit(f"{answer.error_code} {answer.message}") and not speaks_of_a_limit(answer):
            return Judgement(
                Verdict.INCONCLUSIVE, f"the job was refused, not for its size: {answer.words_with_message}"
            )
        return Judgement(Verdict.OVER_ENFORCED, f"the job was refused with {answer.words}; documented is a warning")
    if seen.state != "finished":
        return Judgement(Verdict.INCONCLUSIVE, f"the job {seen.state or 'did not end in time'}")
    if seen.used is None:
        return Judgement(Verdict.INCONCLUSIVE, "how many images the job used could not be read")
    summary = f"{seen.used} of {seen.annotated} annotated images used"
    if expected is Expected.REFUSED:
        if seen.used > bound:
            return Judgement(Verdict.NOT_ENFORCED, f"{summary}, the limit is {bound}")
        usual = {_NUMBER.sub("", each) for each in seen.usual}
        if all(_NUMBER.sub("", each) in usual for each in seen.warnings):
            return Judgement(Verdict.UNCLEAN, f"{summary}, without a warning on the job")
        return Judgement(Verdict.KEPT, f"{summary}, and the job warns")
    if seen.used < seen.annotated:
        return Judgement(Verdict.OVER_ENFORCED, f"{summary}, all keep the limit")
    warned = next(filter(warns_of_the_limit, seen.warnings), None)
    if warned is not None:
        return Judgement(Verdict.OVER_ENFORCED, f"{summary}, all keep the limit, and the job warns of it: {warned}")
    return Judgement(Verdict.KEPT, summary)
