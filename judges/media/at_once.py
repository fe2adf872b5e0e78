"""Valid images and videos, several at a time: each is accepted, and reads back as itself."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from contract.cases import Case, Requirement
from contract.concurrency import AT_A_TIME, UPLOADS, UploadSeen, beside_alone, judge_at_once
from contract.limits import EnforcementPoint
from contract.probes import comfortable_side
from contract.profiles import Profile
from deployment.curl import curl
from generators.specs import ImageSpec, MediaSpec, VideoSpec
from judges.media.held import Held
from judges.media.readback import misreported
from judges.media.use_cases import card_rate
from judges.media.uses import FULL_DISPLAY, LAST_FRAME
from judges.results import Outcome
from judges.upload import kind_of
from judges.workspace import Workspace

# One of each decoder, each for two files that meet first: what two files of a name's ending share may be mixed up.
_IMAGES: Final = ("jpg", "png", "tiff", "webp")
_VIDEOS: Final = ("mp4", "avi", "mkv", "webm")
# Upload and reading of each.
_REQUESTS: Final = 2 * UPLOADS
_CITATION: Final = (
    "Geti's REST documentation, image and video upload: nothing there says that uploads must wait in turn"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AtOnceCase(Case):
    """Valid media of one kind, ``at_a_time`` of them sent together; no two are alike."""

    specs: Sequence[MediaSpec]
    at_a_time: int

    @property
    def strand(self) -> str:
        """Those of a kind share a project, and do not meet the others of their kind."""
        return f"at once {self.requirement.scope}"


def at_once_cases(profile: Profile, seed: int) -> tuple[AtOnceCase, ...]:
    """Images and videos, each 2, 4 and 8 at a time."""
    side, rate = comfortable_side(profile), card_rate(profile)
    images = [
        ImageSpec(side, side + number, extension, "RGB", "card", seed + number)
        for number, extension in enumerate(_each_twice(_IMAGES))
    ]
    # Videos that begin with another number each, and differ in length, have no frame in common.
    videos = [
        VideoSpec(side, side, 2 * rate + number, rate, extension, "card", seed + 20 * number)
        for number, extension in enumerate(_each_twice(_VIDEOS))
    ]
    return tuple(
        _case(point, specs, at_a_time)
        for point, specs in ((EnforcementPoint.IMAGE_UPLOAD, images), (EnforcementPoint.VIDEO_UPLOAD, videos))
        for at_a_time in AT_A_TIME
    )


def _each_twice(formats: Sequence[str]) -> list[str]:
    """``UPLOADS`` formats, those alike side by side."""
    return [formats[number * len(formats) // UPLOADS] for number in range(UPLOADS)]


def _case(point: EnforcementPoint, specs: Sequence[MediaSpec], at_a_time: int) -> AtOnceCase:
    return AtOnceCase(
        requirement=Requirement("concurrency", point.value),
        variant=f"{at_a_time}-at-a-time",
        title=f"{point.words}, {UPLOADS} valid ones, {at_a_time} at a time",
        point=point,
        expected="all accepted, and all read back",
        citation=_CITATION,
        requests=_REQUESTS,
        specs=specs,
        at_a_time=at_a_time,
    )


@dataclass(slots=True)
class AtOnceJudge:
    """Judges uploads that meet each other; ``alone`` holds what each came to that was sent by itself.

    What is refused by itself, or reads back as something else, is judged elsewhere and left out. ``met`` holds what
    uploads came to that were sent together, by their kind and how many came at a time.
    """

    workspace: Workspace
    alone: dict[MediaSpec, UploadSeen] = field(default_factory=dict)
    met: dict[tuple[str, int], Sequence[UploadSeen]] = field(default_factory=dict)

    @classmethod
    def shared(cls, workspace: Workspace) -> AtOnceJudge:
        """The one of a workspace: how long what was sent took is judged beside what became of it."""
        return workspace.once(cls, lambda: cls(workspace))

    def judge(self, case: AtOnceCase) -> Outcome:
        """What one number at a time comes to; by itself is sent what is wrong among others."""
        self.workspace.make_room(len(case.specs))
        renewals = self.workspace.renewals
        first, kind = case.specs[0], kind_of(case.specs[0])
        with ThreadPoolExecutor(case.at_a_time) as pool:
            held = list(pool.map(lambda spec: Held.uploaded_to(self.workspace.dataset, spec), case.specs))
        # Read one after the other: what reading at one time mixes up is no fault of the uploads.
        together = {spec: self._read(each) for spec, each in zip(case.specs, held, strict=True)}
        for each in held:
            each.leave_to(self.workspace)
        alone = {spec: self._by_itself(spec) for spec, seen in together.items() if not seen.as_sent}
        if self.workspace.renewals > renewals:
            return self.judge(case)  # the project was full, and is no more
        control, judged = beside_alone(together, alone)
        self.met[kind, case.at_a_time] = list(judged.values())
        judgement = judge_at_once(kind, case.at_a_time, control, list(judged.values()))
        decisive = next((seen.answer for seen in judged.values() if not seen.answer.accepted), control.answer)
        url = f"{self.workspace.client.base}/api/v1{self.workspace.dataset.path}/media/{kind}"
        return Outcome(
            judgement=judgement,
            answer=decisive,
            sent={"files": [spec.name for spec in judged], "at a time": case.at_a_time},
            curl=curl("POST", url, first.name),
        )

    def release(self, following: Case | None) -> None:
        """What was sent goes with its project."""

    def _by_itself(self, spec: MediaSpec) -> UploadSeen:
        if spec not in self.alone or not self.alone[spec].as_sent:
            control = Held.of(self.workspace, spec)
            self.alone[spec] = self._read(control)
            control.leave_to(self.workspace)
        return self.alone[spec]

    def _read(self, held: Held) -> UploadSeen:
        if not held.identifier:
            return UploadSeen(held.uploaded)
        use = FULL_DISPLAY if kind_of(held.artefact.spec) == "images" else LAST_FRAME
        # A host that is behind does not have it yet; what is another's is none of that.
        used = self.workspace.client.settling.until(lambda: use.of(held), lambda used: used.answer.accepted)
        if used.differences is None:
            return UploadSeen(held.uploaded, used.answer, None)
        said = misreported(held.artefact.spec, held.information)
        return UploadSeen(held.uploaded, used.answer, (*said, *used.differences))
