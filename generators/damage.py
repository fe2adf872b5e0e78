"""Hostile uploads as data: damaged, forged, animated and exploding files, and the names that go with them.

Damage is done to a genuine artefact, so that one thing only is wrong with what is sent.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import partial
from typing import Final

from generators.encoders.png import SIGNATURE, chunk
from generators.encoders.vp8l import lossless_header, riff_chunk, u24
from generators.specs import UnrepresentableError

# Inside every documented limit: what is refused is the false header, not the size.
CLAIMED_SIZE: Final = (4_000, 4_000)
CLAIMED_LONGER: Final = 1_800
_SHORTER: Final = 8
_BOMB_MEGABYTES: Final = 64


class Damage(StrEnum):
    """What is wrong with an upload."""

    EMPTY = "empty"
    CUT_IN_HEADER = "cut-in-header"
    CUT_AT_QUARTER = "cut-at-quarter"
    CUT_AT_HALF = "cut-at-half"
    CUT_LAST_BYTE = "cut-last-byte"
    CLAIMS_LARGER = "claims-larger"
    CLAIMS_LONGER = "claims-longer"
    CLAIMS_SHORTER = "claims-shorter"
    ANIMATED = "animated"
    TEXT_BOMB = "text-bomb"
    DATA_BOMB = "data-bomb"


FILE_NAMES: Final = {
    "no-extension": "noextension",
    "double-extension": "double.png.exe",
    "archive-extension": "archive.tar.png",
    "wrong-extension": "wrong.jpg",
    "upper-case": "UPPER.PNG",
    "extension-alone": ".png",
    "trailing-dot": "trailing.png.",
    "trailing-space": "trailing space.png ",
    "path-up": "../../escape.png",
    "path-up-backslash": "..\\..\\escape.png",
    "path-from-root": "/etc/absolute.png",
    "path-from-drive": "C:\\absolute.png",
    "semicolon": "semi;colon.png",
    "quote": 'quo"te.png',
    "per-cent": "per%2fcent%00.png",
    "markup": "<b>markup</b>.png",
    "line-break": "line\nbreak.png",
    "japanese": "日本語.png",
    "combining-accent": "éte\u0301.png",
    "right-to-left": "right\u202egnp.png",
    "emoji": "🦊.png",
    "255-characters": "x" * 251 + ".png",
    "255-characters-of-three-bytes": "日" * 251 + ".png",
}
"""Odd file names for the bytes of a PNG by what is odd: no, double, wrong or bare extension, path and control
characters, non-ASCII, right-to-left, and 255 characters long."""


def damaged(content: bytes, kind: Damage) -> bytes:
    """A genuine file with one thing wrong.

    ``CLAIMS_LARGER`` (PNG, JPEG, BMP, MP4 with AVC): the header, its checksum valid, says ``CLAIMED_SIZE`` pixels, the
    data hold fewer.
    ``CLAIMS_LONGER`` and ``CLAIMS_SHORTER`` (MP4): the headers of movie, track and medium say ``CLAIMED_LONGER`` times
    the duration of the frames, or an eighth of it.
    ``ANIMATED`` (PNG, WebP without alpha or metadata, classic little-endian TIFF): the picture twice, as APNG, animated
    WebP or two pages. ``TEXT_BOMB`` (PNG): an ancillary text chunk that inflates to 64 MB. ``DATA_BOMB``
    (PNG): the pixels are followed by 64 MB that belong to no row.

    Raises ``UnrepresentableError`` where the format of ``content`` has no such damage.
    """
    size = len(content)
    cuts = {
        Damage.EMPTY: 0,
        Damage.CUT_IN_HEADER: min(10, size - 1),
        Damage.CUT_AT_QUARTER: size // 4,
        Damage.CUT_AT_HALF: size // 2,
        Damage.CUT_LAST_BYTE: size - 1,
    }
    if kind in cuts:
        return content[: max(0, cuts[kind])]
    for signature, damage in _BY_FORMAT[kind]:
        if content.startswith(signature):
            return damage(content)
    raise UnrepresentableError(f"a file that begins with {content[:8]!r} cannot be damaged as {kind.value}")


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Type and data of each chunk; PNG (third edition) section 5.3."""
    at = len(SIGNATURE)
    while at < len(content):
        (length,) = struct.unpack_from(">I", content, at)
        yield content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        at += 12 + length


def _png_claiming_larger(content: bytes) -> bytes:
    chunks = _png_chunks(content)
    _, header = next(chunks)
    claim = struct.pack(">II", *CLAIMED_SIZE) + header[8:]
    return SIGNATURE + chunk(b"IHDR", claim) + b"".join(chunk(*each) for each in chunks)


def _jpeg_claiming_larger(content: bytes) -> bytes:
    """Rewrites Y and X of the frame header, ITU-T T.81 B.2.2."""
    at = 2
    while content[at + 1] not in (0xC0, 0xC1, 0xC2):
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    claim = struct.pack(">HH", *CLAIMED_SIZE)
    return content[: at + 5] + claim + content[at + 9 :]


def _bmp_claiming_larger(content: bytes) -> bytes:
    """Rewrites width and height of the BITMAPINFOHEADER; the rows go from the bottom up."""
    return content[:18] + struct.pack("<ii", *CLAIMED_SIZE) + content[26:]


