"""Images that their EXIF orientation turns: a requirement of its own, well inside every limit however they are read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from contract.cases import Case, Requirement
from contract.formats import IMAGE_FORMATS
from contract.limits import EnforcementPoint
from contract.probes import control_shape
from contract.profiles import Profile
from contract.verdicts import Expected, Verdict
from generators.specs import ImageSpec
from judges.media.cases import REQUESTS, strand_of
from judges.media.judge import MediaJudge
from judges.results import Outcome, not_applicable

_QUARTER_TURN: Final = 6
_REQUIREMENT: Final = Requirement("image.orientation", EnforcementPoint.IMAGE_UPLOAD.value)
_CITATION: Final = (
    "Exif 2.32 (CIPA DC-008), 4.6.4 A, Orientation: most readers turn a JPEG by it, few the other formats"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrientationCase(Case):
    """One format; ``spec`` is turned by a quarter on display, ``control`` is the same image that is not."""

    spec: ImageSpec
    control: ImageSpec

    @property
    def strand(self) -> str:
        """That of the cases of its format."""
        return strand_of(self.control)


def orientation_cases(profile: Profile, seed: int) -> tuple[OrientationCase, ...]:
    """One case for each format that can carry an orientation. The image is no square, so that its readings differ."""
    shape = control_shape(profile, video=False)
    controls = [
        ImageSpec(shape.width, shape.height + 1, extension, "RGB", "noise", seed)
        for extension, record in IMAGE_FORMATS.items()
        if record.orientable
    ]
    return tuple(_case(control) for control in controls)


def _case(control: ImageSpec) -> OrientationCase:
    readings = "as it is displayed" if control.record.turned_by_readers else "as it is displayed, or as it is encoded"
    return OrientationCase(
        requirement=_REQUIREMENT,
        variant=control.format,
        title=f"image upload {control.width}x{control.height} {control.format}, turned by EXIF orientation 6",
        point=EnforcementPoint.IMAGE_UPLOAD,
        expected=f"{Expected.ACCEPTED.value}, and reads back {readings}",
        citation=_CITATION,
        requests=REQUESTS,
        spec=replace(control, orientation=_QUARTER_TURN),
        control=control,
    )


@dataclass(frozen=True, slots=True)
class OrientationJudge:
    """Judges whether a turned image is taken, and which of its readings it has afterwards."""

    media: MediaJudge

    def judge(self, case: OrientationCase) -> Outcome:
        """What one format comes to. A file that a common reader cannot open may be refused, not lose anything."""
        outcome = self.media.judge_file(case.spec, case.control, Expected.ACCEPTED)
        unread = case.spec.record.unread_when_turned
        if unread and outcome.judgement.verdict is Verdict.OVER_ENFORCED:
            return replace(outcome, judgement=not_applicable(f"refused, as it may be: {unread}").judgement)
        return outcome

    def release(self, following: Case | None) -> None:
        """Nothing is left behind."""
