"""The cases of what comes back of accepted media: in an export, and in the import of that export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from contract.cases import Case, Requirement
from contract.limits import LIMITS
from contract.profiles import Profile
from generators.specs import MediaSpec
from judges.media.boundary_media import BoundaryMedium, boundary_media, plain_media
from judges.media.use_cases import image_cards

Step = Literal["export", "re-import"]
# Cards that an archive keeps whatever it converts: a colour, a grey and a turn.
_TURNED: Final = "jpg/orientation-6"
_CARDS: Final = ("png/RGB", "bmp/L", _TURNED)
_CITATION: Final = (
    "Geti's REST documentation, dataset export: the archive includes all the media and the respective annotations, "
    "and can be imported as a new project"
)
_WORDS: Final[dict[Step, str]] = {"export": "the export of", "re-import": "the import of the export of"}
_EXPECTED: Final[dict[Step, str]] = {
    "export": "the archive holds it and its annotations, as they were sent",
    "re-import": "it is in the new project with its annotations, as they were exported",
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
    """Once for each limit of media at the largest that is legal, for a turned image and some cards: export, import."""
    media: dict[str, BoundaryMedium] = {}
    for each in boundary_media(profile, seed):
        media.setdefault(each.limit, each)
    cards = {f"{each.format}/{name}": each for name, each in image_cards(profile, seed)}
    control = plain_media(profile, seed)["image"]
    sent = [(f"{each.entity}.usability", each.limit, each.spec, each.control) for each in media.values()]
    # Each has a width of its own: a deployment may give what it imports names of its own.
    sent += [
        ("image.content", name, replace(cards[name], width=cards[name].width + number), control)
        for number, name in enumerate(_CARDS)
    ]
    turned = replace(cards[_TURNED], content="solid", width=cards[_TURNED].width + len(_CARDS))
    sent.append(("image.usability", _TURNED, turned, control))
    specs = tuple(spec for _, _, spec, _ in sent)
    return tuple(_case(*each, step, specs) for each in sent for step in _WORDS)


def _case(
    subject: str, variant: str, spec: MediaSpec, control: MediaSpec, step: Step, media: Sequence[MediaSpec]
) -> ExportCase:
    return ExportCase(
        requirement=Requirement(subject, step),
        variant=variant,
        title=f"{_WORDS[step]} an accepted {spec.name}, {'at ' * (variant in LIMITS)}{variant}",
        group="usability/export",
        seconds=0.3,
        requests=_REQUESTS,
        expected=_EXPECTED[step],
        citation=_CITATION,
        step=step,
        spec=spec,
        control=control,
        media=media,
    )
