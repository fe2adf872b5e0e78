"""The direct encoders by format and which specifications they can make, by the standard library alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from generators.bmp import bmp
from generators.jpeg import jpeg
from generators.png import png
from generators.specs import JPEG_EXTENSIONS, TIFF_EXTENSIONS, ImageSpec, MediaSpec, UnrepresentableError
from generators.tiff import tiff
from generators.vp8l import webp

_IMAGES: Final[dict[str, Callable[[ImageSpec], Iterator[bytes]]]] = {
    **dict.fromkeys(JPEG_EXTENSIONS, jpeg),
    **dict.fromkeys(TIFF_EXTENSIONS, tiff),
    "png": png,
    "bmp": bmp,
    "webp": webp,
}
_SOLID_ONLY: Final = frozenset({*JPEG_EXTENSIONS, "webp"})


def supports_direct(spec: MediaSpec) -> bool:
    """Whether a direct encoder can make a specification, whatever its size.

    Images without orientation: PNG, BMP and TIFF in every mode and content, JPEG and WebP solid.
    """
    if isinstance(spec, ImageSpec):
        return spec.orientation == 1 and (spec.content == "solid" or spec.format not in _SOLID_ONLY)
    return False


def pieces(spec: MediaSpec) -> Iterator[bytes]:
    """The bytes of a specification piece by piece, in memory that does not grow with the pixels.

    Can be written to a file or sent as a request body as it comes. Raises ``UnrepresentableError`` where
    ``supports_direct`` says no.
    """
    if not supports_direct(spec):
        raise UnrepresentableError(f"there is no direct encoder for {spec.name}")
    return _IMAGES[spec.format](spec)  # type: ignore[arg-type]
