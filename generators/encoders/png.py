"""PNG without a library: PNG (third edition), sections 5 (chunks), 9 (filters) and 11.2 (IHDR, PLTE, IDAT, IEND).

All but the first row of a solid image or a gradient is filtered with "up" to zeros, which deflate in closed form;
noise repeats one compressed tile of rows.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from itertools import chain
from typing import Final

from generators.encoders.deflate import HEADER, tiled, zero_rows
from generators.encoders.rows import palette, row_bytes, tile
from generators.encoders.streams import Parts, inserted, repeated, segments
from generators.specs import ImageSpec

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
# Mode: (bit depth, colour type), table 11.1.
_KINDS: Final = {"1": (1, 0), "L": (8, 0), "P": (8, 3), "I;16": (16, 0), "RGB": (8, 2), "RGBA": (8, 6)}
_UP: Final = 2
_HEADER_END: Final = len(SIGNATURE) + 25  # behind IHDR
_LONGEST_FILLER: Final = 1 << 30
_DATA: Final = 1 << 16  # bytes of repeated data in a chunk


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk with its length and CRC, section 5.3."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))


def encode(spec: ImageSpec) -> Iterator[bytes]:
    """The pieces of a PNG file in any mode and content, without orientation."""
    header = struct.pack(">IIBBBBB", spec.width, spec.height, *_KINDS[spec.mode], 0, 0, 0)
    yield SIGNATURE + chunk(b"IHDR", header)
    if spec.mode == "P":
        yield chunk(b"PLTE", palette())
    if spec.content == "noise":
        block, times, end = tiled([b"\0" + row for row in tile(spec)], spec.height)
        yield chunk(b"IDAT", HEADER)
        yield from repeated(chunk(b"IDAT", block), times)
        yield chunk(b"IDAT", end)
    else:
        yield from _data(zero_rows(b"\0" + tile(spec)[0], _UP, row_bytes(spec), spec.height - 1))
    yield chunk(b"IEND", b"")


def fill(pieces: Iterator[bytes], more: int) -> Iterator[bytes]:
    """The file with private ancillary chunks behind IHDR, ``more`` bytes in all: 12 and more. Section 5.4."""
    sizes = segments(more, 12, _LONGEST_FILLER)
    return inserted(pieces, _HEADER_END, chain.from_iterable(_filler(size - 12) for size in sizes))


def _data(parts: Parts) -> Iterator[bytes]:
    """The parts as IDAT chunks: one for each that is not repeated, equal ones for what is."""
    for part, times in parts:
        together = max(1, min(times, _DATA // max(1, len(part))))
        whole, rest = divmod(times, together)
        yield from repeated(chunk(b"IDAT", part * together), whole)
        if rest:
            yield chunk(b"IDAT", part * rest)


def _filler(size: int) -> Iterator[bytes]:
    yield struct.pack(">I", size) + b"fiLl"
    checksum = zlib.crc32(b"fiLl")
    for piece in repeated(b"\0", size):
        checksum = zlib.crc32(piece, checksum)
        yield piece
    yield struct.pack(">I", checksum)
