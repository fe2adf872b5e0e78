"""How one media probe is judged: control, state before, upload, read back, state after, boundary."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Any

from contract.boundaries import ObservedBoundary, bisect
from contract.limits import Constraint
from contract.observations import Answer, Observation
from contract.probes import Axis, Probe, Shape, Side, nearest_area, shape_on
from contract.profiles import Profile
from contract.results import Result
from contract.verdicts import Expected, Judgement, Verdict, crashed_or_inconclusive, inconclusive_reason, judge
from deployment.client import curl
from deployment.media import Dataset
from generators.artefacts import Artefact, make
from generators.specs import ImageSpec, MediaSpec, UnrepresentableError, VideoSpec
from judges.media.cases import MediaCase
from judges.media.readback import described_as, unlike
from judges.media.thumbnails import thumbnail
from judges.results import unjudged
from judges.upload import kind_of, settled, upload

_REPEATS = 2


@dataclass(slots=True)
class MediaJudge:
    """Judges media cases against one dataset of the run; a control is sent once for each kind of artefact."""

    dataset: Dataset
    profile: Profile
    answers: dict[MediaSpec, Answer] = field(default_factory=dict)

    def judge(self, case: MediaCase) -> Result:
        """The result of one case."""
        started, first = time.time(), len(self.dataset.client.exchanges)
        probe = case.probe
        base = unjudged(case.id, probe, self.profile, _title(case))
        if case.spec is None or probe.expected is Expected.NOTHING:
            reason = "this limit is not part of the profile" if case.spec is not None else probe.note
            return replace(base, verdict=Verdict.NOT_APPLICABLE, reason=reason, started_ms=int(started * 1000))
        artefact = make(case.spec)
        seen = self.observe(artefact, case.control)
        verdict = judge(probe.expected, seen)
        boundary = self._boundary(case, verdict)
        note = f" ({probe.note})" if probe.note else ""
        exchanges = tuple(self.dataset.client.exchanges[first:])
        del self.dataset.client.exchanges[:]
        return replace(
            base,
            verdict=verdict.verdict,
            reason=verdict.reason + note,
            status=seen.answer.status,
            error_code=seen.answer.error_code,
            sent=described(artefact, pictured=verdict.broken),
            observed_boundary=boundary.accepted if boundary else None,
            boundary=boundary.words if boundary else None,
            search=boundary.asked if boundary else (),
            curl=curl("POST", self.url(case.spec), case.spec.name),
            exchanges=exchanges if verdict.broken else (),
            started_ms=int(started * 1000),
            elapsed_s=time.time() - started,
        )

    def url(self, spec: MediaSpec) -> str:
        """Where a medium of this kind is uploaded to."""
        return f"{self.dataset.client.base}/api/v1{self.dataset.path}/media/{kind_of(spec)}"

    def answer(self, spec: MediaSpec) -> Answer:
        """What the deployment says to a file; sent once, a control like a probe."""
        return self.answers[spec] if spec in self.answers else self.sent_anew(spec)

    def sent_anew(self, spec: MediaSpec) -> Answer:
        """What the deployment says to a file now; it is deleted again."""
        answer = upload(self.dataset, make(spec))
        self._forget(answer, spec)
        self._keep(spec, answer)
        return answer

    def _keep(self, spec: MediaSpec, answer: Answer) -> None:
        """Keep an answer for the cases to come, unless it is the way's."""
        if inconclusive_reason(answer) is None:
            self.answers[spec] = answer

    def observe(self, artefact: Artefact, inside: MediaSpec) -> Observation:
        """Upload an artefact and see what came of it; ``inside`` is its control. What appeared is deleted again."""
        control = self.answer(inside)
        before = self.dataset.listing()
        answer = upload(self.dataset, artefact)
        broke = answer.status is None or answer.status >= 500
        if broke and self.dataset.client.worth_repeating(answer):
            answer = self._repeated(artefact, inside, answer, before or {})
        self._keep(artefact.spec, answer)
        after = self.dataset.listing()
        if before is None or after is None:
            return Observation(answer, control, changes=None, differences=None)
        medium = answer.text("id")
        fresh = [identifier for identifier in after if identifier not in before]
        others = [identifier for identifier in fresh if identifier != medium]
        lost = [identifier for identifier in before if identifier not in after]
        changes = [f"media {identifier} appeared" for identifier in others]
        changes += [f"media {identifier} disappeared" for identifier in lost]
        created = medium in fresh
        differences = self._differences(artefact, str(medium)) if created else ()
        for identifier in fresh:
            self.dataset.delete(kind_of(artefact.spec), identifier)
        return Observation(answer, control, created, tuple(changes), differences)

    def _repeated(self, artefact: Artefact, control: MediaSpec, first: Answer, before: dict[str, Any]) -> Answer:
        """Tell a deployment that breaks from a way that breaks: repeat, with the control in between.

        An upload whose answer was lost may have been stored: it is looked for, and deleted, before the next.
        """
        answer = first
        for _ in range(_REPEATS):
            if answer.unsent:
                return answer
            if answer.lost:
                for identifier in set(self.dataset.listing() or {}) - set(before):
                    self.dataset.delete(kind_of(artefact.spec), identifier)
            inside = upload(self.dataset, make(control))
            self._forget(inside, artefact.spec)
            answer = upload(self.dataset, artefact)
            same = answer.status == first.status
            if not inside.accepted or not same:
                return answer
        return replace(answer, recurred=True)

    def _forget(self, answer: Answer, spec: MediaSpec) -> None:
        medium = answer.text("id")
        if medium is not None:
            self.dataset.delete(kind_of(spec), medium)

    def _differences(self, artefact: Artefact, medium: str) -> tuple[str, ...] | None:
        """Where the stored medium differs from what was sent; None where it could not be read."""
        spec = artefact.spec
        path = f"{self.dataset.path}/media/{kind_of(spec)}/{medium}"
        answer = settled(self.dataset, path)
        if answer is None:
            return None
        shown = "full" if isinstance(spec, ImageSpec) else "stream"
        display, content = self.dataset.client.download(f"{path}/display/{shown}")
        if not answer.accepted or not display.accepted or not answer.fields:
            return None
        wanted = described_as(spec)
        reported = answer.body.get("media_information", {})
        found = [
            f"{key} reads back as {reported.get(key)}, sent {value}"
            for key, value in wanted.items()
            if reported.get(key) != value
        ]
        damage = unlike(artefact, content)
        return None if damage is None else (*found, *damage)

    def _boundary(self, case: MediaCase, verdict: Judgement) -> ObservedBoundary | None:
        probe = case.probe
        if verdict.verdict not in (Verdict.NOT_ENFORCED, Verdict.OVER_ENFORCED):
            return None
        control = self.answers.get(case.control)
        if control is None or not control.accepted:
            return None
        inside = _value(probe.axis, case.control)
        if probe.limit.constraint is Constraint.MAX:
            furthest = 2 * probe.value
            if isinstance(case.spec, VideoSpec) and probe.axis is not Axis.DURATION:
                furthest = min(furthest, 16_383)
        else:
            furthest = 1
        if verdict.verdict is Verdict.NOT_ENFORCED:
            return bisect(probe.value, None, furthest, lambda value: self._accepts(case, value), self._exists(probe))
        return bisect(inside, probe.value, furthest, lambda value: self._accepts(case, value), self._exists(probe))

    def _exists(self, probe: Probe) -> Any:
        if probe.axis is not Axis.AREA:
            return lambda _value: True
        return lambda value: _exactly(value, self.profile) is not None

    def _accepts(self, case: MediaCase, value: int) -> bool | None:
        probe = case.probe
        if probe.axis is Axis.AREA:
            shape = _exactly(value, self.profile) or nearest_area(value, Side.BELOW, self.profile)
            if shape is None:
                return None
        else:
            shape = shape_on(probe.axis, value, self.profile)
        try:
            artefact = make(case.spec_of(shape))
        except UnrepresentableError:
            return None
        answer = upload(self.dataset, artefact)
        self._forget(answer, artefact.spec)
        if answer.accepted:
            return True
        return None if crashed_or_inconclusive(answer) else False


