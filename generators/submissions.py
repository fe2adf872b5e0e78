"""A medium together with how it comes to a deployment, as one line of what sets it apart from the plainest one.

``20001x64,mode=I;16,extension=upper`` is a PNG of 16 bits whose file is called ``.PNG``; all that the line leaves out
is plain. A line can be read again, and a trait less is a simpler submission.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from typing import Any, Final, Self

from contract.formats import IMAGE_FORMATS, VIDEO_FORMATS
from contract.probes import Shape
from generators.archives import LAYOUTS, Layout
from generators.specs import ImageSpec, MediaSpec, UnrepresentableError, VideoSpec

# How a medium comes: the values of each field of ``Arrival``, the plain one first.
ARRIVALS: Final[Mapping[str, tuple[str, ...]]] = {
    "extension": ("lower", "upper", "title"),
    "name": ("plain", "letter", "long", "longest", "dots", "spaces", "accents"),
    "dataset": ("first", "second"),
    "info": ("none", "empty", "label"),
    "moment": ("at-once", "after-deletion", "tenth"),
    "layout": LAYOUTS,
    "target": ("new-project", "existing-project", "new-dataset"),
    "transfer": ("form", "tus"),
    "folder": ("flat", "nested"),
}
# The stems of file names: of one letter, of more than 50, of as many as file systems take beside an extension, ...
_STEMS: Final = {
    "plain": "picture",
    "letter": "n",
    "long": "n" * 60,
    "longest": "n" * 200,
    "dots": "picture.v2",
    "spaces": "a picture of it",
    "accents": "été",
}
_CASES: Final = {"lower": str.lower, "upper": str.upper, "title": str.title}
_PLAIN_FORMATS: Final = ("png", "mp4")
_LINE: Final = re.compile(r"(\d+)x(\d+)(?:,(\d+)s)?((?:,[a-z]+=[^,=]+)*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """How a medium comes; ``ARRIVALS`` has the values of each field.

    ``extension`` is the case of the file name's, ``name`` what its stem is like. An upload goes to the first
    ``dataset`` of a project, which is for training, or to a second one, which is not; with an ``upload_info`` or none;
    as the first medium, after a deletion, or as the tenth. An import has a ``layout`` and a ``target``, comes in one
    form or by tus (``transfer``), and lies in the layout's own folder or in one below it.
    """

    extension: str = "lower"
    name: str = "plain"
    dataset: str = "first"
    info: str = "none"
    moment: str = "at-once"
    layout: Layout = "coco"
    target: str = "new-project"
    transfer: str = "form"
    folder: str = "flat"

    def file_name(self, extension: str, stem: str = "") -> str:
        """The name of the file, for the extension of its format; another ``stem`` is made as long as its own."""
        own = _STEMS[self.name]
        return f"{(stem + own[len(stem) :]) if stem and self.name != 'plain' else stem or own}.{self.cased(extension)}"

    def cased(self, extension: str) -> str:
        """An extension in its case."""
        return _CASES[self.extension](extension)


@dataclass(frozen=True, slots=True)
class Submission:
    """One medium, and how it comes."""

    spec: MediaSpec
    arrival: Arrival = Arrival()

    @property
    def shape(self) -> Shape:
        """Its size in pixels and seconds, whole ones; the rate is a trait."""
        spec = self.spec
        return Shape(spec.width, spec.height, spec.duration if isinstance(spec, VideoSpec) else 0)

    @property
    def traits(self) -> dict[str, str]:
        """What sets it apart from the plainest medium of its size."""
        spec, traits, names = self.spec, dict[str, str](), tuple[str, ...]()
        plain = _plain(isinstance(spec, VideoSpec), spec.format, spec.encoder)
        if spec.format not in _PLAIN_FORMATS:
            traits["format"] = spec.format
        if isinstance(spec, ImageSpec):
            names = ("mode", "content", "orientation", "compression")
        elif isinstance(plain, VideoSpec):
            names = ("content",)
            if spec.coded != plain.coded:
                traits["codec"] = spec.coded
            if spec.fps != plain.fps:
                traits["rate"] = str(spec.fps)
            if spec.frames % spec.fps:
                traits["frames"] = f"+{spec.frames % spec.fps}"
        traits |= {name: str(getattr(spec, name)) for name in names if getattr(spec, name) != getattr(plain, name)}
        if spec.encoder != _encoder_of(spec):
            traits["encoder"] = spec.encoder
        arrival = asdict(self.arrival)
        return traits | {name: arrival[name] for name, values in ARRIVALS.items() if arrival[name] != values[0]}

    @property
    def line(self) -> str:
        """It in one line, which ``parse`` reads."""
        shape = self.shape
        seconds = f",{shape.seconds}s" if isinstance(self.spec, VideoSpec) else ""
        traits = "".join(f",{name}={value}" for name, value in self.traits.items())
        return f"{shape.width}x{shape.height}{seconds}{traits}"

    @classmethod
    def parse(cls, line: str) -> Self:
        """What ``line`` says. Raises ``ValueError``, as ``UnrepresentableError`` where no file is like that."""
        found = _LINE.fullmatch(line)
        if found is None:
            raise ValueError(f"{line!r} is no submission; write 20001x64,mode=I;16, for a video 7861x64,2s")
        width, height, seconds, traits = found.groups()
        given = dict(each.split("=") for each in traits.split(",") if each)
        return cls.of(Shape(int(width), int(height), int(seconds or 0)), given, video=seconds is not None)

    @classmethod
    def of(cls, shape: Shape, traits: Mapping[str, str], *, video: bool) -> Self:
        """The medium of a size that is plain but for these traits. Raises ``ValueError`` as ``parse`` does."""
        given = dict(traits)
        arrival: dict[str, Any] = {name: given.pop(name) for name in ARRIVALS if name in given}
        unknown = [f"{name}={value}" for name, value in arrival.items() if value not in ARRIVALS[name]]
        extension = given.pop("format", _PLAIN_FORMATS[video])
        if extension not in (VIDEO_FORMATS if video else IMAGE_FORMATS):
            raise UnrepresentableError(f"{extension} is no format of a {'video' if video else 'image'}")
        encoder: Any = given.pop("encoder", "library" if "orientation" in given else "direct")
        changes: dict[str, Any] = {"width": shape.width, "height": shape.height, "encoder": encoder}
        plain = _plain(video, extension, encoder)
        if isinstance(plain, VideoSpec):
            rate = int(given.pop("rate", plain.fps))
            changes |= {"fps": rate, "frames": shape.seconds * rate + int(given.pop("frames", 0))}
        known = {each.name for each in fields(plain)}
        unknown += [f"{name}={value}" for name, value in given.items() if name not in known]
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: there is no such trait")
        if "orientation" in given:
            changes["orientation"] = int(given.pop("orientation"))
        return cls(_with(plain, changes | given), Arrival(**arrival))


def _with(spec: MediaSpec, changes: Mapping[str, Any]) -> MediaSpec:
    return type(spec)(**{each.name: getattr(spec, each.name) for each in fields(spec)} | dict(changes))


def _encoder_of(spec: MediaSpec) -> str:
    """The encoder that a plain medium like it would have."""
    turned = isinstance(spec, ImageSpec) and spec.orientation != 1
    return "library" if turned else "direct"


@cache
def _plain(video: bool, extension: str, encoder: str) -> MediaSpec:
    """The plainest small medium of a format."""
    made: Any = encoder
    if video:
        rate = VIDEO_FORMATS[extension].agreed_rate
        return VideoSpec(64, 64, 2 * rate, rate, extension, encoder=made)
    return ImageSpec(64, 64, extension, IMAGE_FORMATS[extension].leanest_mode, encoder=made)
