"""What a survey of a deployment saw: where it really turns from accepted to refused, at each place, without a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from contract.boundaries import ObservedBoundary, numbers_in
from contract.constraints import CONSTRAINTS, Constraint, Kind
from contract.jobs import REFUSED_BY_JOB
from contract.limits import LIMITS
from contract.observations import Answer
from contract.profiles import Setting
from contract.releases import DEFAULT_RELEASE


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What was seen of one row of the tables at one place, of one ``measure`` of it.

    ``place`` is the scope of the row's requirement there, ``image-upload``. ``boundary`` is in the ``unit`` of the row,
    None where no number was looked for or the answers agree with none; ``maximum`` says on which side of it is refused.
    Of a set ``taken`` and ``refused`` are the members that were asked for. ``accepted`` and ``refusal`` are the answers
    beside the boundary, ``stopped`` the one that ended the search before it had found all. ``unknown`` says why nothing
    can be told, ``left`` why nothing was asked. ``verb`` is what is done beyond the boundary, ``requests`` its cost.
    """

    row: str
    place: str
    measure: str = ""
    unit: str = ""
    maximum: bool = True
    boundary: ObservedBoundary | None = None
    taken: Sequence[str] = ()
    refused: Sequence[str] = ()
    accepted: Answer | None = field(default=None, repr=False)
    refusal: Answer | None = field(default=None, repr=False)
    stopped: Answer | None = field(default=None, repr=False)
    verb: str = "refused"
    requests: int = 0
    unknown: str = ""
    left: str = ""

    @property
    def subject(self) -> tuple[str, str, str]:
        """Of what it is."""
        return self.row, self.place, self.measure

    @property
    def value(self) -> int | None:
        """The last value that is accepted; the one that the refusal names, where none exists in between."""
        named = numbers_in(self.refusal.message) if self.refusal else []
        return next((number for number in (*named, *self.possible) if number in self.possible), None)

    @property
    def possible(self) -> range:
        """The values that the limit can have: several where nothing exists between the two that were asked for."""
        found = self.boundary
        if found is None or not found.exact or found.accepted is None or found.refused is None:
            return range(0)
        return range(found.accepted, found.refused, 1 if self.maximum else -1)

    @property
    def is_known(self) -> bool:
        """Whether all was told that was asked: a value, that there is none up to the last one asked, or the members."""
        if self.unknown or self.left:
            return False
        no_limit = self.boundary is not None and self.boundary.refused is None and self.stopped is None
        return self.value is not None or no_limit or bool(self.taken or self.refused)

    @property
    def where(self) -> str:
        """The place and the measure, in words: ``image upload, width``."""
        return ", ".join(filter(None, (self.place.replace("-", " "), self.measure)))

    @property
    def words(self) -> str:
        """What was seen, in words: ``accepted at 7,680, refused at 7,681 with 409 limit_reached``."""
        if self.left:
            return f"not asked: {self.left}"
        if self.unknown:
            return f"not known: {self.unknown}"
        if self.taken or self.refused:
            taken, refused = ", ".join(self.taken) or "nothing", ", ".join(self.refused) or "nothing"
            return f"takes {taken}; refuses {refused}{self._with(self.refusal)}"
        if self.boundary is None:
            return "not known: the answers agree with no one boundary"
        return self._boundary_words(self.boundary)

    def _boundary_words(self, found: ObservedBoundary) -> str:
        accepted = f"accepted at {found.accepted:,}{self._with(self.accepted)}"
        if found.refused is None:
            if self.stopped is not None:
                return f"{accepted}; beyond it not known: {self.stopped.words}"
            return f"{accepted}, and no limit {'up' if self.maximum else 'down'} to it"
        refused = f"{self.verb} at {found.refused:,}{self._with(self.refusal)}"
        if self.value is None:
            because = f": {self.stopped.words}" if self.stopped else ""
            return f"{accepted}, {refused}; in between not known{because}"
        named = f"; the refusal names {self.value:,}" if self.value != found.accepted else ""
        return f"{accepted}, {refused}{named}"

    @staticmethod
    def _with(answer: Answer | None) -> str:
        if answer is None:
            return ""
        return " by the job" if answer.error_code == REFUSED_BY_JOB else f" with {answer.words}"


def settings(sightings: Iterable[Sighting]) -> dict[str, int | Setting]:
    """What a profile says of what was seen, by row, or by row and place where places differ.

    Nothing stands there of what is as the table has it and is no single number.
    """
    rows: dict[str, list[Sighting]] = {}
    for sighting in sightings:
        rows.setdefault(sighting.row, []).append(sighting)
    said: dict[str, int | Setting] = {}
    for row, seen in rows.items():
        places = {each.place: _setting(row, [other for other in seen if other.place == each.place]) for each in seen}
        whole = _setting(row, seen)
        if whole is Setting.UNKNOWN and None not in places.values():
            whole = next(iter(places.values()))
        elif whole is not Setting.UNKNOWN:
            places = dict.fromkeys(places, whole)
        elsewhere = {f"{row}@{place}": each for place, each in places.items() if each not in (whole, None)}
        said |= {**({row: whole} if whole is not None else {}), **elsewhere}
    return said


def _setting(row: str, seen: Sequence[Sighting]) -> int | Setting | None:
    """The one setting of a row at all places of ``seen``; None where the table says it."""
    constraint = CONSTRAINTS.get(row)
    if constraint is not None and (constraint.unsought or all(_as_documented(constraint, each) for each in seen)):
        return None
    if not all(sighting.is_known for sighting in seen):
        return Setting.UNKNOWN
    values = [sighting.value for sighting in seen if sighting.value is not None]
    if not values:
        return Setting.OFF if _beyond_the_table(row, seen) else Setting.UNKNOWN
    same = (value for value in values if value > 0 and all(value in sighting.possible for sighting in seen))
    return next(same, Setting.UNKNOWN)


def _as_documented(constraint: Constraint, seen: Sighting) -> bool:
    """Whether a set is taken, and only that, or a bound is one that no profile can say, 0."""
    if constraint.kind in (Kind.SET, Kind.PATTERN):
        takes = all(map(constraint.allowed.takes, seen.taken)) and not any(map(constraint.allowed.takes, seen.refused))
        return seen.is_known and takes
    return seen.value == 0 and constraint.allowed.least == 0


def _beyond_the_table(row: str, seen: Sequence[Sighting]) -> bool:
    """Whether more was accepted than the table allows: what was asked no further says nothing of what lies there."""
    ends = [sighting.boundary.accepted for sighting in seen if sighting.boundary]
    limit, constraint = LIMITS.get(row), CONSTRAINTS.get(row)
    if limit is not None:
        return all(end is not None and limit.sign * (end - limit.value) > 0 for end in ends)
    return constraint is not None and all(end is not None and not constraint.allowed.takes(end) for end in ends)


def refusals(sightings: Iterable[Sighting]) -> dict[str, frozenset[int]]:
    """The statuses with which each row is refused, where one of them is not among those that are documented."""
    seen: dict[str, frozenset[int]] = {}
    for sighting in sightings:
        refusal = sighting.refusal
        if refusal is not None and refusal.status is not None and not refusal.accepted:
            seen[sighting.row] = seen.get(sighting.row, frozenset()) | {refusal.status}
    return {row: statuses for row, statuses in seen.items() if not statuses <= _documented_refusals(row)}


def _documented_refusals(row: str) -> frozenset[int]:
    return CONSTRAINTS[row].refusals if row in CONSTRAINTS else DEFAULT_RELEASE.refusal(row)
