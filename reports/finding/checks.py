"""What of the answers a finding rests on, as data: the script of a folder looks at these and at nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

from contract.limits import EnforcementPoint
from contract.operations import AT_POINT
from contract.results import Result
from contract.verdicts import Verdict
from reports.finding.listings import WrongListing, wrong_listing
from reports.finding.names import ANY, EACH, ENTRIES, MADE, READ, Names, alike, form, parsed
from reports.finding.steps import Step, Steps

_REFUSED: Final = 400


@dataclass(frozen=True, slots=True)
class Check:
    """How the answers say whether a finding stands.

    ``kind`` is ``accepted``, ``refused``, ``crashed`` or ``echoed`` of the one step, ``several-accepted`` or
    ``one-refused`` of those sent together, ``listing`` of what the one step reads, or ``same``: every one of the
    ``steps`` answers as it did. ``passes`` is how often all is sent before the finding is called mended. ``exact`` says
    that what an answer has more than it had is a difference, too.
    """

    kind: str
    steps: tuple[Step, ...]
    passes: int = 1
    exact: bool = False
    listing: WrongListing | None = None


def check_of(result: Result, steps: Steps) -> Check | None:
    """The check of a finding; None where no answer of the recording decides it."""
    decisive = [step for step in steps.listed if step.decides]
    if not decisive:
        return None
    listing = wrong_listing(decisive[0], steps) if result.verdict is Verdict.NONCONFORMING else None
    if listing is not None:
        return Check("listing", (listing.whole,), listing=listing)
    step = next((each for each in decisive if each.exchange.status == result.status), decisive[0])
    status, several, exact = step.exchange.status, together_with(step, steps), result.verdict is Verdict.NONCONFORMING
    met = any(together_with(each, steps) for each in steps.listed if not each.exchange.reads)
    passes = 5 if several or result.verdict is Verdict.UNSTABLE or (met and result.verdict is Verdict.UNCLEAN) else 1
    if several:
        kind = _of_several(result.verdict, several)
        if kind:
            return Check(kind, several, passes)
    if len(decisive) > 1:
        return Check("same", tuple(decisive), passes)
    match result.verdict:
        case Verdict.CRASHED | Verdict.UNSTABLE if status is None or status >= 500:
            return Check("crashed", (step,), passes)
        case Verdict.NOT_ENFORCED if step.exchange.accepted and _refuses(result) and not _begins_a_job(step):
            return Check("accepted", (step,), passes)
        case Verdict.OVER_ENFORCED if not step.exchange.accepted:
            return Check("refused", (step,), passes)
        case Verdict.UNCLEAN if step.exchange.holds_a_key:
            return Check("echoed", (step,), passes)
        case Verdict.WRONG_STATUS | Verdict.UNSTABLE if not step.exchange.accepted:
            return Check("same", (step,), passes)
    if step.exchange.reads:
        return Check("same", (*_other_pages(step, steps), *decisive), passes, exact)
    first = steps.listed.index(step)
    return Check("same", (step, *(each for each in steps.listed[first + 1 :] if each.exchange.reads)), passes, exact)


def _begins_a_job(step: Step) -> bool:
    """Whether an answer names a job: what becomes of the request is for that to say."""
    body = parsed(step.exchange)
    return isinstance(body, dict) and "job_id" in body


def _refuses(result: Result) -> bool:
    """Whether a limit is refused where the case is: a training is not, its job warns."""
    point = result.enforcement_point
    return point is None or AT_POINT[EnforcementPoint(point)].refuses


def _other_pages(step: Step, steps: Steps) -> list[Step]:
    """What was read at the same path before, with nothing changed in between: what a page says is said of all."""
    found: list[Step] = []
    for each in steps.listed[: steps.listed.index(step)]:
        if not each.exchange.reads:
            found.clear()
        elif _path(each) == _path(step) and not each.decides:
            found.append(each)
    return found


def _path(step: Step) -> str:
    return str(step.fields["target"]).partition("?")[0]


def together_with(step: Step, steps: Steps) -> tuple[Step, ...]:
    """The requests of the same kind that were under way with one; nothing where it was alone."""
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

    What differs between the two is no part of it. It ``names`` some of the known ids, and ``lacks`` others.
    """
    answer = _answer(step, names)
    if other is not None:
        second = _answer(*other)
        listed = {name: sorted({*answer.get(name, ())} & {*second.get(name, ())}) for name in ("names", "lacks")}
        answer = {name: alike(value, second.get(name, ANY)) for name, value in answer.items()} | listed
    return {name: value for name, value in answer.items() if value not in (ANY, [])}


def _answer(step: Step, names: Names) -> dict[str, Any]:
    exchange = step.exchange
    answer: dict[str, Any] = {"status": exchange.status, "media_type": exchange.media_type}
    body = parsed(exchange)
    if body is None:
        return {**answer, "size": exchange.content.size, "sha256": exchange.content.sha256}
    shown = names.answered(_without_words(body, exchange.accepted))
    if not exchange.reads:
        return {**answer, "json": shown}
    named, given = names.named_in(exchange.text), names.given
    if f"${{{MADE}" in step.fields["target"]:
        return {**answer, "json": shown, "names": sorted(named), "lacks": sorted(given - named - names.deleted)}
    # What others have made is in it too: it says nothing but of what it names, of its form, and of the page.
    paged = "?" in step.fields["target"]
    given = {name for name in given if name.startswith(READ if paged else MADE)}
    lacks = [] if paged else sorted(given - named - names.deleted)
    return {**answer, "json": _of_all(shown), "names": sorted(named & given), "lacks": lacks}


def _of_all(shown: Any) -> Any:
    """The answer to a reading of what others make, too: the form of its entries, and of its counts.

    A count that is the number of the entries is expected to be that again.
    """
    if not isinstance(shown, dict):
        return shown
    entries = [len(value) for value in shown.values() if _is_listing(value)]
    forms = {name: form(value) if str(value).isdecimal() else value for name, value in shown.items()}
    counted = {name: ENTRIES for name, value in shown.items() if entries == [value]}
    return forms | counted | {name: _each(value) for name, value in shown.items() if _is_listing(value)}


def _is_listing(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(each, dict) for each in value)


def _each(value: Any) -> Any:
    return {EACH: reduce(alike, map(form, value))}


def _without_words(body: Any, accepted: bool) -> Any:
    """The body of a refusal without what it says for people."""
    if accepted or not isinstance(body, Mapping) or not isinstance(body.get("message"), str) or not body["message"]:
        return body
    return {**body, "message": ANY}


def tells(check: Check, wanted: Sequence[Mapping[str, Any]]) -> bool:
    """Whether what is expected tells anything: where all but a status of success differs each time it does not."""
    if check.kind != "same":
        return True
    return any(step.exchange.status is None or step.exchange.status >= _REFUSED for step in check.steps) or any(
        name in each for each in wanted for name in ("sha256", "json", "names", "lacks")
    )
