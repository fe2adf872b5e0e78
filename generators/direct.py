"""The direct encoders: which specifications they can make, and how, by the standard library alone.

The record of a format names its module in ``generators/encoders``, which has two functions. ``encode`` makes the pieces
of a file, of an ``ImageSpec``, or of a ``VideoSpec`` and a function that gives the stream of its codec. ``fill`` takes
the pieces of any file of the format and a number of bytes, and gives the file that is so much longer and shows the
same; it raises ``ValueError`` where the format cannot express so few.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Final, Literal

from contract.formats import Codec, FormatError, MediaFormat, required
from generators.encoders import h264, jpeg, vp9
from generators.encoders.streams import Stream, StreamOf
from generators.specs import ImageSpec, MediaSpec, UnrepresentableError, VideoSpec


def supports_direct(spec: MediaSpec) -> bool:
    """Whether a direct encoder can make a specification.

    Images without orientation, whatever the size: all formats in every mode and content but cards, and but WebP and
    group 4, which are solid. Videos: H.264, MJPEG, and VP9, which is solid; none is a card.

    Raises ``FormatError`` where the format's record names an encoder that does not exist.
    """
    if not spec.record.direct or spec.content == "card":
        return False
    encoder_function(spec.record, "encode")
    if isinstance(spec, ImageSpec):
        solid_only = spec.record.direct_solid_only or spec.compression == "g4"
        return spec.orientation == 1 and (spec.content == "solid" or not solid_only)
    if spec.coded not in spec.record.direct_codecs:
        return False
    _stream_of(spec)
    return spec.coded != "vp9" or spec.content == "solid"


def pieces(spec: MediaSpec) -> Iterator[bytes]:
    """The bytes of a specification piece by piece, in memory that does not grow with the pixels or the frames.

    Can be written to a file or sent as a request body as it comes. Raises ``UnrepresentableError`` where
    ``supports_direct`` says no, and before the first byte where a file that the specification let pass turns out to be
    a little larger than its format can say; ``FormatError`` as ``supports_direct`` does.
    """
    if not supports_direct(spec):
        raise UnrepresentableError(f"there is no direct encoder for {spec.name}")
    encode = encoder_function(spec.record, "encode")
    if isinstance(spec, ImageSpec):
        return encode(spec)
    return encode(spec, _stream_of(spec))


def encoder_function(record: MediaFormat, name: Literal["encode", "fill"]) -> Callable[..., Iterator[bytes]]:
    """A function of the module in ``generators/encoders`` that the record of a format names.

    Raises ``FormatError`` where there is no such module or function.
    """
    if not record.direct:
        raise FormatError(record, "it names no module in generators/encoders")
    function: Callable[..., Iterator[bytes]] | None = getattr(_module(record.direct), name, None)
    if function is None:
        raise FormatError(record, f"there is no function {name} in generators/encoders/{record.direct}.py")
    return function


@cache
def _module(name: str) -> ModuleType | None:
    path = f"generators.encoders.{name}"
    return import_module(path) if find_spec(path) else None


def _stream_of(spec: VideoSpec) -> StreamOf:
    return required(_STREAMS, spec.coded, spec.record, "_STREAMS of generators/direct.py")


def _mjpeg(spec: VideoSpec, _group: int) -> Stream:
    picture = ImageSpec(spec.width, spec.height, "jpg", content=spec.content, seed=spec.seed)
    return Stream(b"", (((b"".join(jpeg.encode(picture)), 1),),))


_STREAMS: Final[dict[Codec, StreamOf]] = {"h264": h264.stream, "vp9": vp9.stream, "mjpeg": _mjpeg}
