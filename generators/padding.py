"""Files of an exact number of bytes: filler where each format has room for what readers must skip.

PNG (third edition) section 5.4, private ancillary chunk; ITU-T T.81 B.2.4.5, comment; TIFF 6.0 section 2, bytes that
no offset names; BMP, a gap before the pixels; RFC 9649 section 2.7, unknown chunk; ISO/IEC 14496-12 clause 8.1.2, free
space; RFC 8794 section 11.3.2, void element; RIFF, junk chunk.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Final

from generators.artefacts import encoded
from generators.encoders.streams import repeated
from generators.specs import JPEG_EXTENSIONS, TIFF_EXTENSIONS, MediaSpec, UnrepresentableError

_LONGEST_CHUNK: Final = 1 << 30
_LONGEST_COMMENT: Final = 2 + 0xFFFF
_HEADED_BMP: Final = 14
_HEADED_PNG: Final = 8 + 25
_SEGMENT: Final = bytes.fromhex("18538067")


def padded(spec: MediaSpec, size: int) -> Iterator[bytes]:
    """The file of a specification, filled up to exactly ``size`` bytes, piece by piece; it shows what it showed.

    Raises ``UnrepresentableError`` where the file is larger, or the format cannot express so few bytes more: PNG needs
    12, JPEG 4, MP4, M4V, MOV and AVI 8, MKV and WebM 2, WebP 26; AVI and WebP only even sizes.
    """
    more = size - sum(map(len, encoded(spec)))
    if more == 0:
        return encoded(spec)
    try:
        if more < 0:
            raise ValueError
        return _FILLED[spec.format](encoded(spec), more)
    except ValueError:
        smallest = size - more
        raise UnrepresentableError(f"{spec.name} has {smallest} bytes and cannot be filled up to {size}") from None


def _png(pieces: Iterator[bytes], more: int) -> Iterator[bytes]:
    sizes = _shared(more, 12, _LONGEST_CHUNK)
    return _inserted(pieces, _HEADED_PNG, chain.from_iterable(_chunk(size - 12) for size in sizes))


def _chunk(size: int) -> Iterator[bytes]:
    yield struct.pack(">I", size) + b"fiLl"
    checksum = zlib.crc32(b"fiLl")
    for piece in repeated(b"\0", size):
        checksum = zlib.crc32(piece, checksum)
        yield piece
    yield struct.pack(">I", checksum)


def _jpeg(pieces: Iterator[bytes], more: int) -> Iterator[bytes]:
    sizes = _shared(more, 4, _LONGEST_COMMENT)
    comments = (struct.pack(">HH", 0xFFFE, size - 2) + bytes(size - 4) for size in sizes)
    first = next(pieces)
    # The application's segment stands right behind the start of the image, T.871 section 10.
    at = 4 + struct.unpack_from(">H", first, 4)[0]
    return _inserted(chain((first,), pieces), at, comments)


def _bmp(pieces: Iterator[bytes], more: int) -> Iterator[bytes]:
    start = next(pieces)
    size, pixels = struct.unpack_from("<I4xI", start, 2)
    head = b"BM" + struct.pack("<IHHI", size + more & 0xFFFFFFFF, 0, 0, pixels + more) + start[_HEADED_BMP:]
    return _inserted(chain((head,), pieces), pixels, repeated(b"\0", more))


def _tiff(pieces: Iterator[bytes], more: int) -> Iterator[bytes]:
    return chain(pieces, repeated(b"\0", more))


def _webp(pieces: Iterator[bytes], more: int) -> Iterator[bytes]:
    """An unknown chunk is for the extended format alone: the simple one is made that first."""
    content = b"".join(pieces)
    width, height, alpha = _lossless(content)
    extended = b"VP8X" + struct.pack("<IB3x", 10, alpha << 4) + _three(width - 1) + _three(height - 1)
    chunks = content[12:] if content[12:16] == b"VP8X" else extended + content[12:]
    total = len(content) - 8 + more
    rest = total - 4 - len(chunks) - 8
    if rest < 0 or rest % 2:
        raise ValueError
    return chain(
        (b"RIFF" + struct.pack("<I", total) + b"WEBP" + chunks, b"FILL" + struct.pack("<I", rest)),
        repeated(b"\0", rest),
    )


def _lossless(content: bytes) -> tuple[int, int, bool]:
    """Width, height and whether there is alpha, from the header of a VP8L chunk that stands first, section 3.4."""
    (bits,) = struct.unpack_from("<I", content, 21)
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bool(bits >> 28 & 1)


def _three(value: int) -> bytes:
    return value.to_bytes(3, "little")


def _boxes(pieces: Iterator[bytes], more: int) -> Iterator[bytes]:
    (size,) = _shared(more, 8, more)
    large = size > 0xFFFFFFFF
    head = struct.pack(">I4sQ", 1, b"free", size) if large else struct.pack(">I4s", size, b"free")
    return chain(pieces, (head,), repeated(b"\0", size - len(head)))


def _void(pieces: Iterator[bytes], more: int) -> Iterator[bytes]:
    if more < 2:
        raise ValueError
    head = bytes((0xEC, 0x80 | more - 2)) if more < 100 else b"\xec" + struct.pack(">Q", 1 << 56 | more - 9)
    start = b""
    while _SEGMENT not in start[:-8]:
        start += next(pieces)
    at = start.index(_SEGMENT) + len(_SEGMENT)
    (size,) = struct.unpack_from(">Q", start, at)  # eight bytes, which libav and we always take
    grown = start[:at] + struct.pack(">Q", size + more) + start[at + 8 :]
    return chain((grown,), pieces, (head,), repeated(b"\0", more - len(head)))


def _avi(pieces: Iterator[bytes], more: int) -> Iterator[bytes]:
    first = next(pieces)
    total = struct.unpack_from("<I", first, 4)[0] + more
    if more < 8 or more % 2 or total > 0xFFFFFFFF:
        raise ValueError
    head = first[:4] + struct.pack("<I", total) + first[8:]
    return chain((head,), pieces, (b"JUNK" + struct.pack("<I", more - 8),), repeated(b"\0", more - 8))


def _shared(total: int, least: int, most: int) -> list[int]:
    """``total`` bytes as segments of ``least`` to ``most`` bytes each. Raises ``ValueError`` where it is too little."""
    if total < least:
        raise ValueError
    whole, rest = divmod(total, most)
    sizes = [most] * whole + ([rest] if rest else [])
    if rest and rest < least:
        sizes[-2:] = [most - least, rest + least]
    return sizes


def _inserted(pieces: Iterable[bytes], at: int, filler: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces with ``filler`` behind their first ``at`` bytes."""
    source, head = iter(pieces), b""
    while len(head) < at:
        head += next(source)
    yield head[:at]
    yield from filler
    yield head[at:]
    yield from source


_FILLED: Final[dict[str, Callable[[Iterator[bytes], int], Iterator[bytes]]]] = {
    **dict.fromkeys(JPEG_EXTENSIONS, _jpeg),
    **dict.fromkeys(TIFF_EXTENSIONS, _tiff),
    **dict.fromkeys(("mp4", "m4v", "mov"), _boxes),
    **dict.fromkeys(("mkv", "webm"), _void),
    "png": _png,
    "bmp": _bmp,
    "webp": _webp,
    "avi": _avi,
}
