"""Limits with another number, in the wrong unit, on the wrong side, or checked on part of what they are about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from contract.limits import LIMITS, EnforcementPoint
from reference.behaviour import Behaviour
from reference.faults.fault import Group, everywhere
from reference.inspection import Measured

_UPLOAD = EnforcementPoint.IMAGE_UPLOAD
_VIDEO = EnforcementPoint.VIDEO_UPLOAD
_IMAGES = ("image.*@image-upload", "combination.image-upload@*", "robustness.image-upload@*")
_VIDEOS = ("video.*@video-upload", "combination.video-upload@*", "robustness.video-upload@*")


def _set(limit_id: str, change: Callable[[int], int]) -> type[Behaviour]:
    class OtherValue(Behaviour):
        def limit(self, asked: str, point: EnforcementPoint) -> int | None:
            value = super().limit(asked, point)
            return change(value) if asked == limit_id and value is not None else value

    return OtherValue


def _held_as(limit_id: str, convert: Callable[[int], int]) -> type[Behaviour]:
    """The limit's number is right, and what is held against it is in another unit."""

    class OtherUnit(Behaviour):
        def check(self, asked: str, point: EnforcementPoint, value: int) -> None:
            super().check(asked, point, convert(value) if asked == limit_id else value)

    return OtherUnit


class _VideoSidesTurned(Behaviour):
    def check_video(self, measured: Measured, path: Path) -> None:
        super().check_video(replace(measured, width=measured.height, height=measured.width), path)


class _VideoLongerSideIsWidth(Behaviour):
    def check_video(self, measured: Measured, path: Path) -> None:
        sides = sorted((measured.width, measured.height))
        super().check_video(replace(measured, width=sides[1], height=sides[0]), path)


def _seen(limit_id: str, look: Callable[[Measured, Path], tuple[int, ...]]) -> type[Behaviour]:
    """One media limit looks at something else; all others are checked as they should be."""

    class LooksElsewhere(Behaviour):
        def check_image(self, measured: Measured, at: EnforcementPoint, path: Path) -> None:
            self._look(measured, at, path)
            super().check_image(measured, at, path)

        def check_video(self, measured: Measured, path: Path) -> None:
            self._look(measured, _VIDEO, path)
            super().check_video(measured, path)

        def _look(self, measured: Measured, at: EnforcementPoint, path: Path) -> None:
            for value in look(measured, path) if at in LIMITS[limit_id].enforced_at else ():
                super().check(limit_id, at, value)

        def check(self, asked: str, point: EnforcementPoint, value: int) -> None:
            if asked != limit_id:
                super().check(asked, point, value)

    return LooksElsewhere


def _formats(checked: Callable[[str], bool], *entities: str) -> type[Behaviour]:
    """Media limits are checked for some file formats only."""

    class SomeFormats(Behaviour):
        def check_image(self, measured: Measured, at: EnforcementPoint, path: Path) -> None:
            if "image" not in entities or checked(path.suffix):
                super().check_image(measured, at, path)

        def check_video(self, measured: Measured, path: Path) -> None:
            if "video" not in entities or checked(path.suffix):
                super().check_video(measured, path)

    return SomeFormats


class _OrientationIgnored(Behaviour):
    def decode_image(self, path: Path, measured: Measured) -> Measured:
        super().decode_image(path, measured)
        return measured


_value = Group("value")
FAULTS: Final = (
    _value("video-width-7680", "Videos wider than 7680 px are refused, where 7860 is documented.").breaks_limit(
        "video.width.max", side="at", by=_set("video.width.max", lambda _: 7680)
    ),
    _value("video-height-4096", "Videos higher than 4096 px are refused, where 4320 is documented.").breaks_limit(
        "video.height.max", side="at", by=_set("video.height.max", lambda _: 4096)
    ),
    _value("video-side-min-16", "Videos of 16 px are accepted, where 32 is documented.").breaks_limit(
        "video.side.min", side="above", by=_set("video.side.min", lambda _: 16)
    ),
    _value("image-side-min-64", "Images below 64 px are refused, where 32 is documented.").breaks_limit(
        "image.side.min", side="at", by=_set("image.side.min", lambda _: 64)
    ),
    _value("image-side-max-16383", "Images wider than a WebP can be are refused in every format.").breaks_limit(
        "image.side.max", side="at", by=_set("image.side.max", lambda _: 16_383)
    ),
    _value("image-side-max-32768", "Images up to 32,768 px a side are accepted.").breaks_limit(
        "image.side.max", side="above", by=_set("image.side.max", lambda _: 32_768)
    ),
    _value(
        "image-pixels-8k", "Images of more than 7680 x 4320 pixels are refused, where 7680 x 4620 is documented."
    ).breaks_limit("image.pixels.max", side="at", by=_set("image.pixels.max", lambda _: 7680 * 4320)),
    _value("labels-1000", "A project may have 1000 labels, where 500 is documented.").breaks_limit(
        "project.labels.max", side="above", by=_set("project.labels.max", lambda value: 2 * value)
    ),
    _value(
        "annotation-versions-halved", "Half of the documented annotation versions are kept, and no more."
    ).breaks_limit(
        "media.annotation-versions.max", side="at", by=_set("media.annotation-versions.max", lambda value: value // 2)
    ),
    _value(
        "image-pixels-in-whole-megapixels", "The pixels of an image are rounded down to megapixels first."
    ).breaks_limit(
        "image.pixels.max", side="above", by=_held_as("image.pixels.max", lambda value: value // 1_000_000 * 1_000_000)
    ),
    _value("image-pixels-per-channel", "Every pixel counts three times, once for each colour.").breaks_limit(
        "image.pixels.max", side="at", by=_held_as("image.pixels.max", lambda value: 3 * value)
    ),
    _value("video-duration-in-whole-minutes", "The duration of a video is rounded down to minutes first.").breaks_limit(
        "video.duration.max", side="above", by=_held_as("video.duration.max", lambda value: value // 60 * 60)
    ),
    _value(
        "video-duration-in-milliseconds", "The duration in milliseconds is held against a number of seconds."
    ).breaks_limit("video.duration.max", side="at", by=_held_as("video.duration.max", lambda value: 1000 * value)),
    _value("video-duration-in-frames", "The number of frames is held against a number of seconds.").breaks_limit(
        "video.duration.max", side="at", by=_seen("video.duration.max", lambda video, _: (video.frames,))
    ),
    _value(
        "video-duration-at-25-fps", "The duration is the number of frames by 25, whatever the frame rate is."
    ).breaks_limit(
        "video.duration.max", side="above", by=_seen("video.duration.max", lambda video, _: (video.frames // 25,))
    ),
    _value("video-duration-rounded-up", "A part of a second counts as a whole one.").breaks_limit(
        "video.duration.max",
        side="at",
        by=_seen("video.duration.max", lambda video, _: (-int(-video.frames // video.fps),)),
    ),
    _value("video-duration-to-the-nearest", "The duration is rounded to the nearest second.").breaks_limit(
        "video.duration.max",
        side="at",
        by=_seen("video.duration.max", lambda video, _: (round(video.frames / video.fps),)),
    ),
    _value("video-duration-by-file-size", "The duration is guessed from the size of the file.").breaks_limit(
        "video.duration.max",
        side="above",
        by=_seen("video.duration.max", lambda _, path: (path.stat().st_size // 100_000,)),
    ),
    _value(
        "image-pixels-by-file-size", "The compressed size of an image is held against the number of pixels."
    ).breaks_limit(
        "image.pixels.max", side="above", by=_seen("image.pixels.max", lambda _, path: (path.stat().st_size,))
    ),
    _value("image-side-min-width-only", "Only the width of an image is held against the smallest side.").breaks_limit(
        "image.side.min", side="above", by=_seen("image.side.min", lambda image, _: (image.width,))
    ),
    _value("image-side-max-width-only", "Only the width of an image is held against the largest side.").breaks_limit(
        "image.side.max", side="above", by=_seen("image.side.max", lambda image, _: (image.width,))
    ),
    _value("image-side-max-height-only", "Only the height of an image is held against the largest side.").breaks_limit(
        "image.side.max", side="above", by=_seen("image.side.max", lambda image, _: (image.height,))
    ),
    _value(
        "image-side-min-longer-side", "Only the longer side of an image is held against the smallest side."
    ).breaks_limit(
        "image.side.min", side="above", by=_seen("image.side.min", lambda image, _: (max(image.width, image.height),))
    ),
    _value(
        "image-side-max-shorter-side", "Only the shorter side of an image is held against the largest side."
    ).breaks_limit(
        "image.side.max", side="above", by=_seen("image.side.max", lambda image, _: (min(image.width, image.height),))
    ),
    _value("video-side-min-width-only", "Only the width of a video is held against the smallest side.").breaks_limit(
        "video.side.min", side="above", by=_seen("video.side.min", lambda video, _: (video.width,))
    ),
    _value(
        "video-side-min-longer-side", "Only the longer side of a video is held against the smallest side."
    ).breaks_limit(
        "video.side.min", side="above", by=_seen("video.side.min", lambda video, _: (max(video.width, video.height),))
    ),
    _value(
        "video-sides-swapped", "The limit of the width is held against the height, and the other way round."
    ).breaks_limit("video.width.max", side="at", by=_VideoSidesTurned, also=everywhere("video.height.max")),
    _value(
        "video-longer-side-is-width", "The longer side of a video is taken for its width, so it may stand upright."
    ).breaks_limit("video.height.max", side="above", by=_VideoLongerSideIsWidth, also=everywhere("video.width.max")),
    _value("image-limits-on-png-only", "The limits of images are checked for PNG alone.").breaks_limit(
        "image.side.max@image-upload", side="above", by=_formats(lambda suffix: suffix == ".png", "image"), also=_IMAGES
    ),
    _value("image-limits-not-on-webp", "The limits of images are not checked for WebP.").breaks_limit(
        "image.side.min@image-upload",
        side="above",
        by=_formats(lambda suffix: suffix != ".webp", "image"),
        also=_IMAGES,
    ),
    _value(
        "image-limits-not-on-jfif", "The limits of images are not checked where a JPEG is called .jfif."
    ).breaks_limit(
        "image.pixels.max@image-upload",
        side="above",
        by=_formats(lambda suffix: suffix != ".jfif", "image"),
        also=_IMAGES,
    ),
    _value("video-limits-on-mp4-only", "The limits of videos are checked for MP4 alone.").breaks_limit(
        "video.width.max@video-upload",
        side="above",
        by=_formats(lambda suffix: suffix == ".mp4", "video"),
        also=_VIDEOS,
    ),
    _value("video-limits-not-on-webm", "The limits of videos are not checked for WebM.").breaks_limit(
        "video.duration.max@video-upload",
        side="above",
        by=_formats(lambda suffix: suffix != ".webm", "video"),
        also=_VIDEOS,
    ),
    _value(
        "orientation-ignored", "An image turned by EXIF is stored with its sides as encoded, not as displayed."
    ).breaks("image.orientation@image-upload", verdict="unclean", by=_OrientationIgnored),
)
