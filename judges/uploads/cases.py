"""The cases of hostile uploads: damaged and lying files, misshapen requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from contract.cases import Case, Requirement
from contract.profiles import Profile
from judges.uploads.files import file_uploads
from judges.uploads.forms import form_uploads
from judges.uploads.upload import HostileUpload

_EXPECTED: Final = "refused with 4xx as documented, or accepted and reads back"
_CITATION: Final = "the documented error body; docs/explanation/verdicts.md says what reads back means"
_REQUESTS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class HostileCase(Case):
    """One upload with one thing wrong."""

    upload: HostileUpload

    @property
    def strand(self) -> str:
        """The uploads of one operation share their controls."""
        return f"hostile {self.upload.point}"


def hostile_cases(profile: Profile, seed: int) -> tuple[HostileCase, ...]:
    """Every hostile upload under one profile, at the upload of images and of videos."""
    return tuple(_case(upload) for uploads in (file_uploads, form_uploads) for upload in uploads(profile, seed))


def _case(upload: HostileUpload) -> HostileCase:
    variant = f" ({upload.variant})" if upload.variant else ""
    return HostileCase(
        requirement=Requirement(f"robustness.{upload.point.value}", upload.defect),
        variant=upload.variant,
        title=f"{upload.point.words}, {upload.defect.replace('-', ' ')}{variant}",
        point=upload.point,
        expected=_EXPECTED,
        citation=_CITATION,
        seconds=0.09,
        requests=_REQUESTS,
        upload=upload,
    )
