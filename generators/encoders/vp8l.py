"""A WebP of one colour in 30-odd bytes: VP8L with prefix codes of a single symbol.

Follows RFC 9649 (WebP container, section 2; VP8L bitstream, sections 3 and 6): a prefix code with one symbol has
length zero, so that the pixels take no bits at all and any size costs the same.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import chain

from contract.bounds import UNSIGNED_32
from generators.encoders.bits import Bits
from generators.encoders.rows import colour
from generators.encoders.streams import repeated
from generators.specs import ImageSpec


def encode(spec: ImageSpec) -> Iterator[bytes]:
    """The one piece of a solid WebP file in mode RGB or RGBA, without orientation."""
    red, green, blue, *_ = colour(spec)
    # An alpha of 255 would make decoders call the image RGB, whatever the header says.
    alpha = 255 if spec.mode == "RGB" else 254
    bits = Bits()
    bits.put(0x2F, 8)
    bits.put(spec.width - 1, 14)
    bits.put(spec.height - 1, 14)
    bits.put(int(alpha != 255), 1)
    bits.put(0, 3)  # version
    bits.put(0, 1)  # no transform
    bits.put(0, 1)  # no colour cache
    bits.put(0, 1)  # no meta prefix codes
    for symbol in (green, red, blue, alpha, 0):
        bits.put(1, 1)  # a simple code ...
        bits.put(0, 1)  # ... of one symbol ...
        bits.put(1, 1)  # ... written in eight bits
        bits.put(symbol, 8)
    chunks = riff_chunk(b"VP8L", bits.to_bytes())
    yield riff_chunk(b"RIFF", b"WEBP" + chunks)


def riff_chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk with its size, filled up to an even number of bytes; section 2.3."""
    return kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def u24(value: int) -> bytes:
    """Three bytes, as WebP's sizes are written; section 2.2."""
    return value.to_bytes(3, "little")


def lossless_header(payload: bytes) -> tuple[int, int, bool]:
    """Width and height in pixels, and whether there is alpha, from the payload of a VP8L chunk; section 3.4."""
    bits = int.from_bytes(payload[1:5], "little")
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bool(bits >> 28 & 1)


def fill(pieces: Iterator[bytes], more: int) -> Iterator[bytes]:
    """The file with an unknown chunk at its end, ``more`` bytes in all: 26 and more, an even number. Section 2.7.

    An unknown chunk is for the extended format alone: a simple file is made extended first.
    """
    content = b"".join(pieces)
    chunks = content[12:]
    if not chunks.startswith(b"VP8X"):
        width, height, alpha = lossless_header(chunks[8:])
        features = struct.pack("<B3x", alpha << 4)
        chunks = riff_chunk(b"VP8X", features + u24(width - 1) + u24(height - 1)) + chunks
    total = len(content) - 8 + more
    rest = total - 4 - len(chunks) - 8
    if rest < 0 or rest % 2 or total > UNSIGNED_32:
        raise ValueError
    head = b"RIFF" + struct.pack("<I", total) + b"WEBP" + chunks + b"FILL" + struct.pack("<I", rest)
    return chain((head,), repeated(b"\0", rest))
