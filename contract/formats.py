"""The media formats that Geti accepts: one record for each, from which all that handles a format takes what it needs.

A new format is one record here and, where it shall be written without a library, one module in ``generators/encoders``.
``IMAGE_FORMATS`` and ``VIDEO_FORMATS`` are looked up when needed and never copied: a record may be added at run time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeVar

from contract.bounds import (
    AVI_BYTES,
    AVI_RATE,
    BMP_BYTES,
    ENCODERS,
    ISOBMFF,
    LIBJPEG_SIDE,
    MATROSKA,
    SIGNED_32,
    TIFF_BYTES,
    UNSIGNED_32,
    Bound,
    Codec,
    Encoder,
)

__all__ = [
    "ENCODERS",
    "IMAGE_FORMATS",
    "SAMPLES",
    "VIDEO_FORMATS",
    "Codec",
    "Encoder",
    "FormatError",
    "ImageFormat",
    "MediaFormat",
    "Mode",
    "VideoFormat",
    "media_type",
    "required",
]

Mode = Literal["1", "L", "P", "RGB", "RGBA", "I;16", "CMYK"]
Packing = Literal["deflate", "rle8"]

# Pixel modes by Pillow's names: (samples of a pixel, bits of a sample).
SAMPLES: Final[dict[Mode, tuple[int, int]]] = {
    "1": (1, 1),
    "L": (1, 8),
    "P": (1, 8),
    "I;16": (1, 16),
    "RGB": (3, 8),
    "RGBA": (4, 8),
    "CMYK": (4, 8),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFormat:
    """What images and videos have in common.

    ``extensions`` are all that share the format, ``media_type`` is IANA's. ``library`` is what the library calls it
    (a format of Pillow, a muxer of PyAV), ``direct`` the module in ``generators/encoders`` that writes it; either is
    empty where there is none. ``longest_side`` in pixels is the largest that the format's fields hold, ``side_clause``
    where that is written; ``bounds`` are those of its other fields.

    Raises ``FormatError`` where the record names no encoder at all.
    """

    extensions: tuple[str, ...]
    media_type: str
    library: str = ""
    direct: str = ""
    longest_side: int = SIGNED_32
    side_clause: str = "readers take sides as signed numbers of 32 bits"
    bounds: tuple[Bound, ...] = ()

    def __post_init__(self) -> None:
        if not self.encoders:
            raise FormatError(self, "it names neither a format of a library nor a module in generators/encoders")

    @property
    def encoders(self) -> tuple[Encoder, ...]:
        """The encoders that write the format."""
        names: dict[Encoder, str] = {"library": self.library, "direct": self.direct}
        return tuple(encoder for encoder, name in names.items() if name)

    @property
    def every_bound(self) -> tuple[Bound, ...]:
        """That of the sides first, then those of the other fields."""
        return (Bound("px a side", self.longest_side, self.side_clause), *self.bounds)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFormat(MediaFormat):
    """A format of still images.

    ``modes`` are the pixel modes that it holds without conversion, the leanest first: that is the one for the largest
    images, so that they stay within the memory of a CI agent. ``orientable`` says that an EXIF orientation can be
    written, ``turned_by_readers`` that most readers turn the image by it: a deployment may be expected to.
    ``unread_when_turned`` is the common reader that cannot open a file whose orientation swaps the sides, so that no
    deployment may be expected to; empty where all can. ``group4`` says that one-bit images may be compressed by ITU-T
    T.6.
    ``packing`` is how equal pixels are packed: it says how small a file of one colour can be.
    ``library_options`` are those of Pillow's ``save``. ``direct_solid_only``: the module writes one colour only.
    ``library_too_heavy`` is the reason why the library makes no file at the largest sizes; empty where it may.

    Raises ``FormatError`` for a mode that ``SAMPLES`` does not have.
    """

    modes: tuple[Mode, ...]
    orientable: bool = False
    unread_when_turned: str = ""
    turned_by_readers: bool = False
    group4: bool = False
    packing: Packing | None = None
    library_options: Mapping[str, Any] = field(default_factory=dict, hash=False)
    library_too_heavy: str = ""
    direct_solid_only: bool = False

    def __post_init__(self) -> None:
        MediaFormat.__post_init__(self)
        for mode in self.modes:
            required(SAMPLES, mode, self, "SAMPLES of contract/formats.py")

    @property
    def leanest_mode(self) -> Mode:
        """The mode with the fewest bits a pixel."""
        return self.modes[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoFormat(MediaFormat):
    """A container of videos.

    ``codecs`` are those that the library writes into it, ``direct_codecs`` those of the direct encoder; the first is
    meant where a specification names none. ``agreed_rate`` is the lowest rate in whole frames a second at which all
    readers agree on a video of two seconds and more.

    Raises ``FormatError`` where an encoder has no codec.
    """

    codecs: tuple[Codec, ...] = ()
    direct_codecs: tuple[Codec, ...] = ()
    agreed_rate: int = 1
    longest_side: int = 16_383
    side_clause: str = "RFC 6386 section 9.1: VP8, the least of the codecs, has 14 bits a side"

    def __post_init__(self) -> None:
        MediaFormat.__post_init__(self)
        for encoder in self.encoders:
            if not self.codecs_of(encoder):
                raise FormatError(self, f"it names no codec for the {encoder} encoder")

    def codecs_of(self, encoder: Encoder) -> tuple[Codec, ...]:
        """The codecs that one encoder writes into the container."""
        return self.codecs if encoder == "library" else self.direct_codecs


class FormatError(LookupError):
    """A format's record asks for what does not exist; the message names the record and what is missing."""

    def __init__(self, record: MediaFormat, missing: str) -> None:
        super().__init__(f"the record of {'/'.join(record.extensions)} in contract/formats.py: {missing}")


