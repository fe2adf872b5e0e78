"""Limits that hold for most media and not for some: for one mode, codec, rate or size, or two of these at once.

No single item of the fixed list of probes sees them; a search that draws all of it does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import av
from PIL import Image

from contract.limits import LIMITS, Axis, EnforcementPoint
from reference.behaviour import Behaviour
from reference.errors import ApiError, LimitReached
from reference.faults.fault import Fault, Group
from reference.inspection import Measured

_IMAGE, _VIDEO, _IMPORT = (
    EnforcementPoint.IMAGE_UPLOAD,
    EnforcementPoint.VIDEO_UPLOAD,
    EnforcementPoint.DATASET_IMPORT,
)
# What is not looked at at all shows wherever such media come, with the other limits of its medium.
_ALSO: Final = ("image.*", "video.*", "combination.*", "encoders.*", "concurrency@*")
DRAWN = Group("dimension", _ALSO, search="property")
_FIELDS: Final = {Axis.WIDTH: "width", Axis.HEIGHT: "height", Axis.DURATION: "seconds"}
_JPEG: Final = (".jpg", ".jpeg", ".jfif")
_ORIENTATION: Final = 0x0112
_WIDE, _UPRIGHT, _FAST, _SMOOTH = 16_383, 500, 20, 50
_Concerned = Callable[[Measured, Path], bool]


def _unheld(limit_id: str, at: EnforcementPoint, concerned: _Concerned) -> type[Behaviour]:
    """One limit is not held against some media at one point: to it they measure what is just legal."""
    limit = LIMITS[limit_id]

    def seen(behaviour: Behaviour, measured: Measured, point: EnforcementPoint, path: Path) -> Measured:
        bound = behaviour.limit(limit_id, point)
        if point is not at or bound is None or not concerned(measured, path):
            return measured
        if Axis.AREA in limit.axes:
            return replace(measured, height=min(measured.height, bound // measured.width))
        nearest = min if limit.sign > 0 else max
        names = [_FIELDS[axis] for axis in limit.axes]
        return replace(measured, **{name: nearest(getattr(measured, name), bound) for name in names})

    class Unheld(Behaviour):
        def check_image(self, measured: Measured, point: EnforcementPoint, path: Path) -> None:
            super().check_image(seen(self, measured, point, path), point, path)

        def check_video(self, measured: Measured, path: Path) -> None:
            super().check_video(seen(self, measured, _VIDEO, path), path)

    return Unheld


def _mode(*modes: str) -> _Concerned:
    def concerned(_measured: Measured, path: Path) -> bool:
        with Image.open(path) as image:
            return image.mode in modes

    return concerned


def _turned(_measured: Measured, path: Path) -> bool:
    with Image.open(path) as image:
        return bool(image.getexif().get(_ORIENTATION, 1) != 1)


def _group4(_measured: Measured, path: Path) -> bool:
    with Image.open(path) as image:
        return bool(image.info.get("compression") == "group4")


def _is_mjpeg_but_no_avi(_measured: Measured, path: Path) -> bool:
    with av.open(str(path)) as container:
        return path.suffix != ".avi" and container.streams.video[0].codec_context.name == "mjpeg"


class _SidesOf16Bits(Behaviour):
    def check_image(self, measured: Measured, at: EnforcementPoint, path: Path) -> None:
        width, height = (side & 0xFFFF if at is _IMAGE else side for side in (measured.width, measured.height))
        super().check_image(replace(measured, width=width, height=height), at, path)


class _WideColourJpegRefused(Behaviour):
    def check_image(self, measured: Measured, at: EnforcementPoint, path: Path) -> None:
        super().check_image(measured, at, path)
        wide = at is _IMAGE and max(measured.width, measured.height) > _WIDE
        if wide and path.suffix in _JPEG and _mode("RGB")(measured, path):
            raise LimitReached("image.side.max", f"A JPEG in colour has at most {_WIDE} px a side.")


class _CmykRefusedAsMalformed(Behaviour):
    def check_image(self, measured: Measured, at: EnforcementPoint, path: Path) -> None:
        try:
            super().check_image(measured, at, path)
        except LimitReached as error:
            if at is _IMAGE and error.limit_id == "image.side.max" and _mode("CMYK")(measured, path):
                raise ApiError(400, "invalid_media", "The image is too large.") from error
            raise


class _WideTranslucentHalved(Behaviour):
    def stored_image(self, path: Path, measured: Measured) -> Measured:
        kept = super().stored_image(path, measured)
        if max(kept.width, kept.height) <= _WIDE or not _mode("RGBA")(kept, path):
            return kept
        with Image.open(path) as image:
            kind, half = str(image.format), image.reduce(2)
        half.save(path, kind)
        return replace(kept, width=half.width, height=half.height)


def _passes(
    name: str, sentence: str, limit_id: str, concerned: _Concerned, at: EnforcementPoint = EnforcementPoint.IMAGE_UPLOAD
) -> Fault:
    """A limit that some media pass unseen at one point."""
    return DRAWN(name, sentence).breaks(
        LIMITS[limit_id].requirement(at), side="above", verdict="not-enforced", by=_unheld(limit_id, at, concerned)
    )


FAULTS: Final = (
    _passes("wide-16-bit-passes", "An image of 16 bits may have any side.", "image.side.max", _mode("I;16")),
    _passes("large-palette-passes", "An image with a palette may have any pixels.", "image.pixels.max", _mode("P")),
    _passes("wide-turned-passes", "An image that EXIF turns may have any side.", "image.side.max", _turned),
    _passes("small-fax-passes", "A TIFF of ITU-T T.6 may have sides of any few pixels.", "image.side.min", _group4),
    _passes(
        "wide-and-high-passes",
        "An image of more than 500 px in both sides may have any side.",
        "image.side.max",
        lambda image, _path: min(image.width, image.height) > _UPRIGHT,
    ),
    DRAWN("sides-of-16-bits", "The sides of an image are read modulo 65,536.").breaks(
        "image.side.max@image-upload", side="above", verdict="not-enforced", by=_SidesOf16Bits
    ),
    DRAWN("wide-colour-jpeg-refused", "A JPEG in colour of more than 16,383 px a side is refused.").breaks(
        "image.side.max@image-upload", side="at", verdict="over-enforced", by=_WideColourJpegRefused
    ),
    DRAWN("wide-cmyk-malformed", "A CMYK image beyond the largest side is refused with 400.").breaks(
        "image.side.max@image-upload", side="above", verdict="wrong-status", by=_CmykRefusedAsMalformed
    ),
    DRAWN("wide-translucent-halved", "An RGBA image of more than 16,383 px a side is stored at half its size.").breaks(
        "image.side.max@image-upload", side="at", verdict="unclean", by=_WideTranslucentHalved
    ),
    _passes(
        "wide-mjpeg-passes",
        "A video of MJPEG frames in another container than AVI may be as wide as it likes.",
        "video.width.max",
        _is_mjpeg_but_no_avi,
        _VIDEO,
    ),
    _passes(
        "long-at-20-fps-passes",
        "A video of 20 frames a second and more may last as long as it likes.",
        "video.duration.max",
        lambda video, _path: video.fps >= _FAST,
        _VIDEO,
    ),
    _passes(
        "long-by-part-of-second-passes",
        "A video that ends in the middle of a second may last as long as it likes.",
        "video.duration.max",
        lambda video, _path: video.frames % round(video.fps) != 0,
        _VIDEO,
    ),
    _passes(
        "high-at-50-fps-passes",
        "A video of 50 frames a second and more may be as high as it likes.",
        "video.height.max",
        lambda video, _path: video.fps >= _SMOOTH,
        _VIDEO,
    ),
    _passes(
        "wide-and-upright-passes",
        "A video of more than 500 px in height, and less than the highest, may be as wide as it likes.",
        "video.width.max",
        lambda video, _path: _UPRIGHT < video.height < LIMITS["video.height.max"].value,
        _VIDEO,
    ),
    _passes(
        "small-16-bit-import-passes",
        "An image of 16 bits in an archive may have sides of any few pixels.",
        "image.side.min",
        _mode("I;16"),
        _IMPORT,
    ),
)
