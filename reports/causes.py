"""Findings by cause: a limit that is broken in thirty formats is one thing to mend, and is reported once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from contract.cases import subject_of
from contract.limits import LIMITS
from contract.results import Result
from contract.severity import SEVERITY
from contract.tally import shape
from contract.verdicts import Verdict
from reports.cause_keys import DELETED, cause_key, is_of_media_limits, message, normalised, operation_of
from reports.text import count

# Rules that ask for what is not there: an operation that answers all the same, or crashes, breaks each of them. So do
# data for a path whose ids had to be made up.
_GONE: Final = "lifecycle.deletions"
_ABSENT: Final = frozenset({"openapi.ids-of-another-project", "openapi.malformed-ids", "openapi.sequence"})
_TAKEN: Final = frozenset({Verdict.NOT_ENFORCED, Verdict.UNCLEAN})
# A finding without a limit of its own is part of one: the same boundary, met in a combination of several.
_COMBINED: Final = "combination."
_STATED: Final = "document.numbers"
_UNDECLARED: Final = "document.limits-declared"


@dataclass(frozen=True, slots=True)
class Cause:
    """Cases that have one cause. ``stated`` is the number in the deployment's own document, where it keeps to that."""

    results: tuple[Result, ...]
    stated: int | None = None

    @property
    def shown(self) -> Result:
        """The case to read: one with an observed boundary, on the documented value before beside it."""
        return min(self.results, key=lambda each: (each.boundary is None, not each.exchanges, each.side != "at"))

    @property
    def verdict(self) -> Verdict:
        """The verdict on the case that is shown."""
        return self.shown.verdict

    @property
    def requirement(self) -> str:
        """The requirement of the case that is shown."""
        return self.shown.requirement

    @property
    def requirements(self) -> dict[str, int]:
        """How many cases there are of each requirement, that of the shown case first."""
        return {self.requirement: 0, **Counter(each.requirement for each in self.results)}

    @property
    def sides(self) -> str:
        """The sides of a boundary that the cases stand on; empty for a rule."""
        return ", ".join(dict.fromkeys(each.side for each in self.results if each.side))

    @property
    def others(self) -> int:
        """How many cases there are beside the one that is shown."""
        return len(self.results) - 1

    @property
    def name(self) -> str:
        """The requirement's id and the sides of its boundary, ``video.width.max@video-upload, below, at``, and more."""
        more = len(self.requirements) - 1
        return (
            f"{self.requirement} and {more} more" if more else ", ".join(filter(None, (self.requirement, self.sides)))
        )

    @property
    def extent(self) -> str:
        """How far the cause goes, in limits, operations and cases: ``9 limits, 166 cases``."""
        limits = {each.limit for each in self.results if each.limit and each.side}
        operations = {name.partition("@")[2] for name in self.requirements if name.startswith("openapi.")} - {""}
        rest = {name for name in self.requirements if not name.startswith("openapi.")} if not limits else set()
        counted = ((limits, "limit"), (operations, "operation"), (rest, "requirement"))
        parts = [count(len(names), noun) for names, noun in counted if len(names) > 1]
        return ", ".join([*parts, count(len(self.results), "case")])

    @property
    def tried(self) -> str:
        """What was sent that tells a crash from others, in a few words; empty where the case says nothing of it."""
        return str(self.shown.sent.get("tried") or "")

    @property
    def sentence(self) -> str:
        """What is wrong, in a sentence that holds for every case."""
        first, several = self.shown, len(self.requirements) > 1
        if self.stated is not None:
            return (
                f"{first.documented_words} {first.unit} documented in the table, {self.stated:,} stated in the "
                f"deployment's own document, {first.boundary} observed"
            )
        if self.verdict is Verdict.WRONG_STATUS and several and is_of_media_limits(first):
            code = f" {first.error_code}" if first.error_code else ""
            return f"media past a limit are refused with {first.status}{code}, 409 is documented"
        if several and subject_of(first.requirement) == _UNDECLARED:
            places = [name.partition("@")[2].replace("-", " ") for name in self.requirements]
            return f"409 is not declared at {len(places)} enforcement points: {', '.join(places)}"
        return first.reason


def causes(results: Sequence[Result], *verdicts: Verdict) -> list[Cause]:
    """The causes among results with one of ``verdicts``: limits with a known real boundary first, rules last."""
    groups: dict[tuple[str, ...], list[Result]] = defaultdict(list)
    for result in results:
        if result.verdict in verdicts:
            groups[cause_key(result)].append(result)
    every = list(groups.values())
    homes = {id(group): _joined(group, every) for group in every}
    parts_of: dict[int, list[Result]] = defaultdict(list)
    for group in every:
        if homes[id(group)] is not None:
            parts_of[id(_home(group, homes))] += group
    grouped = []
    for group in every:
        if homes[id(group)] is None:
            parts = parts_of[id(group)]
            stated = next((number for each in parts if (number := _stated(each, group))), None)
            grouped.append(Cause((*group, *parts), stated))
    return sorted(grouped, key=lambda cause: (cause.shown.limit is None, cause.shown.boundary is None))


