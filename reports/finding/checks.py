"""What of the answers a finding rests on, as data: the script of a folder looks at these and at nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contract.results import Result
from contract.verdicts import Verdict
from reports.finding.names import ANY, Names, alike, parsed
from reports.finding.steps import Step, Steps


@dataclass(frozen=True, slots=True)
class Check:
    """How the answers say whether a finding stands.

    ``kind`` is ``accepted``, ``refused`` or ``crashed`` of the one step, ``several-accepted`` or ``one-refused`` of
    those sent together, or ``same``: every one of the ``steps`` answers as it did. ``passes`` is how often all is sent
    before the finding is called mended.
    """

    kind: str
    steps: tuple[Step, ...]
    passes: int = 1


def check_of(result: Result, steps: Steps) -> Check | None:
    """The check of a finding; None where no answer of the recording decides it."""
    decisive = [step for step in steps.listed if step.decides]
    if not decisive:
        return None
    step = next((each for each in decisive if each.exchange.status == result.status), decisive[0])
    status, several = step.exchange.status, _together(step, steps)
    passes = 5 if several or result.verdict is Verdict.UNSTABLE else 1
    if several:
        kind = _of_several(result.verdict, several)
        if kind:
            return Check(kind, several, passes)
    match result.verdict:
        case Verdict.CRASHED | Verdict.UNSTABLE if status is None or status >= 500:
            return Check("crashed", (step,), passes)
        case Verdict.NOT_ENFORCED if step.exchange.accepted:
            return Check("accepted", (step,), passes)
        case Verdict.OVER_ENFORCED if not step.exchange.accepted:
            return Check("refused", (step,), passes)
        case Verdict.WRONG_STATUS | Verdict.UNSTABLE if not step.exchange.accepted:
            return Check("same", (step,), passes)
    if len(decisive) > 1 or step.exchange.reads:
        return Check("same", tuple(decisive), passes)
    first = steps.listed.index(step)
    return Check("same", (step, *(each for each in steps.listed[first + 1 :] if each.exchange.reads)), passes)


def _together(step: Step, steps: Steps) -> tuple[Step, ...]:
    """The requests of the same kind that were under way with a decisive one; nothing where it was alone."""
    same = [each for each in steps.listed if each.together == step.together and not each.exchange.reads]
    alike_ones = tuple(each for each in same if each.fields["target"] == step.fields["target"])
    return alike_ones if len(alike_ones) > 1 and step in alike_ones else ()


def _of_several(verdict: Verdict, several: Sequence[Step]) -> str:
    accepted = sum(each.exchange.accepted for each in several)
    if verdict is Verdict.NOT_ENFORCED and accepted > 1:
        return "several-accepted"
    if verdict is Verdict.OVER_ENFORCED and accepted < len(several):
        return "one-refused" if accepted else "all-refused"
    if verdict is Verdict.CRASHED:
        return "one-crashed"
    return ""


def expected(step: Step, names: Names, other: tuple[Step, Names] | None) -> dict[str, Any]:
    """The answer of a step by which it is known again; ``other`` is the same step of another recording.

    What differs between the two is no part of it.
    """
    answer = _answer(step, names)
    if other is not None:
        second = _answer(*other)
        answer = {name: alike(value, second[name]) for name, value in answer.items() if name in second}
    return {name: value for name, value in answer.items() if value != ANY}


def _answer(step: Step, names: Names) -> dict[str, Any]:
    exchange = step.exchange
    answer: dict[str, Any] = {"status": exchange.status, "media_type": exchange.media_type}
    body = parsed(exchange)
    if body is None:
        return {**answer, "size": exchange.content.size, "sha256": exchange.content.sha256}
    return {**answer, "json": names.answered(_without_words(body, exchange.accepted))}


def _without_words(body: Any, accepted: bool) -> Any:
    """The body of a refusal without what it says for people."""
    if accepted or not isinstance(body, Mapping) or not isinstance(body.get("message"), str) or not body["message"]:
        return body
    return {**body, "message": ANY}
