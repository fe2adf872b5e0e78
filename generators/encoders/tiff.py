"""TIFF without a library: TIFF 6.0 sections 2 (structure), 4…6 and 16 (photometric kinds), deflate (compression 8).

Solid images of one bit can be coded by ITU-T T.6 instead (compression 4, section 11). One little-endian directory and
one strip: several strips that share an offset are refused by some readers.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import Final

from contract.formats import SAMPLES
from generators.encoders.bits import packed
from generators.encoders.deflate import HEADER, run, tiled
from generators.encoders.rows import colour, palette, row_bytes, tile
from generators.encoders.streams import Parts, length, repeated, written
from generators.specs import ImageSpec, require_within

# PhotometricInterpretation by mode, sections 4, 5, 6 and 16.
_PHOTOMETRIC: Final = {"1": 1, "L": 1, "P": 3, "I;16": 1, "RGB": 2, "RGBA": 2, "CMYK": 5}
_SHORT, _LONG = 3, 4
_LONGEST_DIRECTORY: Final = 2048
_SIZES: Final = {_SHORT: "H", _LONG: "I"}


def encode(spec: ImageSpec) -> Iterator[bytes]:
    """The pieces of a TIFF file in any mode and content, without orientation."""
    samples, bits = SAMPLES[spec.mode]
    faxed = spec.compression == "g4"
    # What T.6 calls white is the colour of a line that says nothing.
    photometric = 1 - spec.seed % 2 if faxed else _PHOTOMETRIC[spec.mode]
    strip = _faxed(spec) if faxed else _strip(spec)
    strip_bytes = length(strip)
    require_within(spec, {"bytes": strip_bytes + _LONGEST_DIRECTORY})
    tags: list[tuple[int, int, tuple[int, ...]]] = [
        (256, _LONG, (spec.width,)),
        (257, _LONG, (spec.height,)),
        (258, _SHORT, (bits,) * samples),
        (259, _SHORT, (4 if faxed else 8,)),
        (262, _SHORT, (photometric,)),
        (273, _LONG, (0,)),
        (277, _SHORT, (samples,)),
        (278, _LONG, (spec.height,)),
        (279, _LONG, (strip_bytes,)),
    ]
    if spec.mode == "P":
        tags.append((320, _SHORT, _colour_map()))
    if spec.mode == "RGBA":
        tags.append((338, _SHORT, (2,)))
    yield _directory(tags)
    yield from written(strip)


def fill(pieces: Iterator[bytes], more: int) -> Iterator[bytes]:
    """The file with ``more`` bytes at its end that no offset names. Section 2."""
    return chain(pieces, repeated(b"\0", more))


@cache
def _colour_map() -> tuple[int, ...]:
    """The palette of the other formats, all reds first, 16 bits each. Section 5."""
    colours = palette()
    return tuple(value * 257 for part in range(3) for value in colours[part::3])


def _directory(tags: list[tuple[int, int, tuple[int, ...]]]) -> bytes:
    """Header, directory and the values too long for it; StripOffsets points behind them. Section 2."""
    beyond = 8 + 2 + 12 * len(tags) + 4
    packed = [struct.pack(f"<{len(values)}{_SIZES[kind]}", *values) for _, kind, values in tags]
    end = beyond + sum(len(value) for value in packed if len(value) > 4)
    entries, long_values = b"", b""
    for (tag, kind, values), value in zip(tags, packed, strict=True):
        stored = struct.pack("<I", end) if tag == 273 else value.ljust(4, b"\0")
        if len(value) > 4:
            stored = struct.pack("<I", beyond + len(long_values))
            long_values += value
        entries += struct.pack("<HHI", tag, kind, len(values)) + stored
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4) + long_values


def _strip(spec: ImageSpec) -> Parts:
    """The one strip, a zlib stream."""
    if spec.content == "solid":
        unit = colour(spec)
        return run(unit, row_bytes(spec) * spec.height // len(unit))
    block, times, end = tiled([_little(row) for row in tile(spec)] if spec.mode == "I;16" else tile(spec), spec.height)
    return ((HEADER, 1), (block, times), (end, 1))


def _faxed(spec: ImageSpec) -> Parts:
    """Each line as the one above it, the imaginary white one at first: one bit, V(0). T.6 clauses 2.2.2 and 2.4.1."""
    eights, rest = divmod(spec.height, 8)
    return ((b"\xff", eights), (packed("1" * rest + "000000000001" * 2), 1))


def _little(row: bytes) -> bytes:
    swapped = bytearray(row)
    swapped[::2], swapped[1::2] = row[1::2], row[::2]
    return bytes(swapped)
