"""The cases of what comes back of accepted media at a limit: in an export, and in the import of that export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from contract.cases import Case, Requirement
from contract.profiles import Profile
from generators.specs import MediaSpec
from judges.media.boundary_media import BoundaryMedium, boundary_media

Step = Literal["export", "re-import"]
_CITATION: Final = (
    "Geti's REST documentation, dataset export: the archive includes all the media and the respective annotations, "
    "and can be imported as a new project"
)
_WORDS: Final[dict[Step, str]] = {"export": "the export of", "re-import": "the import of the export of"}
_EXPECTED: Final[dict[Step, str]] = {
    "export": "the archive holds it and its annotation, as they were sent",
    "re-import": "it is in the new project with its annotation, as they were exported",
}
# Measured: all media together take so many requests for each case.
_REQUESTS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportCase(Case):
    """One step of one medium; all ``media`` go together, and each alone beside ``control`` where that fails."""

    step: Step
    spec: MediaSpec
    control: MediaSpec
    media: Sequence[MediaSpec]


def export_cases(profile: Profile, seed: int) -> tuple[ExportCase, ...]:
    """Once for each limit of media, and for the largest that are legal: the export, then the import."""
    media: dict[str, BoundaryMedium] = {}
    for each in boundary_media(profile, seed):
        media.setdefault(each.limit, each)
    specs = tuple(each.spec for each in media.values())
    return tuple(_case(each, step, specs) for each in media.values() for step in _WORDS)


def _case(medium: BoundaryMedium, step: Step, media: Sequence[MediaSpec]) -> ExportCase:
    return ExportCase(
        requirement=Requirement(f"{medium.entity}.usability", step),
        variant=medium.limit,
        title=f"{_WORDS[step]} an accepted {medium.spec.name}, at {medium.limit}",
        group="usability/export",
        seconds=0.3,
        requests=_REQUESTS,
        expected=_EXPECTED[step],
        citation=_CITATION,
        step=step,
        spec=medium.spec,
        control=medium.control,
        media=media,
    )