def _home(group: list[Result], homes: Mapping[int, list[Result] | None]) -> list[Result]:
    """The group that a group is part of in the end."""
    while (home := homes[id(group)]) is not None:
        group = home
    return group


def _joined(group: list[Result], groups: Sequence[list[Result]]) -> list[Result] | None:
    """The group that another is part of; None where it is one by itself.

    A number of the document is part of the limit that is kept as it says, a combination part of the limit that is
    refused alike, and what asks for what is not there part of what asks the same operations for what was deleted. So is
    what a sequence of requests shows of it, by the same request. What is taken above a limit in some other way is part
    of the limit that is set higher at the same place, or nowhere.
    """
    first = group[0]
    subject = subject_of(first.requirement)
    if subject == _STATED:
        return next((limit for limit in groups if _stated(first, limit)), None)
    if subject.startswith(_COMBINED) and first.verdict is not Verdict.WRONG_STATUS:
        alike = [limit for limit in groups if limit[0].side and _alike(first, limit[0])]
        return alike[0] if len(alike) == 1 else None
    if first.verdict is Verdict.NOT_ENFORCED and first.limit and not first.boundary:
        places = {each.requirement for each in group}
        return next((higher for higher in groups if places <= _not_enforced_at(higher, first.limit)), None)
    if subject == _GONE:
        return next((deleted for deleted in groups if _read_alike(first, deleted)), None)
    if subject in _ABSENT or (first.verdict is Verdict.CRASHED and first.sent.get("made_up")):
        return next((deleted for deleted in groups if _answers_for_the_absent(group, deleted)), None)
    return None


def _not_enforced_at(group: Sequence[Result], limit: str) -> set[str]:
    """The requirements of a group that says where a limit really is, where it is not enforced as documented."""
    return {
        each.requirement
        for each in group
        if each.limit == limit and each.boundary and each.verdict is Verdict.NOT_ENFORCED
    }


def _read_alike(gone: Result, deleted: Sequence[Result]) -> bool:
    """Whether what was deleted is still read by a request that others of what was deleted are of, too."""
    rules = {DELETED, "openapi.sequence"}
    asked = {_request(each) for each in deleted if subject_of(each.requirement) in rules and each.verdict in _TAKEN}
    return _request(gone) in asked - {None}


def _request(result: Result) -> tuple[str, str] | None:
    """The method and the shape of the path of the request that a verdict rests on."""
    exchange = result.exchange
    return (exchange.method, shape(urlsplit(exchange.url).path)) if exchange else None


def _answers_for_the_absent(group: Sequence[Result], deleted: Sequence[Result]) -> bool:
    first, other = group[0], deleted[0]
    both_taken = {first.verdict, other.verdict} <= _TAKEN
    both_crashed = first.verdict is other.verdict is Verdict.CRASHED and message(first) == message(other)
    return (
        subject_of(other.requirement) == DELETED
        and (both_taken or both_crashed)
        and set(map(operation_of, group)) <= set(map(operation_of, deleted))
    )


def _alike(combined: Result, alone: Result) -> bool:
    same = (combined.verdict, combined.enforcement_point, combined.status, combined.error_code)
    said = normalised(message(combined), quoted=True), normalised(message(alone), quoted=True)
    return same == (alone.verdict, alone.enforcement_point, alone.status, alone.error_code) and said[0] == said[1]


def _stated(document: Result, limit: Sequence[Result]) -> int | None:
    """The number that the document states for a limit, where that is the boundary that was observed."""
    observed = {each.observed_boundary for each in limit if each.limit == document.limit}
    numbers = document.sent.get("stated") or () if document.requirement.startswith(_STATED) else ()
    return next((number for number in numbers if number in observed), None)


def worst(results: Sequence[Result]) -> Verdict:
    """The gravest verdict among results."""
    return min((result.verdict for result in results), key=SEVERITY.index)


def promise(result: Result) -> str:
    """The requirement in a sentence: a limit's row of the documented table, or the rule without its operation."""
    limit = LIMITS.get(result.limit or "") if result.side else None
    if limit is None:
        return result.title.partition(" [")[0]
    what = limit.id.rpartition(".")[0].replace(".", " ").replace("-", " ")
    at = f"at {(result.enforcement_point or '').replace('-', ' ')}"
    if result.documented is None:
        return f"{what}: no limit in this profile, {at}"
    return f"{what}: {limit.at_most} {result.documented_words} {limit.unit}, {at}"


def cited(result: Result) -> str:
    """What stands in the contract, in one line: the promise where the title is not the same, and its source."""
    source = result.citation.partition(". ")[0]
    if promise(result) == result.title:
        return source or result.title
    return f"{promise(result)} ({source})" if source else promise(result)
