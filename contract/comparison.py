"""How a second deployment differs from a first, case by case: two runs of the same cases with the same bytes.

Pure functions of two records. What the second accepts less, or answers worse, is told apart from what it does better,
and from what differs without being either. What was judged on one side only is never taken for equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from contract.answer_fields import lost_fields
from contract.limits import LIMITS
from contract.results import ExitStatus, Result, RunInfo
from contract.severity import SEVERITY
from contract.tally import OperationSeen
from contract.verdicts import BROKEN, Verdict

_UNJUDGED: Final = (Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE)
_REFUSED: Final = 400
# A median is told as slower from so many answers on, by such a factor and by so many milliseconds.
_FEWEST_ANSWERS: Final = 20
_SLOWER: Final = 3.0
_SLOWER_BY_MS: Final = 50.0


class Effect(StrEnum):
    """What a difference means for whoever moves from the first deployment to the second."""

    WORSE = "worse"
    ONE_SIDED = "judged on one side only"
    OTHERWISE = "otherwise"
    BETTER = "better"


@dataclass(frozen=True, slots=True)
class Difference:
    """One case that came out otherwise; None where a side never judged it. ``what`` names what differs."""

    effect: Effect
    what: tuple[str, ...]
    first: Result | None
    second: Result | None

    @property
    def shown(self) -> Result:
        """The side that says why: the second where it is worse, the first where it was, the one that judged nothing."""
        sides = [each for each in (self.second, self.first) if each is not None]
        if self.effect is Effect.BETTER:
            return sides[-1]
        unjudged = [each for each in sides if self.effect is Effect.ONE_SIDED and not _is_judged(each)]
        return (unjudged or sides)[0]

    @property
    def absent(self) -> str:
        """Which side never judged the case, in words; empty where both have a result."""
        return "first" if self.first is None else "second" if self.second is None else ""

    @property
    def words(self) -> str:
        """Both sides in a few words: ``kept (409 limit_reached), now not-enforced (201)``."""
        return f"{_words(self.first)}, now {_words(self.second)}"


def not_comparable(first: RunInfo, second: RunInfo) -> str:
    """Why two runs cannot be compared, and what to give; empty where they can."""
    facts = (
        ("seed", first.seed, second.seed, "--geti-seed"),
        ("tier", first.tier, second.tier, "--geti-tier"),
        ("profile", first.profile, second.profile, "--geti-profile"),
        ("contract", first.contract, second.contract, "--geti-contract"),
        ("changed limits", dict(first.profile_changes), dict(second.profile_changes), "one --geti-profile"),
        ("version of geti-contract", first.tool_version, second.tool_version, "both to one version"),
    )
    for name, one, other, step in facts:
        if one != other:
            return f"the first run had {name} {one!r}, this one has {other!r}; give {step} as there"
    return ""


def differences(
    first: Iterable[Result], second: Iterable[Result], manifests: Sequence[Iterable[str]] = ()
) -> list[Difference]:
    """Every case that differs; ``manifests`` name the cases that each side was to judge."""
    one, other = ({result.case: result for result in results} for results in (first, second))
    cases = dict.fromkeys((*one, *other, *(case for manifest in manifests for case in manifest)))
    found = (_difference(one.get(case), other.get(case)) for case in cases if case in one or case in other)
    return [each for each in found if each is not None]


@dataclass(frozen=True, slots=True)
class Reach:
    """How many cases both sides judged, and how many neither did although they apply."""

    both: int
    neither: int


def reach(first: Iterable[Result], second: Iterable[Result], manifests: Sequence[Iterable[str]]) -> Reach:
    """How far a comparison goes; ``manifests`` name the cases that each side was to judge."""
    one, other = ({each.case: each for each in results} for results in (first, second))
    judged = [{case for case, each in side.items() if _is_judged(each)} for side in (one, other)]
    absent = {case for side in (one, other) for case, each in side.items() if each.verdict is Verdict.NOT_APPLICABLE}
    whole = {*one, *other, *(case for manifest in manifests for case in manifest)}
    return Reach(len(judged[0] & judged[1]), len(whole - judged[0] - judged[1] - absent))


def exit_status(found: Sequence[Difference], reached: Reach) -> ExitStatus:
    """Broken where the second is worse, incomplete where a case was judged on one side only, or on none."""
    effects = {each.effect for each in found}
    if Effect.WORSE in effects:
        return ExitStatus.BROKEN
    whole = Effect.ONE_SIDED not in effects and reached.both and not reached.neither
    return ExitStatus.KEPT if whole else ExitStatus.INCOMPLETE


def slower(first: Sequence[OperationSeen], second: Sequence[OperationSeen]) -> Iterator[str]:
    """The operations whose median took much longer on the second side, in words: no reason to call it worse."""
    for was, now in _on_both_sides(first, second):
        if min(sum(each.latency.values()) for each in (was, now)) < _FEWEST_ANSWERS:
            continue
        one, other = was.milliseconds(0.5), now.milliseconds(0.5)
        if other > _SLOWER * one and other - one > _SLOWER_BY_MS:
            yield f"{now.operation} took {other:,.0f} ms in the median, {one:,.0f} ms before"


def lost(first: Sequence[OperationSeen], second: Sequence[OperationSeen]) -> Iterator[tuple[str, list[str]]]:
    """The operations whose answers on the second side lack what they always had on the first, with what that is."""
    for was, now in _on_both_sides(first, second):
        missed = list(lost_fields(was.fields, now.fields))
        if missed:
            yield now.name or now.operation, missed


def _on_both_sides(
    first: Sequence[OperationSeen], second: Sequence[OperationSeen]
) -> Iterator[tuple[OperationSeen, OperationSeen]]:
    """The operations that both sides were asked for, as each answered them."""
    before = {each.operation: each for each in first}
    return ((before[now.operation], now) for now in second if now.operation in before)


def _difference(first: Result | None, second: Result | None) -> Difference | None:
    if first is None or second is None or _is_judged(first) != _is_judged(second):
        sides = [each for each in (first, second) if each is not None and _is_judged(each)]
        return Difference(Effect.ONE_SIDED, ("verdict",), first, second) if sides else None
    if not _is_judged(first):
        return None
    what = tuple(
        name
        for name, one, other in (
            ("verdict", _found(first), _found(second)),
            ("boundary", first.observed_boundary, second.observed_boundary),
            ("status", first.status, second.status),
            ("error code", first.error_code, second.error_code),
        )
        if one != other
    )
    return Difference(_effect(first, second), what, first, second) if what else None


def _effect(first: Result, second: Result) -> Effect:
    was, now = _found(first), _found(second)
    if (was in BROKEN) != (now in BROKEN):
        return Effect.WORSE if now in BROKEN else Effect.BETTER
    if was is not now:
        return Effect.WORSE if SEVERITY.index(now) < SEVERITY.index(was) else Effect.BETTER
    if _accepts_less(first, second):
        return Effect.WORSE
    return Effect.BETTER if _accepts_less(second, first) else Effect.OTHERWISE


def _accepts_less(first: Result, second: Result) -> bool:
    """Whether the second refuses what the first accepts, by its boundary or by its answer to the case."""
    limit = LIMITS.get(first.limit or "")
    boundaries = first.observed_boundary, second.observed_boundary
    if limit is not None and None not in boundaries and boundaries[0] != boundaries[1]:
        was, now = (limit.sign * (each or 0) for each in boundaries)
        return now < was
    return _accepted(first) and second.status is not None and second.status >= _REFUSED


def _accepted(result: Result) -> bool:
    return result.status is not None and result.status < _REFUSED


def _found(result: Result) -> Verdict:
    """What was found, whatever a waiver makes of it."""
    return result.waived_verdict or result.verdict


def _is_judged(result: Result) -> bool:
    return result.verdict not in _UNJUDGED


def _words(result: Result | None) -> str:
    if result is None:
        return "never judged"
    answer = " ".join(str(each) for each in (result.status, result.error_code) if each is not None)
    boundary = f", boundary {result.boundary}" if result.boundary else ""
    return f"{_found(result)}" + (f" ({answer}{boundary})" if answer or boundary else "")
