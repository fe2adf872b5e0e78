"""MP4, M4V and MOV without a library: ISO/IEC 14496-12 (boxes), 14496-15 (avc1) and the QuickTime File Format.

Each distinct group of frames is stored once; the chunk offsets, which may name one place any number of times, put it
wherever it is shown. All sizes are known beforehand, so the index comes first and the file is made in one go.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterator
from itertools import chain
from typing import Final

from contract.formats import required
from generators.encoders.streams import GROUP, Parts, Stream, StreamOf, length, repeated, written
from generators.specs import VideoSpec

_BRANDS: Final = {
    "mp4": b"isom\0\0\2\0isomiso2avc1mp41",
    "m4v": b"M4V \0\0\0\1M4V mp42isom",
    "mov": b"qt  \0\0\2\0qt  ",
}
_MATRIX: Final = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_MILLISECONDS: Final = 1000


def encode(spec: VideoSpec, stream_of: StreamOf) -> Iterator[bytes]:
    """The pieces of an MP4, M4V or MOV file with one video track, one tick a frame."""
    stream = stream_of(spec, GROUP)
    brands = _box(b"ftyp", required(_BRANDS, spec.format, spec.record, "_BRANDS of generators/encoders/isobmff.py"))
    levels = _levels(spec, stream)
    # The offsets follow from the size of the tables, the size of the tables does not depend on the offsets.
    tables = sum(map(length, _tables(spec.frames, stream, 0)))
    opened = _opened(levels, tables)
    start = len(brands) + len(opened) + tables + 8
    yield brands + opened
    for table in _tables(spec.frames, stream, start):
        yield from written(table)
    stored = stream.keyframes[: -(-spec.frames // stream.group)]
    yield struct.pack(">I", 8 + sum(stream.sizes()) * len(stored)) + b"mdat"
    for keyframe in stored:
        yield from written(keyframe)
        yield b"".join(stream.after)


def fill(pieces: Iterator[bytes], more: int) -> Iterator[bytes]:
    """The file with a free box at its end, ``more`` bytes in all: 8 and more. Clause 8.1.2."""
    if more < 8:
        raise ValueError
    head = struct.pack(">I4s", more, b"free") if more <= 0xFFFFFFFF else struct.pack(">I4sQ", 1, b"free", more)
    return chain(pieces, (head,), repeated(b"\0", more - len(head)))


def _box(kind: bytes, content: bytes) -> bytes:
    """A box with its size, clause 4.2."""
    return struct.pack(">I", 8 + len(content)) + kind + content


def _full(kind: bytes, content: bytes, flags: int = 0) -> bytes:
    return _box(kind, struct.pack(">I", flags) + content)


def _opened(levels: list[tuple[bytes, bytes]], inside: int) -> bytes:
    """Boxes one in the other, each with what it holds before the next; ``inside`` bytes follow in the innermost."""
    built = b""
    for kind, content in reversed(levels):
        built = struct.pack(">I", 8 + len(content) + len(built) + inside) + kind + content + built
    return built


def _levels(spec: VideoSpec, stream: Stream) -> list[tuple[bytes, bytes]]:
    """The movie down to its sample tables, clauses 8.2 to 8.5 and 12.1."""
    shown = -(-spec.frames * _MILLISECONDS // spec.fps)
    movie = struct.pack(">IIIIIH10x", 0, 0, _MILLISECONDS, shown, 0x10000, 0x100) + _MATRIX + struct.pack(">24xI", 2)
    sides = struct.pack(">II", spec.width << 16, spec.height << 16)
    track = struct.pack(">IIIII16x", 0, 0, 1, 0, shown) + _MATRIX + sides
    media = struct.pack(">IIIIHH", 0, 0, spec.fps, spec.frames, 0x55C4, 0)
    handler = (b"mhlr" if spec.format == "mov" else bytes(4)) + b"vide" + bytes(13)
    here = struct.pack(">I", 1) + _full(b"url ", b"", flags=1)
    return [
        (b"moov", _full(b"mvhd", movie)),
        (b"trak", _full(b"tkhd", track, flags=3)),
        (b"mdia", _full(b"mdhd", media) + _full(b"hdlr", handler)),
        (b"minf", _full(b"vmhd", bytes(8), flags=1) + _box(b"dinf", _full(b"dref", here))),
        (b"stbl", _full(b"stsd", struct.pack(">I", 1) + _description(spec, stream))),
    ]


def _description(spec: VideoSpec, stream: Stream) -> bytes:
    """How the frames are coded, clause 12.1.3: H.264 with its configuration, or JPEG, which needs none."""
    kind, private = (b"avc1", _box(b"avcC", stream.private)) if stream.private else (b"jpeg", b"")
    sides = struct.pack(">HH", spec.width, spec.height)
    resolution = struct.pack(">IIIH", 0x480000, 0x480000, 0, 1)
    return _box(kind, struct.pack(">6xH16x", 1) + sides + resolution + bytes(32) + struct.pack(">Hh", 24, -1) + private)


def _tables(frames: int, stream: Stream, start: int) -> Iterator[Parts]:
    """When, where and how large each frame is, clauses 8.6 and 8.7; the frames are stored from ``start`` on."""
    sizes = stream.sizes()
    whole, rest = divmod(frames, stream.group)
    groups = whole + bool(rest)
    yield _table(b"stts", 1, ((struct.pack(">II", frames, 1), 1),))
    if stream.after:
        keys = array("I", range(1, frames + 1, stream.group))
        if sys.byteorder == "little":
            keys.byteswap()
        yield _table(b"stss", groups, ((keys.tobytes(), 1),))
    chunks = ([(1, stream.group, 1)] if whole else []) + ([(whole + 1, rest, 1)] if rest else [])
    yield _table(b"stsc", len(chunks), ((struct.pack(f">{3 * len(chunks)}I", *chain(*chunks)), 1),))
    if stream.after:
        packed = struct.pack(f">{len(sizes)}I", *sizes)
        yield _table(b"stsz", frames, ((packed, whole), (packed[: 4 * rest], 1)), constant=bytes(4))
    else:
        yield _table(b"stsz", frames, (), constant=struct.pack(">I", sizes[0]))
    offsets = struct.pack(f">{len(stream.keyframes)}I", *(start + sum(sizes) * n for n in range(len(stream.keyframes))))
    rounds, left = divmod(groups, len(stream.keyframes))
    yield _table(b"stco", groups, ((offsets, rounds), (offsets[: 4 * left], 1)))


def _table(kind: bytes, count: int, entries: Parts, constant: bytes = b"") -> Parts:
    """A full box of ``count`` entries; ``constant`` is the field that stsz has before the count."""
    size = 8 + 4 + len(constant) + 4 + length(entries)
    return ((struct.pack(">I", size) + kind + bytes(4) + constant + struct.pack(">I", count), 1), *entries)
