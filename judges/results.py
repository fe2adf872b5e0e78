"""From what a judge saw to the result of a case: the one place where a result is put together."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from contract.boundaries import ObservedBoundary, named_in
from contract.cases import Case
from contract.observations import Answer
from contract.profiles import Profile
from contract.recording import RecordedExchange, Recording
from contract.results import Exchange, Result
from contract.verdicts import Judgement, Verdict

# Looks for a boundary, near one that is known of other cases first.
Search = Callable[[ObservedBoundary | None], ObservedBoundary | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a judge came to: the judgement, the answer that it rests on, what was sent and how to send it again.

    ``rests_on`` are further answers without which the judgement would be another, of reads above all. ``search`` looks
    for where the deployment really turns, where that can be done; ``sent`` describes what was sent,
    as JSON values. ``shown`` is the case that it speaks of, where that is one of many that were judged together.
    """

    judgement: Judgement
    answer: Answer | None = None
    sent: Mapping[str, Any] = field(default_factory=dict)
    curl: str | None = None
    search: Search | None = None
    shown: Case | None = None
    rests_on: Sequence[Answer] = ()


def not_applicable(reason: str) -> Outcome:
    """The outcome of a case that says nothing of this deployment."""
    return Outcome(judgement=Judgement(Verdict.NOT_APPLICABLE, reason))


def inconclusive(reason: str) -> Outcome:
    """The outcome of a case that could not be judged."""
    return Outcome(judgement=Judgement(Verdict.INCONCLUSIVE, reason))


def result_of(
    case: Case, outcome: Outcome, profile: Profile, started: float, exchanges: Sequence[Exchange] = ()
) -> Result:
    """The result of a case that was begun at ``started``, in seconds since the epoch.

    What is broken, and what could not be judged, has the exchanges that it rests on.
    """
    judgement, answer, limit, shown = outcome.judgement, outcome.answer, case.limit, outcome.shown or case
    rests = judgement.broken or judgement.verdict is Verdict.INCONCLUSIVE
    return Result(
        case=case.id,
        requirement=case.requirement.id,
        title=shown.title,
        verdict=judgement.verdict,
        reason=printable(judgement.reason),
        limit=limit.id if limit else None,
        enforcement_point=case.point.value if case.point else None,
        side=shown.side,
        axis=shown.axis,
        value=shown.value,
        documented=profile.at(case.point or "").value(limit.id) if limit else None,
        unit=limit.unit if limit else "",
        expected=shown.expected,
        sent=outcome.sent,
        status=answer.status if answer else None,
        error_code=answer.error_code if answer else None,
        trace_id=answer.trace_id if answer and rests else "",
        citation=case.citation,
        curl="\n".join(map(printable, outcome.curl.split("\n"))) if outcome.curl else None,
        exchanges=exchanges if rests else (),
        started_ms=int(started * 1000),
        elapsed_s=time.time() - started,
        replay=shown.id if outcome.shown else "",
    )


def recording_of(outcome: Outcome, exchanges: Sequence[RecordedExchange], names: Mapping[str, str]) -> Recording:
    """What was sent and answered for an outcome, with which of it the judgement rests on.

    An answer that never came is that of the last request without one; of one that says nothing of its request it is
    the last that changed something with its status.
    """
    answers = [each for each in (outcome.answer, *outcome.rests_on) if each is not None]
    decisive = [each.trace_id for each in answers if each.trace_id]
    for answer in answers:
        if not answer.trace_id:
            same = [each for each in exchanges if each.status == answer.status]
            changing = [each for each in same if not each.reads]
            decisive += [each.trace_id for each in (changing if answer.status is not None else same)[-1:]]
    return Recording(tuple(exchanges), tuple(dict.fromkeys(decisive)), names)


def located(result: Result, boundary: ObservedBoundary | None, message: str) -> Result:
    """A result with the boundary that was observed, and what the ``message`` of its refusal says of it, if anything."""
    if boundary is None:
        return result
    named = named_in(message, boundary)
    return replace(
        result,
        reason=f"{result.reason}; {named}" if named else result.reason,
        observed_boundary=boundary.accepted,
        boundary=boundary.words,
        search=boundary.asked,
    )


def printable(text: str) -> str:
    """``text`` with everything escaped that a terminal or an XML file cannot show."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)
