"""Images through Pillow: every format, mode and orientation that a specification can name."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image

from generators.specs import JPEG_EXTENSIONS, TIFF_EXTENSIONS, ImageSpec

_ORIENTATION_TAG = 0x0112
_CHANNELS = {"1": 1, "L": 1, "P": 1, "I;16": 1, "RGB": 3, "RGBA": 4, "CMYK": 4}


def encode_image(spec: ImageSpec) -> bytes:
    """The bytes of one image; the same specification always gives the same bytes."""
    image = _picture(spec)
    if spec.mode == "P":
        image.putpalette([(value * step) % 256 for value in range(256) for step in (1, 3, 7)])
    out = io.BytesIO()
    image.save(out, _pillow_name(spec), **_options(spec))
    return out.getvalue()


def _pillow_name(spec: ImageSpec) -> str:
    if spec.format in JPEG_EXTENSIONS:
        return "JPEG"
    return "TIFF" if spec.format in TIFF_EXTENSIONS else spec.format.upper()


def _options(spec: ImageSpec) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if spec.format in TIFF_EXTENSIONS:
        options["compression"] = "group4" if spec.compression == "g4" else "tiff_deflate"
    if spec.format == "webp":
        options.update(lossless=True, quality=0, method=0)
    if spec.orientation != 1:
        exif = Image.Exif()
        exif[_ORIENTATION_TAG] = spec.orientation
        options["exif"] = exif
    return options


def _picture(spec: ImageSpec) -> Image.Image:
    size = (spec.width, spec.height)
    channels = _CHANNELS[spec.mode]
    random = np.random.default_rng(spec.seed)
    if spec.content == "solid":
        levels = tuple(int(level) for level in random.integers(0, 256, channels))
        colour = levels if channels > 1 else levels[0]
        return Image.new(spec.mode, size, colour if spec.mode != "1" else levels[0] & 1)
    shape = (spec.height, spec.width) if channels == 1 else (spec.height, spec.width, channels)
    top = 65_536 if spec.mode == "I;16" else 256
    dtype = np.uint16 if spec.mode == "I;16" else np.uint8
    if spec.content == "noise":
        pixels = random.integers(0, top, shape, dtype=dtype)
    else:
        ramp = (np.arange(spec.width, dtype=np.uint64) * (top - 1) // max(spec.width - 1, 1)).astype(dtype)
        pixels = np.broadcast_to(ramp if channels == 1 else ramp[:, None], shape)
    if spec.mode == "1":
        return Image.fromarray((pixels >= 128).astype(np.uint8) * 255, "L").convert("1")
    image: Image.Image = Image.fromarray(np.ascontiguousarray(pixels))
    if image.mode == spec.mode:
        return image
    return Image.frombytes(spec.mode, size, image.tobytes())
