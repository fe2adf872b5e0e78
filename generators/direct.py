"""The direct encoders by format and which specifications they can make, by the standard library alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from generators.encoders.avi import avi
from generators.encoders.bmp import bmp
from generators.encoders.h264 import h264, level
from generators.encoders.isobmff import isobmff
from generators.encoders.jpeg import jpeg
from generators.encoders.matroska import frames_of_cluster, matroska
from generators.encoders.png import png
from generators.encoders.streams import Stream
from generators.encoders.tiff import tiff
from generators.encoders.vp8l import webp
from generators.encoders.vp9 import vp9
from generators.specs import JPEG_EXTENSIONS, TIFF_EXTENSIONS, ImageSpec, MediaSpec, UnrepresentableError, VideoSpec

_IMAGES: Final[dict[str, Callable[[ImageSpec], Iterator[bytes]]]] = {
    **dict.fromkeys(JPEG_EXTENSIONS, jpeg),
    **dict.fromkeys(TIFF_EXTENSIONS, tiff),
    "png": png,
    "bmp": bmp,
    "webp": webp,
}
_VIDEOS: Final[dict[str, Callable[[VideoSpec, Stream], Iterator[bytes]]]] = {
    **dict.fromkeys(("mp4", "m4v", "mov"), isobmff),
    **dict.fromkeys(("mkv", "webm"), matroska),
    "avi": avi,
}
_SOLID_ONLY: Final = frozenset({"webp", "vp9"})
# Whoever wants the last frame decodes no more than this many, even of the largest size; a container that stores each
# group anew has its own measure.
_GROUP: Final = 30


def supports_direct(spec: MediaSpec) -> bool:
    """Whether a direct encoder can make a specification.

    Images without orientation, whatever the size: all formats in every mode and content but WebP and group 4, which are
    solid. Videos: H.264 up to level 6.2 (139,264 macroblocks), MJPEG, and VP9, which is solid.
    """
    if isinstance(spec, ImageSpec) and spec.compression == "g4" and spec.content != "solid":
        return False
    if spec.content != "solid" and (spec.coded if isinstance(spec, VideoSpec) else spec.format) in _SOLID_ONLY:
        return False
    if isinstance(spec, ImageSpec):
        return spec.orientation == 1
    if spec.coded == "vp8":
        return False
    try:
        return spec.coded != "h264" or level(spec) > 0
    except UnrepresentableError:
        return False


def pieces(spec: MediaSpec) -> Iterator[bytes]:
    """The bytes of a specification piece by piece, in memory that does not grow with the pixels or the frames.

    Can be written to a file or sent as a request body as it comes. Raises ``UnrepresentableError`` where
    ``supports_direct`` says no, and while it is made where an AVI would be larger than 4 GiB.
    """
    if not supports_direct(spec):
        raise UnrepresentableError(f"there is no direct encoder for {spec.name}")
    if isinstance(spec, ImageSpec):
        return _IMAGES[spec.format](spec)
    return _VIDEOS[spec.format](spec, _stream(spec))


def _stream(spec: VideoSpec) -> Stream:
    group = frames_of_cluster(spec) if spec.format in {"mkv", "webm"} else _GROUP
    if spec.coded == "h264":
        return h264(spec, group)
    if spec.coded == "vp9":
        return vp9(spec, group)
    picture = ImageSpec(spec.width, spec.height, "jpg", content=spec.content, seed=spec.seed)
    return Stream(b"", (((b"".join(jpeg(picture)), 1),),))
