"""Combinations of boundaries at upload: which files they are, and how each is judged."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from contract.combinations import Combination, combinations
from contract.limits import PUBLISHED, EnforcementPoint
from contract.probes import control_shape
from contract.profiles import Profile
from contract.results import Result
from contract.verdicts import Expected, Verdict, judge
from deployment.client import curl
from generators.artefacts import make
from generators.specs import ImageSpec, MediaSpec, UnrepresentableError, VideoSpec
from judges.media.cases import reshaped
from judges.media.judge import MediaJudge, described


@dataclass(frozen=True, slots=True)
class CombinationCase:
    """One combination as a file; ``spec`` is None where no such file exists."""

    combination: Combination
    spec: MediaSpec | None
    control: MediaSpec

    @property
    def id(self) -> str:
        """Unique within the manifest, and the requirement: ``combination.image-upload@both-sides-at-min``."""
        return self.combination.requirement


def combination_cases(profile: Profile, seed: int) -> tuple[CombinationCase, ...]:
    """Every combination under one profile: images as PNG, videos as MP4, both by the direct encoder."""
    image, video = control_shape(profile, video=False), control_shape(profile, video=True)
    controls: dict[EnforcementPoint, MediaSpec] = {
        EnforcementPoint.IMAGE_UPLOAD: ImageSpec(image.width, image.height, mode="1", seed=seed, encoder="direct"),
        EnforcementPoint.VIDEO_UPLOAD: VideoSpec(
            video.width, video.height, video.seconds, 1, seed=seed, encoder="direct"
        ),
    }
    return tuple(_case(each, controls[each.point]) for each in combinations(profile))


def _case(combination: Combination, control: MediaSpec) -> CombinationCase:
    try:
        return CombinationCase(combination, reshaped(control, combination.shape), control)
    except UnrepresentableError:
        return CombinationCase(combination, None, control)


def judge_combination(judge_of_media: MediaJudge, case: CombinationCase) -> Result:
    """The result of one combination: accepted and reads back, or one refusal that changes nothing."""
    started, client = time.time(), judge_of_media.dataset.client
    combination, shape, spec = case.combination, case.combination.shape, case.spec
    size = f"{shape.width}x{shape.height}" + (f" {shape.seconds} s" if shape.seconds else "")
    base = Result(
        case=case.id,
        requirement=case.id,
        title=f"{combination.point.words} {size}, {combination.name.replace('-', ' ')}",
        verdict=Verdict.NOT_APPLICABLE,
        reason="what this combination passes is not part of the profile" if spec is not None else "no such file exists",
        enforcement_point=combination.point.value,
        expected=combination.expected.value,
        citation=PUBLISHED,
        started_ms=int(started * 1000),
    )
    if spec is None or combination.expected is Expected.NOTHING:
        return base
    first = len(client.exchanges)
    artefact = make(spec)
    seen = judge_of_media.observe(artefact, case.control)
    verdict = judge(combination.expected, seen)
    exchanges = tuple(client.exchanges[first:])
    del client.exchanges[:]
    return replace(
        base,
        verdict=verdict.verdict,
        reason=verdict.reason,
        sent=described(artefact, pictured=verdict.broken),
        status=seen.answer.status,
        error_code=seen.answer.error_code,
        curl=curl("POST", judge_of_media.url(spec), spec.name),
        exchanges=exchanges if verdict.broken else (),
        elapsed_s=time.time() - started,
    )
