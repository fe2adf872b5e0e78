"""Combinations of boundaries at upload: which files they are, and how each is judged."""

from __future__ import annotations

from dataclasses import dataclass

from contract.cases import Case, Requirement
from contract.combinations import Combination, combinations
from contract.limits import PUBLISHED, EnforcementPoint
from contract.probes import control_shape
from contract.profiles import Profile
from contract.verdicts import Expected
from generators.specs import ImageSpec, MediaSpec, UnrepresentableError, VideoSpec
from judges.media.cases import REQUESTS, reshaped, strand_of
from judges.media.judge import MediaJudge
from judges.results import Outcome, not_applicable


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinationCase(Case):
    """One combination as a file; ``spec`` is None where no such file exists."""

    combination: Combination
    spec: MediaSpec | None
    control: MediaSpec

    @property
    def strand(self) -> str:
        """That of the cases of its format, which share its control."""
        return strand_of(self.control)

    @property
    def promise(self) -> str:
        """All of one enforcement point promise the same."""
        return self.requirement.subject


def combination_cases(profile: Profile, seed: int) -> tuple[CombinationCase, ...]:
    """Every combination under one profile: images as PNG, videos as MP4, both by the direct encoder."""
    image, video = control_shape(profile, video=False), control_shape(profile, video=True)
    rate = video.rate or 1
    controls: dict[EnforcementPoint, MediaSpec] = {
        EnforcementPoint.IMAGE_UPLOAD: ImageSpec(image.width, image.height, mode="1", seed=seed, encoder="direct"),
        EnforcementPoint.VIDEO_UPLOAD: VideoSpec(
            video.width, video.height, video.seconds * rate, rate, seed=seed, encoder="direct"
        ),
    }
    return tuple(_case(each, controls[each.point]) for each in combinations(profile))


def _case(combination: Combination, control: MediaSpec) -> CombinationCase:
    point, shape = combination.point, combination.shape
    try:
        spec = reshaped(control, shape)
    except UnrepresentableError:
        spec = None
    size = f"{shape.width}x{shape.height}" + (f" {shape.seconds} s" if shape.seconds else "")
    return CombinationCase(
        requirement=Requirement(f"combination.{point.value}", combination.name),
        title=f"{point.words} {size}, {combination.name.replace('-', ' ')}",
        point=point,
        expected=combination.expected.value,
        citation=PUBLISHED,
        seconds=0.06 if point is EnforcementPoint.IMAGE_UPLOAD else 0.22,
        requests=REQUESTS,
        combination=combination,
        spec=spec,
        control=control,
    )


@dataclass(frozen=True, slots=True)
class CombinationJudge:
    """Judges one file at several boundaries: accepted and reads back, or refused without a trace."""

    media: MediaJudge

    def judge(self, case: CombinationCase) -> Outcome:
        """What one combination comes to."""
        if case.spec is None:
            return not_applicable("no such file exists")
        if case.combination.expected is Expected.NOTHING:
            return not_applicable("what this combination passes is not part of the profile")
        return self.media.judge_file(case.spec, case.control, case.combination.expected)

    def release(self, following: Case | None) -> None:
        """Nothing is left behind."""
