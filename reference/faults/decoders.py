"""What one encoder makes is taken, what another makes of the same size is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import av

from reference.behaviour import Behaviour
from reference.errors import ApiError
from reference.faults.fault import Group
from reference.inspection import Measured

_HEAD: Final = 1 << 14
_JPEG: Final = b"\xff\xd8"
# The first table that ITU-T T.81 offers in annex K: the lengths of its codes.
_COMMON_TABLE: Final = bytes.fromhex("ffc4001f0000010501010101010100")
_FASTEST, _MIDDLING = b"\x78\x01", b"\x78\x9c"
_PIXELS_A_BYTE: Final = 128
_PIXELS_A_METRE: Final = 3780


def _refusing(unwanted: Callable[[Any], bool]) -> type[Behaviour]:
    """Videos of some streams are refused as unreadable before anything is measured."""

    class Refusing(Behaviour):
        def decode_video(self, path: Path) -> None:
            with av.open(str(path)) as container:
                if unwanted(container.streams.video[0].codec_context):
                    raise ApiError(400, "invalid_media", "The codec is not supported.")
            super().decode_video(path)

    return Refusing


def _images_refused(unwanted: Callable[[Measured, bytes], bool]) -> type[Behaviour]:
    """Images of some files are refused as unreadable once they are known to keep the limits."""

    class ImagesRefused(Behaviour):
        def decode_image(self, path: Path, measured: Measured) -> Measured:
            if unwanted(measured, path.read_bytes()):
                raise ApiError(400, "invalid_media", "The image is not supported.")
            return super().decode_image(path, measured)

    return ImagesRefused


class _OldAviRefused(Behaviour):
    def decode_video(self, path: Path) -> None:
        with path.open("rb") as file:
            head = file.read(_HEAD)
        if head.startswith(b"RIFF") and b"odml" not in head:
            raise ApiError(400, "invalid_media", "The AVI is too old.")
        super().decode_video(path)


def _has_own_tables(_measured: Measured, content: bytes) -> bool:
    return content.startswith(_JPEG) and _COMMON_TABLE not in content[:_HEAD]


def _is_small_for_its_size(measured: Measured, content: bytes) -> bool:
    return content.startswith(_JPEG) and measured.width * measured.height > _PIXELS_A_BYTE * len(content)


def _is_deflated_in_haste(_measured: Measured, content: bytes) -> bool:
    deflated = content.startswith((b"\x89PNG", b"II*\0"))
    return deflated and _FASTEST in content and _MIDDLING not in content


def _is_coarse(_measured: Measured, content: bytes) -> bool:
    """The pixels a metre of a BMP begin at its 38th byte."""
    return content.startswith(b"BM") and int.from_bytes(content[38:42], "little") < _PIXELS_A_METRE


def _is_vp9(codec: Any) -> bool:
    return str(codec.name).endswith("vp9")


def _has_odd_sides(codec: Any) -> bool:
    return codec.name == "h264" and codec.pix_fmt != "yuv444p" and bool(codec.width % 2 or codec.height % 2)


def _has_full_chroma(codec: Any) -> bool:
    return (codec.name, codec.pix_fmt) == ("h264", "yuv444p")


_IMAGES: Final = ("image.*", "combination.image-upload@*", "robustness.image-upload@*")
_LIMITS: Final = ("video.*@video-upload", "combination.video-upload@*", "robustness.video-upload@*")
_JPEGS: Final = tuple(f"encoders.image-upload@{extension}" for extension in ("jpg", "jpeg", "jfif"))
_H264: Final = tuple(f"encoders.video-upload@{extension}" for extension in ("mp4", "m4v", "mkv", "mov"))
_decoders = Group("decoders")
FAULTS: Final = (
    _decoders(
        "own-huffman-tables-refused", "A JPEG is refused where its Huffman tables are not those of the standard."
    ).breaks(*_JPEGS, verdict="nonconforming", by=_images_refused(_has_own_tables), also=_IMAGES),
    _decoders(
        "small-jpeg-taken-for-bomb", "A JPEG of more than 128 pixels a byte is refused as a decompression bomb."
    ).breaks(*_JPEGS, verdict="nonconforming", by=_images_refused(_is_small_for_its_size), also=_IMAGES),
    _decoders("fast-deflate-refused", "A PNG or TIFF is refused where it was deflated at the fastest level.").breaks(
        *tuple(f"encoders.image-upload@{extension}" for extension in ("png", "tif", "tiff")),
        verdict="nonconforming",
        by=_images_refused(_is_deflated_in_haste),
        also=_IMAGES,
    ),
    _decoders("coarse-bmp-refused", "A BMP of fewer than 96 pixels an inch is refused.").breaks(
        "encoders.image-upload@bmp", verdict="nonconforming", by=_images_refused(_is_coarse), also=_IMAGES
    ),
    _decoders("old-avi-refused", "An AVI without the OpenDML extension is refused.").breaks(
        "encoders.video-upload@avi", verdict="nonconforming", by=_OldAviRefused, also=_LIMITS
    ),
    _decoders("full-chroma-refused", "An H.264 video is refused where its colours are not subsampled.").breaks(
        *_H264, verdict="nonconforming", by=_refusing(_has_full_chroma), also=_LIMITS
    ),
    _decoders("vp9-refused", "A WebM is refused where its frames are VP9.").breaks(
        "encoders.video-upload@webm", verdict="nonconforming", by=_refusing(_is_vp9), also=_LIMITS
    ),
    _decoders("odd-h264-refused", "An H.264 video of odd sides is refused unless it is 4:4:4.").breaks(
        *_H264, verdict="nonconforming", by=_refusing(_has_odd_sides), also=_LIMITS
    ),
)