def _exactly(pixels: int, profile: Profile) -> Shape | None:
    shape = nearest_area(pixels, Side.BELOW, profile)
    return shape if shape is not None and shape.width * shape.height == pixels else None


def _value(axis: Axis, spec: MediaSpec) -> int:
    if axis is Axis.AREA:
        return spec.width * spec.height
    if axis is Axis.DURATION:
        return spec.duration if isinstance(spec, VideoSpec) else 0
    return spec.width if axis is Axis.WIDTH else spec.height


def described(artefact: Artefact, *, pictured: bool = False) -> dict[str, Any]:
    """What was sent, for a report: the specification, size in bytes, SHA-256, and a thumbnail where it is asked for."""
    spec = artefact.spec
    fields = {name: getattr(spec, name) for name in spec.__dataclass_fields__}
    picture = thumbnail(artefact) if pictured else None
    shown = {"thumbnail": picture} if picture else {}
    return {**fields, "name": spec.name, "bytes": len(artefact.content), "sha256": artefact.sha256, **shown}


def _title(case: MediaCase) -> str:
    spec, probe = case.spec, case.probe
    size = f"{spec.width}x{spec.height}" if spec is not None else f"{probe.wanted} {probe.limit.unit}"
    duration = f" {spec.duration} s" if isinstance(spec, VideoSpec) else ""
    return f" {size}{duration} {case.format}"
