"""A WebP of one colour in 30-odd bytes: VP8L with prefix codes of a single symbol.

Follows RFC 9649 (WebP container, section 2; VP8L bitstream, sections 3 and 6): a prefix code with one symbol has
length zero, so that the pixels take no bits at all and any size costs the same.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from generators.encoders.bits import Bits
from generators.encoders.rows import colour
from generators.specs import ImageSpec


def webp(spec: ImageSpec) -> Iterator[bytes]:
    """The one piece of a solid WebP file in mode RGB or RGBA, without orientation."""
    red, green, blue, *_ = colour(spec)
    # An alpha of 255 would make decoders call the image RGB, whatever the header says.
    yield solid_webp(spec.width, spec.height, (red, green, blue, 255 if spec.mode == "RGB" else 254))


def solid_webp(width: int, height: int, colour: tuple[int, int, int, int]) -> bytes:
    """A lossless WebP of ``width`` × ``height`` pixels (1…16,383 each) in one RGBA colour."""
    red, green, blue, alpha = colour
    bits = Bits()
    bits.put(0x2F, 8)
    bits.put(width - 1, 14)
    bits.put(height - 1, 14)
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
    payload = bits.to_bytes()
    padding = b"\0" * (len(payload) & 1)
    chunk = b"VP8L" + struct.pack("<I", len(payload)) + payload + padding
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk
