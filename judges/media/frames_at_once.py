"""Frames of one video, several asked for at a time: each is its own, as it is alone."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from contract.cases import Case, Requirement
from contract.concurrency import UploadSeen, judge_at_once
from contract.probes import comfortable_side
from contract.profiles import Profile
from deployment.curl import curl
from generators.specs import VideoSpec
from judges.media.held import Held
from judges.media.use_cases import card_rate
from judges.media.uses import frame_display
from judges.results import Outcome
from judges.workspace import Workspace

# So many of one video at a time: no two next to each other, so that a neighbour is another's mistake.
_AT_A_TIME: Final = (4, 8)
_SPACING: Final = 2
_SECONDS: Final = 4
_WHAT: Final = "frames of one video"
_CITATION: Final = "Geti's REST documentation, video frame download: nothing there says that frames must wait in turn"


@dataclass(frozen=True, slots=True, kw_only=True)
class FramesAtOnceCase(Case):
    """The frames of these ``indices`` of one video, all asked for together.

    ``control`` is another video as long, of which frames are asked for alone: what is kept of a frame of the first one
    cannot be given out again.
    """

    spec: VideoSpec
    control: VideoSpec
    indices: Sequence[int]

    @property
    def strand(self) -> str:
        """They do not meet each other."""
        return f"at once {self.requirement.scope}"


def frames_at_once_cases(profile: Profile, seed: int) -> tuple[FramesAtOnceCase, ...]:
    """4 and 8 frames of a video at a time; no two videos have a frame in common."""
    side, rate = comfortable_side(profile), card_rate(profile)
    frames = _SECONDS * rate
    videos = [VideoSpec(side, side, frames, rate, "mp4", "card", seed + number * frames) for number in range(4)]
    return tuple(
        FramesAtOnceCase(
            requirement=Requirement("concurrency", "frame-display"),
            variant=f"{number}-at-a-time",
            title=f"{number} frames of one video, asked for at a time",
            expected="each frame is its own",
            citation=_CITATION,
            # Two uploads, the frames, and one of them alone.
            requests=number + 3,
            spec=spec,
            control=control,
            indices=range(0, number * _SPACING, _SPACING),
        )
        for number, spec, control in zip(_AT_A_TIME, videos[::2], videos[1::2], strict=True)
    )


@dataclass(slots=True)
class FramesAtOnceJudge:
    """Judges frames that are decoded beside others; what is wrong alone, too, is judged elsewhere and left out."""

    workspace: Workspace

    def judge(self, case: FramesAtOnceCase) -> Outcome:
        """What one number of frames at a time comes to."""
        self.workspace.make_room(2)
        held, control = (Held.uploaded_to(self.workspace.dataset, spec) for spec in (case.spec, case.control))
        missing = next((each for each in (held, control) if not each.identifier), None)
        together = {} if missing else self._together(held, case.indices)
        wrong = [index for index, seen in together.items() if not seen.as_sent]
        alone = {index: self._shown(control, index) for index in wrong or list(together)[:1]}
        judged = [seen for index, seen in together.items() if index not in alone or alone[index].as_sent]
        for each in (held, control):
            each.leave_to(self.workspace)
        by_itself = [*alone.values(), *judged, UploadSeen((missing or held).uploaded)]
        first = next((seen for seen in by_itself if seen.as_sent), by_itself[0])
        judgement = judge_at_once(_WHAT, len(case.indices), first, judged)
        decisive = next((seen.answer for seen in judged if not seen.as_sent), first.answer)
        return Outcome(
            judgement=judgement,
            answer=decisive,
            sent={"file": case.spec.name, "frames": list(case.indices)},
            curl=curl("GET", f"{self.workspace.client.base}/api/v1{held.path}/frames/{case.indices[0]}/display/full"),
        )

    def release(self, following: Case | None) -> None:
        """What was sent goes with its project."""

    def _together(self, held: Held, indices: Sequence[int]) -> dict[int, UploadSeen]:
        with ThreadPoolExecutor(len(indices)) as pool:
            return dict(zip(indices, pool.map(lambda index: self._shown(held, index), indices), strict=True))

    def _shown(self, held: Held, index: int) -> UploadSeen:
        # A host that is behind does not have it yet; another picture is none of that.
        used = self.workspace.client.settling.until(
            lambda: frame_display(index).of(held), lambda used: used.answer.accepted
        )
        return UploadSeen(used.answer, used.answer, used.differences)
