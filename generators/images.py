"""Images through Pillow: every format, mode and orientation that a specification can name."""

from __future__ import annotations

import io

import numpy as np
from PIL import ExifTags, Image

from contract.formats import SAMPLES, FormatError
from generators.cards import OPACITIES, card
from generators.encoders.rows import palette
from generators.specs import ImageSpec


def encode_image(spec: ImageSpec) -> bytes:
    """The bytes of one image; the same specification always gives the same bytes.

    Raises ``FormatError`` where Pillow cannot write the format.
    """
    Image.init()
    if spec.record.library not in Image.SAVE:
        raise FormatError(spec.record, f"Pillow writes no format {spec.record.library!r}")
    image = _picture(spec)
    if spec.mode == "P":
        image.putpalette(palette())
    options = dict(spec.record.library_options)
    if spec.mode == "P" and spec.content == "card" and spec.record.library == "PNG":
        options["transparency"] = OPACITIES
    if spec.compression == "g4":
        options["compression"] = "group4"
    if spec.orientation != 1:
        exif = Image.Exif()
        exif[ExifTags.Base.Orientation] = spec.orientation
        options["exif"] = exif
    out = io.BytesIO()
    image.save(out, spec.record.library, **options)
    return out.getvalue()


def _picture(spec: ImageSpec) -> Image.Image:
    size = (spec.width, spec.height)
    channels, bits = SAMPLES[spec.mode]
    random = np.random.default_rng(spec.seed)
    if spec.content == "solid":
        levels = tuple(int(level) for level in random.integers(0, 256, channels))
        if spec.mode == "1":
            return Image.new("1", size, levels[0] & 1)
        return Image.new(spec.mode, size, levels if channels > 1 else levels[0])
    shape = (spec.height, spec.width) if channels == 1 else (spec.height, spec.width, channels)
    top, dtype = (65_536, np.uint16) if bits == 16 else (256, np.uint8)
    if spec.content == "card":
        pixels = card(spec)
    elif spec.content == "noise":
        pixels = random.integers(0, top, shape, dtype=dtype)
    else:
        ramp = (np.arange(spec.width, dtype=np.uint64) * (top - 1) // max(spec.width - 1, 1)).astype(dtype)
        pixels = np.broadcast_to(ramp if channels == 1 else ramp[:, None], shape)
    if spec.mode == "1":
        return Image.fromarray((pixels >= 128).astype(np.uint8) * 255, "L").convert("1")
    return Image.frombytes(spec.mode, size, np.ascontiguousarray(pixels).tobytes())
