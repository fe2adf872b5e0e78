"""From a specification to something that can be sent."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from generators.images import encode_image
from generators.specs import JPEG_EXTENSIONS, TIFF_EXTENSIONS, ImageSpec, MediaSpec, UnrepresentableError
from generators.videos import encode_video
from generators.vp8l import solid_webp

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

    Raises ``UnrepresentableError`` where the direct encoder cannot make it; see ``supports_direct``.
    """
    if spec.encoder == "direct":
        if not supports_direct(spec) or not isinstance(spec, ImageSpec):
            raise UnrepresentableError(f"there is no direct encoder for {spec.name}")
        content = solid_webp(spec.width, spec.height, (spec.seed % 256, 128, 64, 255))
    else:
        content = encode_image(spec) if isinstance(spec, ImageSpec) else encode_video(spec)
    return Artefact(spec, MEDIA_TYPES[spec.format], content, hashlib.sha256(content).hexdigest())


def supports_direct(spec: MediaSpec) -> bool:
    """Whether a direct encoder can make this specification: so far solid WebP, which Pillow makes at great cost."""
    return (
        isinstance(spec, ImageSpec)
        and (spec.format, spec.content, spec.mode, spec.orientation) == ("webp", "solid", "RGB", 1)
    )  # fmt: skip
