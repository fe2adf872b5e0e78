"""Solid JPEG without a library: ITU-T T.81, baseline (annex F.1), markers of annex B, tables of annexes B.2.4 and C.

Only the first block of a component says its level; each later one is two zero bits, "no change" and "end of block".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from generators.rows import colour
from generators.specs import ImageSpec

# Huffman codes: DC category 0 is "0" and 1…11 are five bits from 10000; AC holds the end of block alone, "0".
_DC_LENGTHS: Final = bytes((1, 0, 0, 0, 11)) + bytes(11)
_AC_LENGTHS: Final = bytes((1,)) + bytes(15)
_PIECE: Final = 1 << 18


def jpeg(spec: ImageSpec) -> Iterator[bytes]:
    """The pieces of a solid JPEG file in mode L, RGB (as YCbCr 4:4:4) or CMYK, without orientation."""
    levels = _levels(spec)
    parts = range(1, len(levels) + 1)
    yield b"\xff\xd8" + _application(spec)
    yield _segment(0xDB, b"\0" + b"\x08" * 64)
    frame = struct.pack(">BHHB", 8, spec.height, spec.width, len(levels))
    yield _segment(0xC0, frame + b"".join(bytes((part, 0x11, 0)) for part in parts))
    yield _segment(0xC4, b"\x00" + _DC_LENGTHS + bytes(range(12)))
    yield _segment(0xC4, b"\x10" + _AC_LENGTHS + b"\0")
    yield _segment(0xDA, bytes((len(levels),)) + b"".join(bytes((part, 0)) for part in parts) + b"\x00\x3f\x00")
    blocks = len(levels) * ((spec.width + 7) // 8) * ((spec.height + 7) // 8)
    yield from _scan(levels, blocks)
    yield b"\xff\xd9"


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def _application(spec: ImageSpec) -> bytes:
    """JFIF (ITU-T T.871) for gray and YCbCr, Adobe's APP14 (T.872 section 6.5.3) with inverted inks for CMYK."""
    if spec.mode == "CMYK":
        return _segment(0xEE, b"Adobe" + struct.pack(">HHHB", 100, 0, 0, 0))
    return _segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")


def _levels(spec: ImageSpec) -> tuple[int, ...]:
    """The DC coefficient of each component: with a quantiser of 8 it is the level less 128 (annex A.3.3)."""
    pixel = colour(spec)
    if spec.mode == "CMYK":
        return tuple(127 - ink for ink in pixel)
    if spec.mode == "L":
        return (pixel[0] - 128,)
    red, green, blue = pixel
    luma = 0.299 * red + 0.587 * green + 0.114 * blue  # T.871 section 7
    return round(luma) - 128, round((blue - luma) / 1.772), round((red - luma) / 1.402)


def _scan(levels: tuple[int, ...], blocks: int) -> Iterator[bytes]:
    """Entropy-coded data, filled up with ones (annex F.1.2.3), 0xFF followed by a stuffed zero (annex F.1.2.3)."""
    bits = "".join(f"{_difference(level)}0" for level in levels)
    total = len(bits) + 2 * (blocks - len(levels))
    bits += "0" * (-len(bits) % 8) if total - len(bits) >= 8 else "0" * (total - len(bits))
    if len(bits) == total:
        yield _stuffed(bits)
        return
    yield _stuffed(bits)
    whole, rest = divmod(total - len(bits), 8)
    zeros = bytes(min(whole, _PIECE))
    for _ in range(whole // _PIECE):
        yield zeros
    yield bytes(whole % _PIECE)
    if rest:
        yield _stuffed("0" * rest)


def _stuffed(bits: str) -> bytes:
    filled = bits + "1" * (-len(bits) % 8)
    return int(filled, 2).to_bytes(len(filled) // 8, "big").replace(b"\xff", b"\xff\0")


def _difference(value: int) -> str:
    """The code of a DC difference, annex F.1.2.1."""
    category = abs(value).bit_length()
    if not category:
        return "0"
    return f"{0b10000 + category - 1:05b}{value if value > 0 else value + (1 << category) - 1:0{category}b}"
