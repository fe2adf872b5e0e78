"""From a specification to something that can be sent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from generators.direct import pieces, supports_direct
from generators.specs import JPEG_EXTENSIONS, TIFF_EXTENSIONS, ImageSpec, MediaSpec

__all__ = ["MEDIA_TYPES", "Artefact", "encoded", "make", "supports_direct"]

MEDIA_TYPES: Final = {
    **dict.fromkeys(JPEG_EXTENSIONS, "image/jpeg"),
    **dict.fromkeys(TIFF_EXTENSIONS, "image/tiff"),
    "png": "image/png",
    "bmp": "image/bmp",
    "webp": "image/webp",
    "mp4": "video/mp4",
    "m4v": "video/x-m4v",
    "mov": "video/quicktime",
    "avi": "video/x-msvideo",
    "mkv": "video/x-matroska",
    "webm": "video/webm",
}


@dataclass(frozen=True, slots=True)
class Artefact:
    """The exact bytes of one specification, their IANA media type and their SHA-256 in hex."""

    spec: MediaSpec
    media_type: str
    content: bytes
    sha256: str


def make(spec: MediaSpec) -> Artefact:
    """The artefact of a specification.

    Raises ``UnrepresentableError`` where the direct encoder cannot make it; see ``supports_direct``. For files too
    large to hold, ``generators.direct.pieces`` gives the same bytes one piece at a time.
    """
    content = b"".join(encoded(spec))
    return Artefact(spec, MEDIA_TYPES[spec.format], content, hashlib.sha256(content).hexdigest())


def encoded(spec: MediaSpec) -> Iterator[bytes]:
    """The bytes of a specification piece by piece, by whichever encoder it names; those of a library are one piece.

    Raises ``UnrepresentableError`` as ``make`` does.
    """
    return pieces(spec) if spec.encoder == "direct" else iter((_by_library(spec),))


def _by_library(spec: MediaSpec) -> bytes:
    # Imported where needed: the direct encoders must not pay for Pillow and PyAV in time and memory.
    if isinstance(spec, ImageSpec):
        from generators.images import encode_image

        return encode_image(spec)
    from generators.videos import encode_video

    return encode_video(spec)
