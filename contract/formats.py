"""The media formats that Geti accepts, and how large a side each format can express."""

from __future__ import annotations

from typing import Final

IMAGE_EXTENSIONS: Final = ("jpg", "jpeg", "bmp", "png", "tif", "tiff", "jfif", "webp")
VIDEO_EXTENSIONS: Final = ("mp4", "avi", "mkv", "mov", "webm", "m4v")

# Sources: ITU-T T.81 B.2.2 (JPEG, 16 bit), RFC 9649 section 3.4 (VP8L, 14 bit). The others hold 31 bits and more.
LARGEST_SIDE: Final = {"jpg": 65_535, "jpeg": 65_535, "jfif": 65_535, "webp": 16_383}


def largest_side(extension: str) -> int | None:
    """The longest side in pixels that a format can express; None where it lies far beyond every limit."""
    return LARGEST_SIDE.get(extension)


# Below these, libav's r_frame_rate, which is what Geti counts seconds with, differs from the rate that was written:
# Matroska says times in milliseconds, and too few of them are read to tell one rate from another.
_AGREED_RATE: Final = {"mkv": 5, "webm": 5}


def agreed_rate(extension: str) -> int:
    """The lowest rate in whole frames a second at which all readers agree on a video of two seconds and more."""
    return _AGREED_RATE.get(extension, 1)
