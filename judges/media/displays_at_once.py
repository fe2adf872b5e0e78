"""Pictures of media, several asked for at a time: each is its own, as it is alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from contract.cases import Case, Requirement
from contract.concurrency import UploadSeen, beside_alone, judge_at_once
from contract.probes import comfortable_side
from contract.profiles import Profile
from deployment.curl import curl
from generators.specs import ImageSpec, MediaSpec, VideoSpec
from judges.media.held import Held
from judges.media.use_cases import card_rate
from judges.media.uses import FULL_DISPLAY, THUMBNAIL, Use, frame_display
from judges.results import Outcome
from judges.workspace import Workspace

# So many frames at a time, of so many videos: no two next to each other, so that a neighbour is another's mistake.
_FRAMES: Final = ((4, 1), (8, 1), (4, 2))
_SPACING: Final = 2
_SECONDS: Final = 4
_CITATION: Final = "Geti's REST documentation, download of media: nothing there says that pictures must wait in turn"


@dataclass(frozen=True, slots=True)
class Picture:
    """One use of a medium; of its ``control``, another medium as large, it is asked for alone.

    What is kept of a picture of the first one cannot be given out again.
    """

    spec: MediaSpec
    control: MediaSpec
    use: Use


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplaysAtOnceCase(Case):
    """Pictures of ``what``, all ``asked`` for together."""

    what: str
    asked: Sequence[Picture]

    @property
    def strand(self) -> str:
        """They do not meet each other."""
        return f"at once {self.requirement.scope}"


def displays_at_once_cases(profile: Profile, seed: int) -> tuple[DisplaysAtOnceCase, ...]:
    """4 and 8 frames of a video, 4 of two, and the pictures of two images: no two show the same."""
    return (*_of_videos(profile, seed), _of_images(profile, seed))


def _of_videos(profile: Profile, seed: int) -> Iterator[DisplaysAtOnceCase]:
    side, rate = comfortable_side(profile), card_rate(profile)
    length, first = _SECONDS * rate, seed
    for number, videos in _FRAMES:
        *specs, control = (
            VideoSpec(side, side, length, rate, "mp4", "card", first + each * length) for each in range(videos + 1)
        )
        first += (videos + 1) * length
        uses = [frame_display(index * _SPACING) for index in range(number // videos)]
        what = "frames of one video" if videos == 1 else f"frames of {videos} videos"
        variant = f"{number}-at-a-time" + (f"-of-{videos}" if videos > 1 else "")
        yield _case("frame-display", variant, what, [Picture(spec, control, use) for use in uses for spec in specs])


def _of_images(profile: Profile, seed: int) -> DisplaysAtOnceCase:
    side = comfortable_side(profile)
    *specs, control = (ImageSpec(side, side, "png", "RGB", "card", seed + each) for each in range(3))
    asked = [Picture(spec, control, use) for use in (FULL_DISPLAY, THUMBNAIL) for spec in specs]
    return _case("image-display", f"{len(asked)}-at-a-time", "pictures of 2 images", asked)


def _case(scope: str, variant: str, what: str, asked: Sequence[Picture]) -> DisplaysAtOnceCase:
    return DisplaysAtOnceCase(
        requirement=Requirement("concurrency", scope),
        variant=variant,
        title=f"{len(asked)} {what}, asked for at a time",
        expected="each is its own",
        citation=_CITATION,
        requests=len({each.spec for each in asked}) + len(asked),
        what=what,
        asked=asked,
    )


@dataclass(slots=True)
class DisplaysAtOnceJudge:
    """Judges pictures that are made beside others; what is wrong alone, too, is judged elsewhere and left out."""

    workspace: Workspace

    def judge(self, case: DisplaysAtOnceCase) -> Outcome:
        """What some pictures at a time come to."""
        held = self._uploaded(each.spec for each in case.asked)
        right, judged = self._seen(case.asked, held)
        for each in held.values():
            each.leave_to(self.workspace)
        first = case.asked[0]
        return Outcome(
            judgement=judge_at_once(case.what, len(case.asked), right, judged),
            answer=next((seen.answer for seen in judged if not seen.as_sent), right.answer),
            sent={"pictures": [f"{each.use.words} of {each.spec.name}" for each in case.asked]},
            curl=curl("GET", f"{self.workspace.client.base}/api/v1{held[first.spec].path}/{first.use.place}"),
        )

    def release(self, following: Case | None) -> None:
        """What was sent goes with its project."""

    def _uploaded(self, specs: Iterable[MediaSpec]) -> dict[MediaSpec, Held]:
        each = dict.fromkeys(specs)
        self.workspace.make_room(len(each))
        return {spec: Held.uploaded_to(self.workspace.dataset, spec) for spec in each}

    def _seen(self, asked: Sequence[Picture], held: Mapping[MediaSpec, Held]) -> tuple[UploadSeen, list[UploadSeen]]:
        """One picture that is as it should be, else what came in its place, and all pictures that are judged."""
        missing = _missing(held)
        if missing is not None:
            return UploadSeen(missing.uploaded), []
        with ThreadPoolExecutor(len(asked)) as pool:
            shown = pool.map(lambda each: self._shown(held[each.spec], each.use), asked)
            together = dict(zip(asked, shown, strict=True))
        wrong = [each for each, seen in together.items() if not seen.as_sent]
        controls = self._uploaded(each.control for each in wrong)
        missing = _missing(controls)
        alone = {} if missing else {each: self._shown(controls[each.control], each.use) for each in wrong}
        for control in controls.values():
            control.leave_to(self.workspace)
        if missing is not None:
            return UploadSeen(missing.uploaded), []
        right, judged = beside_alone(together, alone)
        return right, list(judged.values())

    def _shown(self, held: Held, use: Use) -> UploadSeen:
        # A host that is behind does not have it yet; another picture is none of that.
        used = self.workspace.client.settling.until(lambda: use.of(held), lambda used: used.answer.accepted)
        return UploadSeen(used.answer, used.answer, used.differences)


def _missing(held: Mapping[MediaSpec, Held]) -> Held | None:
    return next((each for each in held.values() if not each.identifier), None)
