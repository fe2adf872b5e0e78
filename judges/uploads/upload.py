"""A hostile upload: what is wrong with it, its control, and what an acceptance may read back as."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from contract.formats import IMAGE_FORMATS, media_type
from contract.limits import EnforcementPoint
from contract.probes import CONTROL_SECONDS, comfortable_side
from contract.profiles import Profile
from generators.artefacts import make
from generators.forms import FORM, Part, disposition, form
from generators.specs import ImageSpec, MediaSpec, VideoSpec

Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class HostileUpload:
    """One upload with one thing wrong; ``defect`` says what, ``variant`` in which format.

    ``body`` makes the request's bytes, ``content_type`` is their media type. ``sizes`` are the displayed sizes in
    pixels that an acceptance may read back, empty where nothing is promised. ``file_name`` is what the name that reads
    back must come from, None where the name is not what is odd. ``heavy`` says that a decoder may need much memory.
    ``lasting`` is how many whole seconds the frames last, None where the duration is not what is odd.
    """

    point: EnforcementPoint
    defect: str
    variant: str
    control: MediaSpec
    body: Callable[[], bytes] = field(compare=False)
    content_type: str | None = FORM
    sizes: tuple[Size, ...] = ()
    file_name: str | None = None
    heavy: bool = False
    lasting: int | None = None


def image(profile: Profile, seed: int, extension: str) -> ImageSpec:
    """A small image of noise, well inside every limit: noise, so that each part of the file matters."""
    side = comfortable_side(profile)
    modes = IMAGE_FORMATS[extension].modes
    mode = "RGB" if "RGB" in modes else modes[0]
    return ImageSpec(side, side, extension, mode, "noise", seed)


def video(profile: Profile, seed: int, extension: str) -> VideoSpec:
    """A small video of noise, eight frames in two seconds, well inside every limit."""
    side = comfortable_side(profile)
    return VideoSpec(side, side, 8, 8 // CONTROL_SECONDS, extension, "noise", seed)


def displayed(spec: MediaSpec) -> Size:
    """The size in pixels that a specification is shown at."""
    return spec.displayed if isinstance(spec, ImageSpec) else (spec.width, spec.height)


def file_part(content: bytes, extension: str, file_name: str | None = None, name: str = "file") -> Part:
    """The part that carries the file; its media type follows from ``extension``."""
    named = f"hostile.{extension}" if file_name is None else file_name
    return Part(disposition(name, named), content, media_type(extension))


def plain_form(spec: MediaSpec) -> bytes:
    """The form with nothing wrong: the control, by the same way as what it is the control of."""
    return form([file_part(make(spec).content, spec.format)])
