"""The cases of what accepted media are good for: test cards in every format and mode."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from typing import Final

from contract.cases import Case, Requirement
from contract.formats import IMAGE_FORMATS, VIDEO_FORMATS, ImageFormat
from contract.limits import Axis
from contract.probes import bounds_on, comfortable_side
from contract.profiles import Profile
from generators.cards import PERIOD
from generators.specs import ImageSpec, MediaSpec, VideoSpec
from judges.media import usability, uses
from judges.media.boundary_media import boundary_media
from judges.media.uses import Use

_ORIENTATIONS: Final = range(2, 9)
# Where few readers turn an image either reading is right: one mirror and one turn tell the rest.
_LOOSE_ORIENTATIONS: Final = (2, 6)
_LARGE_SIDE: Final = 1152
_LARGE_FORMATS: Final = ("jpg", "png")
# A short card has at most so many frames, at rates that take turns: most frames begin within a millisecond.
_FRAMES: Final = 60
_RATES: Final = (30, 24, 7, 15)
_RATE: Final = 5
_LONGER_THAN_AN_HOUR: Final = 3601
# Measured: upload and deletion are shared by the uses of a medium, and a video is asked for six frames.
_REQUESTS: Final = 3
_FRAME_REQUESTS: Final = 7
_CITATION: Final = "Geti's REST documentation: what is downloaded is the medium that was uploaded"


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCase(Case):
    """One use of one medium; the uses of a medium follow one another, and share its upload.

    Where media have one ``file_name`` and one size, what is kept by these is given out for another: ``before`` is the
    medium of this name that is used before it, if there is one.
    """

    spec: MediaSpec
    use: Use
    file_name: str = ""
    before: MediaSpec | None = None

    @property
    def strand(self) -> str:
        """The cases of a format share a project."""
        return f"uses {self.spec.format}"


def use_cases(profile: Profile, seed: int) -> tuple[UseCase, ...]:
    """Every use of every test card, images then videos, and of every medium at a limit."""
    return (*_of_images(profile, seed), *_of_videos(profile, seed), *_at_limits(profile, seed))


def _of_images(profile: Profile, seed: int) -> Iterator[UseCase]:
    yield from _cards("image.content", image_cards(profile, seed), (uses.FULL_DISPLAY, uses.THUMBNAIL))


def _of_videos(profile: Profile, seed: int) -> Iterator[UseCase]:
    yield from _cards("video.frames", _video_cards(profile, seed), (uses.FRAMES, uses.STREAM, uses.VIDEO_THUMBNAIL))


def _cards(subject: str, cards: Iterable[tuple[str, MediaSpec]], used: Sequence[Use]) -> Iterator[UseCase]:
    """Each use of each card; the cards of a format have one name."""
    last: dict[str, MediaSpec] = {}
    for name, spec in cards:
        for use in used:
            case = _case(subject, name, spec, use)
            yield replace(case, file_name=f"card.{spec.format}", before=last.get(spec.format))
        last[spec.format] = spec


def _at_limits(profile: Profile, seed: int) -> Iterator[UseCase]:
    for each in boundary_media(profile, seed):
        used = (usability.THUMBNAIL, usability.ANNOTATION)
        for use in used if each.entity == "image" else (*used, usability.FRAME):
            yield _case(f"{each.entity}.usability", each.name, each.spec, use)


def _case(subject: str, name: str, spec: MediaSpec, use: Use) -> UseCase:
    return UseCase(
        requirement=Requirement(subject, use.id),
        variant=f"{spec.format}/{name}",
        title=f"{use.words} of an accepted {spec.name}",
        group=f"use/{spec.name}",
        expected="what was sent",
        citation=_CITATION,
        requests=_FRAME_REQUESTS if use is uses.FRAMES else _REQUESTS,
        spec=spec,
        use=use,
    )


def card_rate(profile: Profile) -> int:
    """The frames a second of a short card: more than one, so that a frame is not its second."""
    slowest, _ = bounds_on("video", Axis.FRAME_RATE, profile)
    return max(_RATE, slowest)


def image_cards(profile: Profile, seed: int) -> Iterator[tuple[str, ImageSpec]]:
    """A card in each mode of each format, in each orientation, and a large one. No two alike, and none is a square."""
    for number, (name, spec) in enumerate(_image_kinds(profile)):
        yield name, replace(spec, seed=seed + number)


def _image_kinds(profile: Profile) -> Iterator[tuple[str, ImageSpec]]:
    width, height = _sides(profile, comfortable_side(profile))
    first: set[ImageFormat] = set()
    for extension, record in IMAGE_FORMATS.items():
        if "library" not in record.encoders:
            continue
        for mode in record.modes:
            yield mode.replace(";", ""), ImageSpec(width, height, extension, mode, "card")
        if record.orientable and record not in first:
            card = ImageSpec(width, height, extension, "RGB", "card")
            turns = _ORIENTATIONS if record.turned_by_readers else _LOOSE_ORIENTATIONS
            yield from ((f"orientation-{turn}", replace(card, orientation=turn)) for turn in turns)
        first.add(record)
    wide, high = _sides(profile, _LARGE_SIDE)
    for extension in _LARGE_FORMATS:
        yield "large", ImageSpec(wide, high, extension, "RGB", "card")


def _video_cards(profile: Profile, seed: int) -> Iterator[tuple[str, VideoSpec]]:
    """A card in each container, of some seconds at more than a frame a second, and one longer than an hour."""
    side, first = comfortable_side(profile), seed
    (slowest, fastest), (_, longest) = (bounds_on("video", axis, profile) for axis in (Axis.FRAME_RATE, Axis.DURATION))
    containers = [extension for extension, record in VIDEO_FORMATS.items() if "library" in record.encoders]
    for extension, wanted in zip(containers, cycle(_RATES), strict=False):
        rate = max(slowest, min(wanted, fastest or wanted))
        seconds = max(_FRAMES // rate, 1)
        frames = rate * min(seconds, longest or seconds)
        yield "short", VideoSpec(side, side, frames, rate, extension, "card", first)
        # The next is numbered where this one has ended: a picture of it is none of this one.
        first += frames
    long = min(_LONGER_THAN_AN_HOUR, longest or _LONGER_THAN_AN_HOUR)
    # No frame has the number of the same one of the short card that has its name.
    yield "long", VideoSpec(side, side, long * slowest, slowest, "mp4", "card", seed + PERIOD // 2)


def _sides(profile: Profile, width: int) -> tuple[int, int]:
    """Width and height in pixels: an eighth higher than wide, as far as the profile's limits go."""
    (_, widest), (_, highest) = (bounds_on("image", axis, profile) for axis in (Axis.WIDTH, Axis.HEIGHT))
    return min(width, widest or width), min(width + width // 8, highest or width + width // 8)