def _mp4_claiming_larger(content: bytes) -> bytes:
    """Rewrites the size in the sample entry; ISO/IEC 14496-12, 12.1.3. The stream's own parameters stay."""
    at = content.find(b"avc1", content.find(b"stsd")) + 28
    if at < 32:
        raise UnrepresentableError("only an MP4 with AVC can claim another size")
    return content[:at] + struct.pack(">HH", *CLAIMED_SIZE) + content[at + 4 :]


def _mp4_lasting(content: bytes, times: int, divided_by: int) -> bytes:
    """Rewrites the durations of mvhd, tkhd and mdhd of version 0; ISO/IEC 14496-12, 8.2.2, 8.3.2 and 8.4.2."""
    for box, place in ((b"mvhd", 20), (b"tkhd", 24), (b"mdhd", 20)):
        at = content.find(box) + place
        if at < place or content[at - place + 4]:
            raise UnrepresentableError("only an MP4 with headers of version 0 can claim another duration")
        (duration,) = struct.unpack_from(">I", content, at)
        claim = struct.pack(">I", min(duration * times // divided_by, 0xFFFFFFFF))
        content = content[:at] + claim + content[at + 4 :]
    return content


def _apng(content: bytes) -> bytes:
    """The picture as two frames of 100 ms; PNG (third edition) sections 11.3.6 and 12."""
    chunks = list(_png_chunks(content))
    size = chunks[0][1][:8]
    data = b"".join(body for kind, body in chunks if kind == b"IDAT")

    def control(sequence: int) -> bytes:
        return chunk(b"fcTL", struct.pack(">I", sequence) + size + struct.pack(">IIHHBB", 0, 0, 100, 1000, 0, 0))

    before = b"".join(chunk(kind, body) for kind, body in chunks if kind not in (b"IDAT", b"IEND"))
    return b"".join(
        (
            SIGNATURE,
            before,
            chunk(b"acTL", struct.pack(">II", 2, 0)),
            control(0),
            chunk(b"IDAT", data),
            control(1),
            chunk(b"fdAT", struct.pack(">I", 2) + data),
            chunk(b"IEND", b""),
        )
    )


def _animated_webp(content: bytes) -> bytes:
    """The picture as two frames of 100 ms; RFC 9649 sections 2.7.1.1 and 2.7.1.2."""
    picture = content[12:]
    if picture[:4] != b"VP8L":
        raise UnrepresentableError("only a plain lossless WebP can be animated")
    width, height, _ = lossless_header(picture[8:])
    size = u24(width - 1) + u24(height - 1)
    frame = riff_chunk(b"ANMF", u24(0) * 2 + size + u24(100) + b"\0" + picture)
    extended = riff_chunk(b"VP8X", b"\x02\0\0\0" + size)
    return riff_chunk(b"RIFF", b"WEBP" + extended + riff_chunk(b"ANIM", bytes(6)) + frame + frame)


def _two_pages(content: bytes) -> bytes:
    """A second directory for the same strips; TIFF 6.0 section 2, "Image File Directory"."""
    (at,) = struct.unpack_from("<I", content, 4)
    (entries,) = struct.unpack_from("<H", content, at)
    end = at + 2 + 12 * entries
    padding = b"\0" * (len(content) & 1)
    directory = content[at:end] + bytes(4)
    following = struct.pack("<I", len(content) + len(padding))
    return content[:end] + following + content[end + 4 :] + padding + directory


def _text_bomb(content: bytes) -> bytes:
    """A zTXt chunk behind IHDR; PNG (third edition) section 11.3.3.3."""
    header_end = len(SIGNATURE) + 25
    return content[:header_end] + chunk(b"zTXt", b"Comment\0\0" + _packed(b"")) + content[header_end:]


def _data_bomb(content: bytes) -> bytes:
    """One IDAT of the image's rows and what nobody asked for; PNG (third edition) section 11.2.3."""
    chunks = list(_png_chunks(content))
    rows = zlib.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT"))
    kept = b"".join(chunk(kind, body) for kind, body in chunks if kind not in (b"IDAT", b"IEND"))
    return SIGNATURE + kept + chunk(b"IDAT", _packed(rows)) + chunk(b"IEND", b"")


def _packed(first: bytes) -> bytes:
    deflate = zlib.compressobj(9)
    pieces = [deflate.compress(first), *(deflate.compress(bytes(1 << 20)) for _ in range(_BOMB_MEGABYTES))]
    return b"".join(pieces) + deflate.flush()


_BY_FORMAT: Final[dict[Damage, tuple[tuple[bytes, Callable[[bytes], bytes]], ...]]] = {
    Damage.CLAIMS_LARGER: (
        (SIGNATURE, _png_claiming_larger),
        (b"\xff\xd8", _jpeg_claiming_larger),
        (b"BM", _bmp_claiming_larger),
        (b"\0\0\0", _mp4_claiming_larger),
    ),
    Damage.CLAIMS_LONGER: ((b"\0\0\0", partial(_mp4_lasting, times=CLAIMED_LONGER, divided_by=1)),),
    Damage.CLAIMS_SHORTER: ((b"\0\0\0", partial(_mp4_lasting, times=1, divided_by=_SHORTER)),),
    Damage.ANIMATED: ((SIGNATURE, _apng), (b"RIFF", _animated_webp), (b"II*\0", _two_pages)),
    Damage.TEXT_BOMB: ((SIGNATURE, _text_bomb),),
    Damage.DATA_BOMB: ((SIGNATURE, _data_bomb),),
}
