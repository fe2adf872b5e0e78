"""Hypothesis strategies that draw what a deployment meets around a documented limit of images or videos.

Each draw is a row of bytes that are looked up in tables, the plainest value first and the likeliest more often: that
costs less than as many integers do, a failure shrinks towards the boundary and the plainest medium, and nothing is
drawn that cannot exist.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import prod
from typing import Final, TypeVar

from hypothesis import reject
from hypothesis import strategies as st

from contract.formats import IMAGE_FORMATS, SAMPLES, VIDEO_FORMATS, Mode
from contract.limits import LIMITS, EnforcementPoint
from contract.probes import Shape
from contract.profiles import CLOUD, Profile
from generators.shapes import Sizes, sizes_of, weighted
from generators.specs import UnrepresentableError
from generators.submissions import ARRIVALS, Submission

_Value = TypeVar("_Value")
# The bytes of a size, two of them numbers of two bytes, and those of the traits of a file.
_OF_SIZE, _OF_TRAITS = 7, 5
# Images and videos up to so many pixels may be made by a library, or with content that does not pack.
_LARGE_PIXELS: Final = 2_000_000
_FEW_BITS: Final = 8
_FRAMES, _MANY_FRAMES = 60_000, 250_000
# Rates in frames a second whose frames last whole milliseconds, as Matroska writes them.
RATES: Final = (5, 10, 20, 25, 50, 100)


def _plain_first(values: Sequence[str], weight: int) -> tuple[str, ...]:
    return weighted((values[0], weight), *((value, 1) for value in values[1:]))


CONTENT_WEIGHTS: Final = weighted(("solid", 6), ("gradient", 1), ("noise", 2))
_ENCODERS: Final = weighted(("direct", 3), ("library", 1))
_ORIENTATIONS: Final = weighted(("1", 14), *((str(each), 1) for each in range(2, 9)))
_PLAIN_WEIGHT: Final = {"extension": 3, "name": 8, "dataset": 2, "info": 3, "folder": 1, "transfer": 2}
_ARRIVALS: Final = {
    **{name: _plain_first(values, _PLAIN_WEIGHT.get(name, 1)) for name, values in ARRIVALS.items()},
    # Nine others come before the tenth.
    "moment": weighted(("at-once", 6), ("after-deletion", 2), ("tenth", 1)),
}
# What a name may be like in an archive, whose layouts write names of several words in ways of their own.
_ARRIVALS_IN_ARCHIVE: Final = {**_ARRIVALS, "name": weighted(("plain", 2), ("long", 1))}
BY_UPLOAD: Final = ("extension", "name", "dataset", "info", "moment")
BY_IMPORT: Final = ("extension", "name", "layout", "target", "transfer", "folder")


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What the draws around one limit at one enforcement point are looked up in."""

    sizes: Sizes
    video: bool
    arrivals: Mapping[str, tuple[str, ...]]

    @property
    def strategy(self) -> st.SearchStrategy[Submission]:
        number = _OF_SIZE + _OF_TRAITS + len(self.arrivals)
        return st.binary(min_size=number, max_size=number).map(self.submission)

    def submission(self, drawn: bytes) -> Submission:
        """What bytes stand for; rejected where no file is like that, which is rare."""
        shape = self.sizes.shape(
            near=drawn[0],
            magnitude=drawn[1] << 8 | drawn[2],
            axis=drawn[3],
            other=drawn[4],
            anywhere=drawn[5] << 8 | drawn[6],
        )
        of_file, of_arrival = drawn[_OF_SIZE : _OF_SIZE + _OF_TRAITS], drawn[_OF_SIZE + _OF_TRAITS :]
        traits = _video_traits(shape, of_file) if self.video else _image_traits(shape, of_file)
        for (name, values), number in zip(self.arrivals.items(), of_arrival, strict=True):
            value = values[number % len(values)]
            if value != values[0]:
                traits[name] = value
        try:
            return Submission.of(shape, traits, video=self.video)
        except UnrepresentableError:
            reject()


