"""What the fields of media formats can hold at most: each bound with the clause that it comes from.

The bounds of a format stand in its record, those of a codec and of an encoder here. ``generators.specs`` is where all
of them are checked, before any byte of a file is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

Codec = Literal["h264", "mjpeg", "vp8", "vp9"]
Encoder = Literal["library", "direct"]
ENCODERS: Final[tuple[Encoder, ...]] = get_args(Encoder)

Quantity = Literal[
    "px a side", "px", "bytes", "frames", "fps", "ms", "macroblocks", "macroblocks a second", "bytes of rows at once"
]

SIGNED_32: Final = 2**31 - 1
UNSIGNED_32: Final = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Bound:
    """The most of one quantity that a format, a codec or an encoder can hold, and the clause that says so.

    ``encoder`` is the one that it is for; None is for all.
    """

    quantity: Quantity
    most: int
    clause: str
    encoder: Encoder | None = None


_LEVELS: Final = "ITU-T H.264 table A-1, level 6.2"
CODEC_BOUNDS: Final[dict[Codec, tuple[Bound, ...]]] = {
    "h264": (Bound("macroblocks", 139_264, _LEVELS), Bound("macroblocks a second", 16_711_680, _LEVELS))
}

# Of the project's own making, for memory: the standards go further.
_WHOLE: Final = "Pillow and PyAV hold every pixel in memory; the direct encoder does not"
IMAGE_BOUNDS: Final = (
    Bound("px", 2**29 - 1, _WHOLE, "library"),
    Bound("bytes of rows at once", 2**28, "the direct encoder holds a row in memory, of noise eight", "direct"),
)
VIDEO_BOUNDS: Final = (
    Bound("px", 2**26, _WHOLE, "library"),
    Bound("frames", 10**7, "PyAV muxes frame by frame into memory; the direct encoder repeats them", "library"),
    Bound("fps", SIGNED_32, "libav and OpenCV read a rate as a signed number of 32 bits"),
)

BMP_BYTES: Final = Bound("bytes", UNSIGNED_32, 'Microsoft "Bitmap Storage", BITMAPFILEHEADER: bfSize has 32 bits')
TIFF_BYTES: Final = Bound("bytes", UNSIGNED_32, "TIFF 6.0 section 2: offsets have 32 bits")
AVI_BYTES: Final = Bound(
    "bytes", UNSIGNED_32, 'Microsoft "AVI RIFF File Reference": AVI ends at 4 GiB, its sizes have 32 bits', "direct"
)
AVI_RATE: Final = Bound("fps", 1000, "libav writes no AVI with frames shorter than a millisecond", "library")
LIBJPEG_SIDE: Final = Bound("px a side", 65_500, "libjpeg's JPEG_MAX_DIMENSION, below ITU-T T.81 B.2.2", "library")
MATROSKA: Final = (
    Bound("fps", 1000, "RFC 9559 section 11: timestamps are whole ticks, here and in libav of a millisecond"),
    Bound("bytes", 2**56 - 2, "RFC 8794 section 6: an element's size has at most eight octets"),
)
ISOBMFF: Final = (
    Bound("frames", UNSIGNED_32, "ISO/IEC 14496-12 clause 8.7.3.2: sample_count has 32 bits"),
    Bound("frames", 10**9, "ISO/IEC 14496-12 clause 4.2: a box, here of four bytes a frame, ends at 4 GiB", "direct"),
    Bound("ms", UNSIGNED_32, "ISO/IEC 14496-12 clause 8.2.2.2: the duration of a movie has 32 bits", "direct"),
)
