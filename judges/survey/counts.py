"""The limits on counts: those that one request reaches by doubling, the others by filling up until one is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from contract.boundaries import ObservedBoundary
from contract.cases import Requirement
from contract.limits import LIMITS, Axis, Counted, EnforcementPoint, Limit
from contract.observations import Answer
from contract.probes import Probe, Side
from contract.survey import Sighting
from contract.verdicts import Expected, crashed_or_inconclusive
from judges.counts.case import CountCase
from judges.counts.cases import GATE_REQUESTS
from judges.counts.incremental import IncrementalProbe
from judges.counts.makers import probe_for
from judges.counts.media import Media
from judges.counts.probe import CountProbe, UnreachableError
from judges.counts.single_request import SingleRequestProbe
from judges.counts.training import Training
from judges.survey.oracle import Oracle
from judges.workspace import Workspace

# In one request no more are asked for; where nothing is said here, so many.
_IN_ONE_REQUEST: Final = {Counted.LABELS: 2048, Counted.TASKS: 8}
_FEW: Final = 256


@dataclass
class CountSurvey:
    """Looks for the limits on counts; ``found`` are the values by limit."""

    workspace: Workspace
    found: dict[str, int] = field(default_factory=dict)

    def sought(self) -> list[Sighting]:
        """What is looked for."""
        return [_about(limit, point) for limit in _counted() for point in limit.enforced_at]

    def sightings(self) -> Iterator[Sighting]:
        """Every limit on a count at each of its enforcement points."""
        for limit in _counted():
            probe: CountProbe | None = None
            for point in limit.enforced_at:
                about, fresh = _about(limit, point), probe_for(self.workspace, _case(limit, point))
                if probe is None or not limit.counts.one_fill or type(probe) is not type(fresh):
                    _release(probe)
                    probe = fresh
                try:
                    seen = self._seen(limit, point, probe, about)
                except UnreachableError as error:
                    seen = replace(about, unknown=str(error))
                if seen.value is not None:
                    self.found.setdefault(limit.id, seen.value)
                yield seen
            _release(probe)

    def most(self, limit: Limit) -> int:
        """How far a count is filled up: as far as a gate may, in the capacity tier to a quarter beyond the table."""
        few = GATE_REQUESTS // limit.counts.requests_each
        return max(few, limit.value * 5 // 4) if self.workspace.tier == "capacity" else few

    def _seen(self, limit: Limit, point: EnforcementPoint, probe: CountProbe, about: Sighting) -> Sighting:
        """What is seen at one point. Raises ``UnreachableError``."""
        found = self.found.get(limit.id)
        known = None if found is None else ObservedBoundary(found, found + 1, 0, exact=True)
        if isinstance(probe, SingleRequestProbe):
            most = _IN_ONE_REQUEST.get(limit.counts.of, _FEW)
            return _beyond(about, probe.smallest, most, known, lambda value: probe.accept(value).answer)
        if isinstance(probe, Training):
            return self._trained(limit, point, probe, about)
        if isinstance(probe, Media):
            probe.by = point
        assert isinstance(probe, IncrementalProbe)
        if point is limit.enforced_at[0] or limit.counts.of is Counted.ANNOTATION_VERSIONS:
            return self._filled(limit, probe, about)
        last = self.most(limit) if found is None else found + 1
        start = last - 1 if found is None else max(1, found // 2)
        return _beyond(about, start, last, known, lambda value: probe.observe(value).answer)

    def _filled(self, limit: Limit, probe: IncrementalProbe, about: Sighting) -> Sighting:
        """Fill up until one is refused, and ask for that one again."""
        most = self.most(limit)
        seen = probe.observe(most)
        answer = seen.answer
        if answer.accepted and not seen.created:
            return replace(about, unknown=f"what was answered {answer.words} is not counted")
        if answer.accepted:
            return replace(about, boundary=ObservedBoundary(most, None, 0, exact=False), accepted=answer)
        if crashed_or_inconclusive(answer):
            return replace(about, unknown=answer.words_with_message)
        held = probe.refused[0] if probe.refused else most - 1
        again = probe.observe(held + 1).answer
        if again.accepted or crashed_or_inconclusive(again):
            return replace(about, unknown=f"at {held + 1:,} it got {answer.words}, and then {again.words}")
        boundary = ObservedBoundary(held, held + 1, 0, exact=True)
        return replace(about, boundary=boundary, accepted=probe.control, refusal=again)

    def _trained(self, limit: Limit, point: EnforcementPoint, probe: Training, about: Sighting) -> Sighting:
        """Train on as many images as there may be; of how many a job makes use is the limit."""
        room = [self.found.get(each.id) for each in _counted() if each.counts.of is Counted.MEDIA]
        most = min([self.most(limit), *(each for each in room if each is not None)])

        def ask(images: int) -> Answer:
            seen = probe.seen(point, images)
            if not seen.answer.accepted or seen.used == images:
                return seen.answer
            if seen.used is None:
                return Answer(None, failure=f"the job {seen.state or 'did not end in time'}")
            return Answer(409, {"error_code": "cut_short", "message": f"{seen.used} images are used"})

        oracle, used = Oracle(ask), self.found.get(limit.id)
        if used is None:
            answer = oracle.accepts(most)
            if answer is None:
                return replace(about, unknown=oracle.stopped.words if oracle.stopped else "no job came to an end")
            used = most if answer else next(iter(oracle.named()), 0)
        known = ObservedBoundary(used, used + 1 if used < most else None, 0, exact=used < most)
        seen = oracle.sighting(about, max(1, used // 2), most, known)
        # The job is not refused: it says that it was cut short.
        return replace(seen, verb="cut short", refusal=seen.accepted) if seen.refusal else seen


def _counted() -> list[Limit]:
    return [limit for limit in LIMITS if limit.counting is not None]


def _release(probe: CountProbe | None) -> None:
    if probe is not None:
        probe.release()


def _about(limit: Limit, point: EnforcementPoint) -> Sighting:
    return Sighting(row=limit.id, place=point.value, unit=limit.unit)


def _beyond(
    about: Sighting, start: int, furthest: int, known: ObservedBoundary | None, ask: Callable[[int], Answer]
) -> Sighting:
    """The boundary beyond ``start``, where that is accepted."""
    first = ask(start) if known is None else None
    if first is not None and not first.accepted:
        return replace(about, unknown=f"{start:,} {about.unit} got {first.words_with_message}")
    return Oracle(ask).sighting(about, start, furthest, known)


def _case(limit: Limit, point: EnforcementPoint) -> CountCase:
    """The plainest case of a limit at a point; what is counted up to is said when it is asked for."""
    probe = Probe(limit, point, Side.AT, Axis.COUNT, Expected.ACCEPTED, limit.value, limit.value, None)
    kind = limit.counts.variants.get(point, ("",))[0]
    return CountCase(requirement=Requirement(limit.id, point.value), probe=probe, kind=kind)
