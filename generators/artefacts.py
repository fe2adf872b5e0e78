"""From a specification to something that can be sent."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from generators.direct import pieces, supports_direct
from generators.specs import ImageSpec, MediaSpec

__all__ = ["Artefact", "encoded", "make", "supports_direct"]

_ONE_LARGE: Final = threading.Lock()
_LARGE_PIXELS: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class Artefact:
    """The exact bytes of one specification, their IANA media type and their SHA-256 in hex."""

    spec: MediaSpec
    media_type: str
    content: bytes = field(repr=False)
    sha256: str


def make(spec: MediaSpec) -> Artefact:
    """The artefact of a specification.

    Raises ``UnrepresentableError`` where the direct encoder cannot make it; see ``supports_direct``. Raises
    ``FormatError`` where the format's record names an encoder that does not exist. For files too large to hold,
    ``generators.direct.pieces`` gives the same bytes one piece at a time.
    """
    content = b"".join(encoded(spec))
    return Artefact(spec, spec.record.media_type, content, hashlib.sha256(content).hexdigest())


def encoded(spec: MediaSpec) -> Iterator[bytes]:
    """The bytes of a specification piece by piece, by whichever encoder it names; those of a library are one piece.

    Raises as ``make`` does.
    """
    return pieces(spec) if spec.encoder == "direct" else iter((_by_library(spec),))


def _by_library(spec: MediaSpec) -> bytes:
    """The bytes by Pillow or PyAV; one thread at a time has a large picture in memory, of 100 MB and more."""
    with _ONE_LARGE if spec.width * spec.height > _LARGE_PIXELS else contextlib.nullcontext():
        return _encoded_by_library(spec)


def _encoded_by_library(spec: MediaSpec) -> bytes:
    # Imported where needed: the direct encoders must not pay for Pillow and PyAV in time and memory.
    if isinstance(spec, ImageSpec):
        from generators.images import encode_image

        return encode_image(spec)
    from generators.videos import encode_video

    return encode_video(spec)
