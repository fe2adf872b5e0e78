"""JPEG without a library: ITU-T T.81, baseline (annex F.1), markers of annex B, tables of annexes B.2.4 and C.

Solid: only the first block of a component says its level; each later one is two zero bits, "no change" and "end of
block". A gradient repeats one row of blocks, noise a tile of random coefficients, between restart markers.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from itertools import chain
from typing import Final

from generators.encoders.bits import packed
from generators.encoders.rows import colour
from generators.encoders.streams import inserted, repeated, segments
from generators.specs import ImageSpec

# Huffman codes: DC category 0 is "0" and 1…11 are five bits from 10000; AC holds the end of block alone, "0".
_DC: Final = bytes((1, 0, 0, 0, 11)) + bytes(11) + bytes(range(12))
_AC: Final = bytes((1,)) + bytes(15) + b"\0"
# Noise: the one code, "0", says that a coefficient of three bits follows; so any half byte below 8 is a coefficient,
# any 32 such bytes are a block, and no byte is 0xFF, which would have to be stuffed.
_THREE_BITS: Final = bytes((1,)) + bytes(15) + b"\x03"
_NOISE_BLOCK: Final = 32
_NOISE_TILE: Final = 64  # minimum coded units between restart markers
_LONGEST_COMMENT: Final = 2 + 0xFFFF


def encode(spec: ImageSpec) -> Iterator[bytes]:
    """The pieces of a JPEG file in mode L, RGB (as YCbCr 4:4:4) or CMYK and any content, without orientation."""
    levels = _levels(spec)
    parts = range(1, len(levels) + 1)
    noise = spec.content == "noise"
    wide, high = (spec.width + 7) // 8, (spec.height + 7) // 8
    interval = {"solid": 0, "gradient": wide, "noise": min(wide * high, _NOISE_TILE)}[spec.content]
    frame = struct.pack(">BHHB", 8, spec.height, spec.width, len(levels))
    yield (
        b"\xff\xd8"
        + _application(spec)
        + _segment(0xDB, b"\0" + b"\x08" + (b"\x0c" if noise else b"\x08") * 63)
        + _segment(0xC0, frame + b"".join(bytes((part, 0x11, 0)) for part in parts))
        + _segment(0xC4, b"\x00" + (_THREE_BITS if noise else _DC))
        + _segment(0xC4, b"\x10" + (_THREE_BITS if noise else _AC))
        + (_segment(0xDD, struct.pack(">H", interval)) if interval else b"")
        + _segment(0xDA, bytes((len(levels),)) + b"".join(bytes((part, 0)) for part in parts) + b"\x00\x3f\x00")
    )
    if spec.content == "solid":
        yield from _scan(levels, len(levels) * wide * high)
    elif noise:
        unit = _NOISE_BLOCK * len(levels)
        whole = (wide * high - 1) // interval
        tile = _noise(spec.seed, unit * interval)
        yield from _restarted(tile, whole, tile[: unit * (wide * high - whole * interval)])
    else:
        row = _ramp(wide, len(levels))
        yield from _restarted(row, high - 1, row)
    yield b"\xff\xd9"


def fill(pieces: Iterator[bytes], more: int) -> Iterator[bytes]:
    """The file with comments behind its application segment, ``more`` bytes in all: 4 and more. Annex B.2.4.5."""
    sizes = segments(more, 4, _LONGEST_COMMENT)
    comments = (struct.pack(">HH", 0xFFFE, size - 2) + bytes(size - 4) for size in sizes)
    first = next(pieces)
    # The application's segment comes right behind the start of the image, T.871 section 10.
    end = 4 + struct.unpack_from(">H", first, 4)[0]
    return inserted(chain((first,), pieces), end, comments)


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
    yield _stuffed(bits)
    whole, rest = divmod(total - len(bits), 8)
    yield from repeated(b"\0", whole)
    if rest:
        yield _stuffed("0" * rest)


def _restarted(interval: bytes, times: int, last: bytes) -> Iterator[bytes]:
    """``times`` intervals, the next of the eight restart markers behind each, and the last without: annex E.1.4."""
    eight = [interval + bytes((0xFF, 0xD0 + number)) for number in range(8)]
    yield from repeated(b"".join(eight), times // 8)
    yield b"".join(eight[: times % 8]) + last


def _noise(seed: int, size: int) -> bytes:
    digits = int.from_bytes(b"\x77" * size, "big")
    return (random.Random(seed).getrandbits(8 * size) & digits).to_bytes(size, "big")


def _ramp(wide: int, parts: int) -> bytes:
    """One row of blocks, the first component from black to white, the others as they start."""
    bits, before = "", 0
    for column in range(wide):
        level = column * 255 // max(wide - 1, 1) - 128
        bits += f"{_difference(level - before)}0" + "00" * (parts - 1)
        before = level
    return _stuffed(bits)


def _stuffed(bits: str) -> bytes:
    return packed(bits + "1" * (-len(bits) % 8)).replace(b"\xff", b"\xff\0")


def _difference(value: int) -> str:
    """The code of a DC difference, annex F.1.2.1."""
    category = abs(value).bit_length()
    if not category:
        return "0"
    return f"{0b10000 + category - 1:05b}{value if value > 0 else value + (1 << category) - 1:0{category}b}"
