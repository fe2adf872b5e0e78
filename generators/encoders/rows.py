"""What the direct encoders draw: packed rows of pixels from a specification, without Pillow or numpy."""

from __future__ import annotations

import random
from functools import cache
from typing import Final

from contract.formats import SAMPLES, Mode
from generators.specs import NOISE_ROWS, ImageSpec

BITS: Final[dict[Mode, int]] = {mode: samples * bits for mode, (samples, bits) in SAMPLES.items()}


def colour(spec: ImageSpec) -> bytes:
    """The one pixel of a solid image, big-endian for 16 bits; mode 1 gives eight pixels in a byte."""
    level = spec.seed % 256
    if spec.mode == "1":
        return b"\xff" if spec.seed & 1 else b"\0"
    if spec.mode == "I;16":
        return bytes((level, level))
    return bytes((level, 128, 64, 255))[: BITS[spec.mode] // 8]


@cache
def palette() -> bytes:
    """256 distinct colours, three bytes each."""
    return bytes((value * step) % 256 for value in range(256) for step in (1, 3, 7))


def row_bytes(spec: ImageSpec) -> int:
    """The length of one packed row in bytes."""
    return (spec.width * BITS[spec.mode] + 7) // 8


def tile(spec: ImageSpec) -> list[bytes]:
    """The rows that repeat down the image: one for solid and gradient, eight for noise."""
    length = row_bytes(spec)
    if spec.content == "noise":
        source = random.Random(spec.seed)
        return [source.randbytes(length) for _ in range(NOISE_ROWS)]
    if spec.content == "gradient":
        return [_ramp(spec)]
    pixel = colour(spec)
    return [(pixel * spec.width)[:length]]


def _ramp(spec: ImageSpec) -> bytes:
    """From black on the left to the highest level on the right."""
    if spec.mode == "1":
        dark = spec.width // 2
        ones = (1 << spec.width - dark) - 1
        return (ones << -spec.width % 8).to_bytes(row_bytes(spec), "big")
    last, size = max(spec.width - 1, 1), BITS[spec.mode] // 8
    row = bytearray(size * spec.width)
    for part in range(size):
        # Of a sample of 16 bits the low byte comes second.
        top, most = (65_535, 256 >> 8 * part) if spec.mode == "I;16" else (255, 1)
        row[part::size] = bytes(x * top // last // most & 0xFF for x in range(spec.width))
    return bytes(row)