def _video_traits(shape: Shape, drawn: bytes) -> dict[str, str]:
    extension = _at(tuple(VIDEO_FORMATS), drawn[0])
    record = VIDEO_FORMATS[extension]
    longest = max(shape.width, shape.height)
    if longest > record.longest_side:
        return {}
    traits = {"format": extension}
    # Where a video is long, all of its frames are counted: few of those are drawn at higher rates.
    most = _MANY_FRAMES if drawn[1] % 8 == 7 else _FRAMES
    rates = [rate for rate in RATES if rate >= record.agreed_rate and rate * shape.seconds <= most]
    rate = shape.rate or _at((record.agreed_rate, *rates), drawn[1])
    if rate != record.agreed_rate:
        traits["rate"] = str(rate)
    # Half of a second more, or all but a frame: durations are in whole seconds, rounded down.
    if rate > 1 and drawn[2] % 3 == 2:
        traits["frames"] = f"+{rate // 2 if drawn[2] % 2 else rate - 1}"
    small = shape.width * shape.height <= _LARGE_PIXELS // 4 and shape.seconds * rate <= 500
    encoder = _at(_ENCODERS, drawn[3]) if small else "direct"
    if encoder != "direct":
        traits["encoder"] = encoder
    codec = _at(record.codecs_of("direct" if encoder == "direct" else "library"), drawn[4])
    if codec != record.codecs_of("direct" if encoder == "direct" else "library")[0]:
        traits["codec"] = codec
    content = _at(CONTENT_WEIGHTS, drawn[4] // 3)
    if content != "solid" and small and (encoder != "direct" or codec != "vp9"):
        traits["content"] = content
    return traits


def _image_traits(shape: Shape, drawn: bytes) -> dict[str, str]:
    longest, pixels = max(shape.width, shape.height), shape.width * shape.height
    extension = _at(_image_formats(), drawn[0])
    record = IMAGE_FORMATS[extension]
    if longest > min(record.longest_side, 65_500):
        extension, record = "png", IMAGE_FORMATS["png"]
    traits = {"format": extension} if extension != "png" else {}
    small = pixels <= _LARGE_PIXELS
    mode = _at((record.leanest_mode, *record.modes) if small else _lean_modes(record.modes), drawn[1])
    if mode != record.leanest_mode:
        traits["mode"] = mode
    orientation = _at(_ORIENTATIONS, drawn[2]) if record.orientable and small else "1"
    if orientation >= "5" and record.unread_when_turned:
        orientation = "3"
    encoder = _at(_ENCODERS, drawn[3]) if small and record.library else "direct"
    if orientation != "1":
        traits["orientation"] = orientation
    elif encoder != "direct":
        traits["encoder"] = encoder
    if record.group4 and mode == "1" and drawn[4] % 3:
        traits["compression"] = "g4"
    content = _at(CONTENT_WEIGHTS, drawn[4] // 2)
    by_library = orientation != "1" or encoder != "direct"
    if content != "solid" and small and (by_library or not record.direct_solid_only) and "compression" not in traits:
        traits["content"] = content
    return traits


@cache
def _lean_modes(modes: tuple[Mode, ...]) -> tuple[Mode, ...]:
    """The modes of large images: of few bits a pixel, so that many of them are decoded in a minute."""
    return (modes[0], *(mode for mode in modes if prod(SAMPLES[mode]) <= _FEW_BITS))


@cache
def _image_formats() -> tuple[str, ...]:
    return ("png", *(extension for extension in IMAGE_FORMATS if extension != "png"))


def _at(values: Sequence[_Value], number: int) -> _Value:
    return values[number % len(values)]


def around(
    limit_id: str, profile: Profile = CLOUD, at: EnforcementPoint | None = None
) -> st.SearchStrategy[Submission]:
    """What lies at, beside and around the boundary of one limit, legal and illegal by turns.

    ``limit_id`` is the id of an image or video limit of ``contract.limits``, where its value and its source are, else
    ``KeyError``; ``at`` is the enforcement point, the first of the limit's unless another is given.
    """
    return st.one_of(legal(limit_id, profile, at), illegal(limit_id, profile, at))


def legal(limit_id: str, profile: Profile = CLOUD, at: EnforcementPoint | None = None) -> st.SearchStrategy[Submission]:
    """What keeps one limit, at its boundary or further inside, and every other limit of its medium; as ``around``."""
    return _drawing(limit_id, profile, at, outside=False).strategy


def illegal(
    limit_id: str, profile: Profile = CLOUD, at: EnforcementPoint | None = None
) -> st.SearchStrategy[Submission]:
    """What passes one limit, by one unit or by far, and keeps every other limit of its medium; as ``around``."""
    return _drawing(limit_id, profile, at, outside=True).strategy


def _drawing(limit_id: str, profile: Profile, at: EnforcementPoint | None, *, outside: bool) -> _Drawing:
    limit = LIMITS[limit_id]
    imported = (at or limit.enforced_at[0]) is EnforcementPoint.DATASET_IMPORT
    table, names = (_ARRIVALS_IN_ARCHIVE, BY_IMPORT) if imported else (_ARRIVALS, BY_UPLOAD)
    return _Drawing(
        sizes=sizes_of(limit, profile, outside=outside),
        video=limit.entity == "video",
        arrivals={name: table[name] for name in names},
    )