_Value = TypeVar("_Value")


def required(table: Mapping[Any, _Value], key: str, record: MediaFormat, place: str) -> _Value:
    """The entry of a table that a record asks for. Raises ``FormatError`` where there is none."""
    if key not in table:
        raise FormatError(record, f"there is no {key!r} in {place}")
    return table[key]


_Format = TypeVar("_Format", bound=MediaFormat)


def _by_extension(*formats: _Format) -> dict[str, _Format]:
    return {extension: record for record in formats for extension in record.extensions}


IMAGE_FORMATS: Final[dict[str, ImageFormat]] = _by_extension(
    ImageFormat(
        extensions=("jpg", "jpeg", "jfif"),
        media_type="image/jpeg",
        library="JPEG",
        direct="jpeg",
        longest_side=65_535,
        side_clause="ITU-T T.81 B.2.2: X and Y have 16 bits",
        bounds=(LIBJPEG_SIDE,),
        modes=("L", "RGB", "CMYK"),
        orientable=True,
        turned_by_readers=True,
    ),
    ImageFormat(
        extensions=("bmp",),
        media_type="image/bmp",
        library="BMP",
        direct="bmp",
        side_clause='Microsoft "Bitmap Storage", BITMAPINFOHEADER: biWidth and biHeight are signed, of 32 bits',
        bounds=(BMP_BYTES,),
        packing="rle8",
        modes=("1", "L", "P", "RGB"),
    ),
    ImageFormat(
        extensions=("png",),
        media_type="image/png",
        library="PNG",
        direct="png",
        side_clause="PNG (third edition) sections 7.1 and 11.2.1: width and height end at 2**31 - 1",
        packing="deflate",
        modes=("1", "L", "P", "RGB", "RGBA", "I;16"),
        orientable=True,
    ),
    ImageFormat(
        extensions=("tif", "tiff"),
        media_type="image/tiff",
        library="TIFF",
        library_options={"compression": "tiff_deflate"},
        direct="tiff",
        longest_side=UNSIGNED_32,
        side_clause="TIFF 6.0 sections 2 and 8: ImageWidth and ImageLength are LONG, of 32 bits",
        bounds=(TIFF_BYTES,),
        packing="deflate",
        modes=("1", "L", "P", "RGB", "RGBA", "I;16", "CMYK"),
        orientable=True,
        unread_when_turned="OpenCV's imread returns nothing for a TIFF of EXIF orientation 5 to 8 that is no square",
        group4=True,
    ),
    ImageFormat(
        extensions=("webp",),
        media_type="image/webp",
        library="WEBP",
        library_options={"lossless": True, "quality": 0, "method": 0},
        library_too_heavy="Pillow needs 364 MB for the largest",
        direct="vp8l",
        direct_solid_only=True,
        longest_side=16_383,
        side_clause="RFC 9649 section 3.4: sides have 14 bits, of which libwebp takes 16,383",
        modes=("RGB", "RGBA"),
        orientable=True,
    ),
)

# Below a rate of 5, libav's r_frame_rate, which is what Geti counts seconds with, differs from the rate that was
# written to Matroska: that says times in milliseconds, and too few of them are read to tell one rate from another.
_MATROSKA_RATE: Final = 5

VIDEO_FORMATS: Final[dict[str, VideoFormat]] = _by_extension(
    VideoFormat(
        extensions=("mp4",),
        media_type="video/mp4",
        library="mp4",
        codecs=("h264",),
        direct="isobmff",
        bounds=ISOBMFF,
        direct_codecs=("h264",),
    ),
    VideoFormat(
        extensions=("avi",),
        media_type="video/x-msvideo",
        library="avi",
        codecs=("mjpeg",),
        direct="avi",
        bounds=(AVI_BYTES, AVI_RATE),
        direct_codecs=("mjpeg",),
    ),
    VideoFormat(
        extensions=("mkv",),
        media_type="video/x-matroska",
        library="matroska",
        codecs=("h264", "mjpeg"),
        direct="matroska",
        bounds=MATROSKA,
        direct_codecs=("h264", "mjpeg"),
        agreed_rate=_MATROSKA_RATE,
    ),
    VideoFormat(
        extensions=("mov",),
        media_type="video/quicktime",
        library="mov",
        codecs=("h264", "mjpeg"),
        direct="isobmff",
        bounds=ISOBMFF,
        direct_codecs=("h264", "mjpeg"),
    ),
    VideoFormat(
        extensions=("webm",),
        media_type="video/webm",
        library="webm",
        codecs=("vp8",),
        direct="matroska",
        bounds=MATROSKA,
        direct_codecs=("vp9",),
        agreed_rate=_MATROSKA_RATE,
    ),
    VideoFormat(
        extensions=("m4v",),
        media_type="video/x-m4v",
        library="mp4",
        codecs=("h264",),
        direct="isobmff",
        bounds=ISOBMFF,
        direct_codecs=("h264",),
    ),
)


def is_media(extension: str) -> bool:
    """Whether images or videos are called so, in letters of either case."""
    return extension.lower() in {*IMAGE_FORMATS, *VIDEO_FORMATS}


def media_type(extension: str) -> str:
    """The media type of a file by its extension, that of any bytes where no format has it."""
    record = IMAGE_FORMATS.get(extension) or VIDEO_FORMATS.get(extension)
    return record.media_type if record else "application/octet-stream"
