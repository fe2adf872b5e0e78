"""BMP without a library: Microsoft "Bitmap Storage", its file and info headers and its RLE8 compression.

Solid images of eight bits are run-length encoded; all else is raw rows from bottom to top, padded to four bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import Final

from contract.bounds import BMP_BYTES
from generators.encoders.rows import BITS, colour, palette, row_bytes, tile
from generators.encoders.streams import inserted, repeated
from generators.specs import ImageSpec, require_within

_RLE8: Final = 1
_FILE_HEADER: Final = 14


def encode(spec: ImageSpec) -> Iterator[bytes]:
    """The pieces of a BMP file in any mode and content."""
    packed = spec.content == "solid" and BITS[spec.mode] == 8
    rows = [_encoded_run(spec)] if packed else [_padded(spec, row) for row in tile(spec)]
    times, left = divmod(spec.height, len(rows))
    size = len(rows[0]) * spec.height + 2 * packed
    colours = _colours(spec.mode)
    start = _FILE_HEADER + 40 + len(colours)
    require_within(spec, {"bytes": start + size})
    yield b"BM" + struct.pack("<IHHI", start + size, 0, 0, start)
    yield struct.pack(
        "<IiiHHIIiiII",
        40,
        spec.width,
        spec.height,
        1,
        BITS[spec.mode],
        _RLE8 if packed else 0,
        size,
        2835,
        2835,
        len(colours) // 4,
        0,
    )
    yield colours
    yield from repeated(b"".join(rows), times)
    yield b"".join(rows[:left])
    if packed:
        yield b"\0\x01"  # end of bitmap


def fill(pieces: Iterator[bytes], more: int) -> Iterator[bytes]:
    """The file with a gap of ``more`` bytes before the pixels."""
    start = next(pieces)
    size, pixels = struct.unpack_from("<I4xI", start, 2)
    if size + more > BMP_BYTES.most:
        raise ValueError
    head = b"BM" + struct.pack("<IHHI", size + more, 0, 0, pixels + more) + start[_FILE_HEADER:]
    return inserted(chain((head,), pieces), pixels, repeated(b"\0", more))


def _encoded_run(spec: ImageSpec) -> bytes:
    """One row: runs of at most 255 pixels, then the end of the line."""
    whole, rest = divmod(spec.width, 255)
    level = colour(spec)
    return (b"\xff" + level) * whole + (bytes((rest,)) + level if rest else b"") + b"\0\0"


def _padded(spec: ImageSpec, row: bytes) -> bytes:
    if spec.mode == "RGB":
        swapped = bytearray(row)
        swapped[::3], swapped[2::3] = row[2::3], row[::3]
        row = bytes(swapped)
    return row + bytes(-row_bytes(spec) % 4)


@cache
def _colours(mode: str) -> bytes:
    """The colour table, four bytes a colour: black and white, 256 grays, or the palette of the other formats."""
    if mode == "RGB":
        return b""
    if mode == "1":
        return b"\0\0\0\0\xff\xff\xff\0"
    if mode == "L":
        return b"".join(bytes((level, level, level, 0)) for level in range(256))
    colours = palette()
    return b"".join(bytes((*colours[at : at + 3][::-1], 0)) for at in range(0, 768, 3))
