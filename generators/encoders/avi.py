"""AVI without a library: Microsoft "AVI RIFF File Reference", one stream of frames of one size, with an idx1 index."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import chain, repeat
from typing import Final

from contract.bounds import AVI_BYTES
from generators.encoders.streams import StreamOf, length, repeated, written
from generators.specs import VideoSpec, require_within

_HAS_INDEX, _KEY = 0x10, 0x10
_FRAME: Final = b"00dc"
_ENTRIES_A_PIECE: Final = 1 << 14


def encode(spec: VideoSpec, stream_of: StreamOf) -> Iterator[bytes]:
    """The pieces of an AVI file of one repeated key frame.

    Raises ``UnrepresentableError`` where its 32-bit sizes end, at 4 GiB.
    """
    (keyframe,) = stream_of(spec, 1).keyframes
    size = length(keyframe)
    step = 8 + size + size % 2
    head = _list(b"hdrl", _main_header(spec, step) + _list(b"strl", _stream_header(spec, size)))
    movie, index = 4 + step * spec.frames, 16 * spec.frames
    total = 4 + len(head) + 8 + movie + 8 + index
    require_within(spec, {"bytes": total})
    yield b"RIFF" + struct.pack("<I", total) + b"AVI " + head + b"LIST" + struct.pack("<I", movie) + b"movi"
    frame = b"".join((_FRAME, struct.pack("<I", size), *written(keyframe), bytes(size % 2)))
    yield from repeated(frame, spec.frames)
    yield b"idx1" + struct.pack("<I", index)
    for first in range(0, spec.frames, _ENTRIES_A_PIECE):
        places = range(4 + first * step, 4 + min(first + _ENTRIES_A_PIECE, spec.frames) * step, step)
        fields = zip(repeat(int.from_bytes(_FRAME, "little")), repeat(_KEY), places, repeat(size))
        yield struct.pack(f"<{4 * len(places)}I", *chain.from_iterable(fields))


def fill(pieces: Iterator[bytes], more: int) -> Iterator[bytes]:
    """The file with a junk chunk at its end, ``more`` bytes in all: 8 and more, an even number."""
    first = next(pieces)
    total = struct.unpack_from("<I", first, 4)[0] + more
    if more < 8 or more % 2 or total > AVI_BYTES.most:
        raise ValueError
    head = first[:4] + struct.pack("<I", total) + first[8:]
    return chain((head,), pieces, (b"JUNK" + struct.pack("<I", more - 8),), repeated(b"\0", more - 8))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content


def _list(kind: bytes, content: bytes) -> bytes:
    return _chunk(b"LIST", kind + content)


def _main_header(spec: VideoSpec, step: int) -> bytes:
    rate = min(step * spec.fps, AVI_BYTES.most)
    fields = (1_000_000 // spec.fps, rate, 0, _HAS_INDEX, spec.frames, 0, 1, step, spec.width, spec.height)
    return _chunk(b"avih", struct.pack("<10I16x", *fields))


def _stream_header(spec: VideoSpec, size: int) -> bytes:
    times = struct.pack("<8I", 0, 0, 1, spec.fps, 0, spec.frames, size, 0xFFFFFFFF)
    described = b"vidsMJPG" + struct.pack("<I", 0) + times
    place = struct.pack("<I4h", 0, 0, 0, spec.width, spec.height)
    bitmap = struct.pack("<IiiHH4sIiiII", 40, spec.width, spec.height, 1, 24, b"MJPG", size, 0, 0, 0, 0)
    return _chunk(b"strh", described + place) + _chunk(b"strf", bitmap)
