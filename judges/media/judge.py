"""How one media probe is judged: control, state before, upload, read back, state after, boundary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from contract.boundaries import ObservedBoundary
from contract.cases import Case
from contract.identifiers import Ids
from contract.limits import LIMITS
from contract.observations import Answer, Observation, other_conflict
from contract.profiles import Profile
from contract.purposes import Purpose
from contract.verdicts import Expected, Verdict, inconclusive_reason, judge
from deployment.client import Client
from deployment.counted import counted_as
from deployment.curl import curl
from deployment.media import Dataset
from generators.artefacts import Artefact, make
from generators.specs import ImageSpec, MediaSpec
from judges.media.boundary import BoundarySearch
from judges.media.cases import MediaCase
from judges.media.readback import misreported, unlike
from judges.media.thumbnails import thumbnail
from judges.results import Outcome, not_applicable
from judges.upload import beyond_file_size, is_settled, kind_of, settled, upload
from judges.workspace import Workspace


@dataclass(slots=True)
class MediaJudge:
    """Judges media cases against one dataset of the run; a control is sent once for each kind of artefact.

    ``place`` is the dataset where that is not the workspace's own, ``post`` how media are uploaded to it. ``accepted``
    holds an answer for each kind of artefact of which one was accepted: it does as a control.
    ``refused_alone`` are the controls that an empty project refused with 409, ``read`` the formats of which a medium
    was read by itself, not only in a listing.
    """

    workspace: Workspace
    place: Callable[[], Dataset] | None = None
    post: Callable[[Dataset, Artefact], Answer] = upload
    answers: dict[MediaSpec, Answer] = field(default_factory=dict)
    refused_alone: set[MediaSpec] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    accepted: dict[MediaSpec, Answer] = field(default_factory=dict)

    @classmethod
    def shared(cls, workspace: Workspace) -> MediaJudge:
        """The one judge of media of a workspace: what was sent for one case answers for others."""
        return workspace.once(cls, lambda: cls(workspace))

    @property
    def dataset(self) -> Dataset:
        """Where media are uploaded to."""
        return self.workspace.dataset if self.place is None else self.place()

    @property
    def client(self) -> Client:
        """What it sends with."""
        return self.workspace.client

    @property
    def profile(self) -> Profile:
        """What the deployment is held to."""
        return self.workspace.profile

    def judge(self, case: MediaCase) -> Outcome:
        """What one case comes to."""
        probe = case.probe
        if case.spec is None:
            return not_applicable(probe.note or "no such file exists")
        if probe.expected is Expected.NOTHING:
            return not_applicable("this limit is not part of the profile")
        artefact = make(case.spec)
        too_large = beyond_file_size(artefact, self.profile)
        if too_large:
            return not_applicable(too_large)
        seen = self.observe(artefact, case.control, probe.expected)
        judgement = judge(probe.expected, seen, probe.refusals)
        note = f" ({probe.note})" if probe.note else ""
        return Outcome(
            judgement=replace(judgement, reason=judgement.reason + note),
            answer=seen.answer,
            sent=described(artefact, pictured=judgement.broken),
            curl=curl("POST", self.url(case.spec), case.spec.name),
            search=lambda known: self._boundary(case, judgement.verdict, seen, known),
        )

    def judge_file(self, spec: MediaSpec, control: MediaSpec, expected: Expected) -> Outcome:
        """What a file comes to of which one answer is expected, and no boundary is looked for."""
        artefact = make(spec)
        too_large = beyond_file_size(artefact, self.profile)
        if too_large:
            return not_applicable(too_large)
        seen = self.observe(artefact, control, expected)
        entity = "image" if isinstance(spec, ImageSpec) else "video"
        refusals = self.profile.refusal(*(limit.id for limit in LIMITS if limit.entity == entity))
        judgement = judge(expected, seen, refusals)
        return Outcome(
            judgement=judgement,
            answer=seen.answer,
            sent=described(artefact, pictured=judgement.broken),
            curl=curl("POST", self.url(spec), spec.name),
        )

    def release(self, following: Case | None) -> None:
        """Nothing is left behind: what appeared is deleted with each case."""

    def url(self, spec: MediaSpec) -> str:
        """Where a medium of this kind is uploaded to."""
        return f"{self.client.base}/api/v1{self.dataset.path}/media/{kind_of(spec)}"

    def answer(self, spec: MediaSpec) -> Answer:
        """What the deployment answers to a file; sent once, a control like a probe."""
        return self.answers[spec] if spec in self.answers else self.send_again(spec)

    def send_again(self, spec: MediaSpec) -> Answer:
        """What the deployment answers to a file now; it is of no use afterwards."""
        self._make_room()
        artefact = make(spec)
        answer = self.post(self.dataset, artefact)
        medium = answer.text("id")
        if medium is not None:
            self._done_with({medium: {"type": kind_of(spec).removesuffix("s")}}, len(artefact.content))
        self._keep(spec, answer)
        return answer

    def _keep(self, spec: MediaSpec, answer: Answer) -> None:
        """Keep an answer for the cases to come, unless it speaks of the network or the moment."""
        if inconclusive_reason(answer) is None:
            self.answers[spec] = answer
        if answer.accepted:
            self.accepted.setdefault(_kind(spec), answer)

    def observe(self, artefact: Artefact, inside: MediaSpec, expected: Expected) -> Observation:
        """Upload an artefact and see what came of it; ``inside`` is its control. What appeared is of no use afterwards.

        What is accepted is its own control: only a refusal needs another beside it. A 409 may speak of a project that
        is full of what the run made and could not delete: where the control is refused with 409 too, both are sent to a
        new project, once.
        """
        self._make_room()
        seen = self._observed(artefact)
        if seen.answer.accepted:
            return replace(seen, control=seen.answer)
        control = self._control(inside)
        if (
            seen.answer.status == 409
            and control.accepted
            and (expected is Expected.ACCEPTED or self.workspace.renewals)
        ):
            control = self.send_again(inside)
        if control.status == 409 and other_conflict(control) is None and inside not in self.refused_alone:
            self.workspace.renew_dataset()
            control = self.send_again(inside)
            seen = self._observed(artefact)
            if control.status == 409:
                self.refused_alone.add(inside)
        return replace(seen, control=control, alone=inside in self.refused_alone)

    def _observed(self, artefact: Artefact) -> Observation:
        with self.dataset.watched() as change:
            answer = self.post(self.dataset, artefact)
            self._keep(artefact.spec, answer)
            change.expected = answer.text("id")
        fresh, changes, medium, created = change.appeared, change.changes, change.expected, change.created
        settling = self.client.settling
        differences: tuple[str, ...] | None = ()
        if created:
            said = [Answer(200, each) for key, each in (fresh or {}).items() if key in Ids((str(medium),))]
            differences = settling.until(
                lambda: self._differences(artefact, str(medium), said.pop() if said else None),
                lambda found: found == (),
            )
        self._done_with(fresh or {}, len(artefact.content))
        if not created and medium is not None:
            self.dataset.delete(kind_of(artefact.spec), medium)
        return Observation(answer, None, created, changes, None if changes is None else differences)

    @counted_as(Purpose.CONTROL)
    def _control(self, spec: MediaSpec) -> Answer:
        return self.accepted.get(_kind(spec)) or self.answer(spec)

    def _make_room(self) -> None:
        if self.place is None:
            self.workspace.make_room()

    def _done_with(self, media: Mapping[str, Mapping[str, Any]], size: int) -> None:
        """Media of no use any more, of ``size`` bytes each: in the workspace's own dataset small ones may stay."""
        if self.place is None:
            self.workspace.done_with(media, size)
        else:
            self.dataset.delete_listed(media)

    @counted_as(Purpose.READ_BACK)
    def _differences(self, artefact: Artefact, medium: str, listed: Answer | None) -> tuple[str, ...] | None:
        """Where the stored medium differs from what was sent; None where it could not be read.

        What is said of it where it is ``listed`` does, once a medium of its format was read by itself.
        """
        spec = artefact.spec
        path = f"{self.dataset.path}/media/{kind_of(spec)}/{medium}"
        answer = listed
        if answer is None or spec.format not in self.read or not answer.fields or not is_settled(answer):
            answer = settled(self.dataset, path)
            self.read.add(spec.format)
        if answer is None:
            return None
        shown = "full" if isinstance(spec, ImageSpec) else "stream"
        display, content = self.client.download(f"{path}/display/{shown}")
        if not answer.accepted or not display.accepted or not answer.fields:
            return None
        damage = unlike(artefact, content)
        if damage is None:
            return None
        return (*misreported(spec, answer.fields.get("media_information", {})), *damage)

    def _boundary(
        self, case: MediaCase, verdict: Verdict, seen: Observation, known: ObservedBoundary | None
    ) -> ObservedBoundary | None:
        """Where the deployment really turns; None where the control says nothing of it."""
        if seen.control is None or not seen.control.accepted:
            return None
        return BoundarySearch(case, self.profile, self.send_again).observed(verdict, seen.answer, known)


def _kind(spec: MediaSpec) -> MediaSpec:
    """What stands for all artefacts of a kind: they differ in size, length and colours alone."""
    if isinstance(spec, ImageSpec):
        return replace(spec, width=1, height=1, seed=0)
    return replace(spec, width=1, height=1, frames=1, seed=0)


def described(artefact: Artefact, *, pictured: bool = False) -> dict[str, Any]:
    """What was sent, for a report: the specification, size in bytes, SHA-256, and a thumbnail where it is asked for."""
    spec = artefact.spec
    fields = {name: getattr(spec, name) for name in spec.__dataclass_fields__}
    picture = thumbnail(artefact) if pictured else None
    shown = {"thumbnail": picture} if picture else {}
    return {**fields, "name": spec.name, "bytes": len(artefact.content), "sha256": artefact.sha256, **shown}
