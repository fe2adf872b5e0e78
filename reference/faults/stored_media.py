"""Media that are stored otherwise than they were sent: shrunk, redrawn, cut, or reported as something else."""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import av
from PIL import Image

from contract.limits import LIMITS
from reference.behaviour import Behaviour
from reference.faults.fault import Fault
from reference.faults.replies import Reply, rewriting, uploads
from reference.faults.storage import STORAGE
from reference.inspection import Measured
from reference.store import Page, Store

_IMAGES: Final = ("image.*", "combination.image-upload@*", "robustness.image-upload@*")
_VIDEOS: Final = ("video.*", "combination.video-upload@*", "robustness.video-upload@*")
_OF_A_MEDIUM: Final = re.compile(r"datasets/(?P<dataset>\w+)/media/\w+/(?P<medium>\w+)/(?P<shown>.*display/.*)")
# Re-encoding what is larger takes seconds, and shows nothing that the small ones do not.
_LARGE_PIXELS: Final = 1_000_000


def _resized(*, reported: bool) -> type[Behaviour]:
    class SilentResize(Behaviour):
        def stored_image(self, path: Path, measured: Measured) -> Measured:
            kept = super().stored_image(path, measured)
            bound = LIMITS["image.side.max"].value - 1
            if max(kept.width, kept.height) <= bound:
                return kept
            with Image.open(path) as image:
                size = min(kept.width, bound), min(kept.height, bound)
                image.resize(size).save(path, image.format)
            return replace(kept, width=size[0], height=size[1]) if reported else kept

    return SilentResize


def _redrawn(draw: Callable[[Image.Image], Image.Image], kind: str = "PNG", **options: int) -> type[Behaviour]:
    """Small images are stored as another picture of the same size, whatever their extension is."""

    class Redrawn(Behaviour):
        def stored_image(self, path: Path, measured: Measured) -> Measured:
            kept = super().stored_image(path, measured)
            if kept.width * kept.height <= _LARGE_PIXELS:
                with Image.open(path) as image:
                    exif = image.getexif()
                    draw(image.convert("RGB")).save(path, kind, exif=exif, **options)
            return kept

    return Redrawn


def _file_cut(kind: str) -> type[Behaviour]:
    class FileCut(Behaviour):
        def stored_image(self, path: Path, measured: Measured) -> Measured:
            return self._cut(path, super().stored_image(path, measured), "image")

        def stored_video(self, path: Path, measured: Measured) -> Measured:
            return self._cut(path, super().stored_video(path, measured), "video")

        @staticmethod
        def _cut(path: Path, kept: Measured, of: str) -> Measured:
            if of == kind:
                with path.open("r+b") as file:
                    file.truncate(path.stat().st_size * 3 // 4 if kind == "image" else 100)
            return kept

    return FileCut


def _reported_video(change: Callable[[Measured], Measured]) -> type[Behaviour]:
    class ReportedOtherwise(Behaviour):
        def stored_video(self, path: Path, measured: Measured) -> Measured:
            return change(super().stored_video(path, measured))

    return ReportedOtherwise


class _SecondHalfDropped(Behaviour):
    def stored_video(self, path: Path, measured: Measured) -> Measured:
        kept = super().stored_video(path, measured)
        shorter = path.with_name(f"{path.stem}.half{path.suffix}")
        with av.open(str(path)) as source, av.open(str(shorter), "w") as target:
            stream = target.add_stream_from_template(source.streams.video[0])
            packets = [packet for packet in source.demux(video=0) if packet.size]
            for packet in packets[: (len(packets) + 1) // 2]:
                packet.stream = stream
                target.mux(packet)
        shorter.replace(path)
        return kept


class _NotListed(Behaviour):
    def page(self, store: Store, parent: str, kind: str | None, limit: int, after: int = 0, skip: int = 0) -> Page:
        page = super().page(store, parent, kind, limit, after, skip)
        return replace(page, shown=[each for each in page.shown if each.get("type") != "image"])


def _kept_by_name() -> type[Behaviour]:
    """What is shown of a medium is what was shown first of any of its name in its dataset."""
    names, kept = dict[str, str](), dict[tuple[str, str, str], Reply]()

    def by_name(scope: MutableMapping[str, Any], reply: Reply) -> Reply:
        found = _OF_A_MEDIUM.search(scope["path"])
        if uploads(scope) and reply.json() is not None:
            names[reply.json().get("id", "")] = reply.json().get("name", "")
        if found is None or scope["method"] != "GET" or reply.status != 200 or found["medium"] not in names:
            return reply
        return kept.setdefault((found["dataset"], names[found["medium"]], found["shown"]), reply)

    return rewriting(by_name)


FAULTS: Final[tuple[Fault, ...]] = (
    STORAGE(
        "shown-by-name", "What is shown of a medium is what was shown of the first of its name in its dataset."
    ).breaks("image.content@*", "video.frames@*", verdict="unclean", by=_kept_by_name(), also=("*",)),
    STORAGE("silent-resize", "An image side of 20,000 px is accepted and shrunk by one pixel without a word.").breaks(
        "image.side.max@image-upload", side="at", verdict="unclean", by=_resized(reported=True), also=_IMAGES
    ),
    STORAGE(
        "resize-not-reported", "An image side of 20,000 px is shrunk by one pixel, and reported as it was sent."
    ).breaks("image.side.max@image-upload", side="at", verdict="unclean", by=_resized(reported=False), also=_IMAGES),
    STORAGE("image-re-encoded-smaller", "Images are re-encoded as JPEG of the lowest quality.").breaks(
        "image.side.min@image-upload",
        side="at",
        verdict="unclean",
        by=_redrawn(lambda image: image, "JPEG", quality=1),
        also=_IMAGES,
    ),
    STORAGE("image-colours-lost", "Images are stored in shades of grey.").breaks(
        "image.side.min@image-upload",
        side="at",
        verdict="unclean",
        by=_redrawn(lambda image: image.convert("L")),
        also=_IMAGES,
    ),
    STORAGE("image-blank", "Images are stored as a black rectangle of their size.").breaks(
        "image.side.min@image-upload",
        side="at",
        verdict="unclean",
        by=_redrawn(lambda image: Image.new("RGB", image.size)),
        also=_IMAGES,
    ),
    STORAGE("image-mirrored", "Images are stored mirrored.").breaks(
        "image.side.min@image-upload",
        side="at",
        verdict="unclean",
        by=_redrawn(lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)),
        also=_IMAGES,
    ),
    STORAGE("image-file-truncated", "The last quarter of an image file is lost.").breaks(
        "image.side.min@image-upload", side="at", verdict="unclean", by=_file_cut("image"), also=_IMAGES
    ),
    STORAGE("video-file-truncated", "Of a video file no more than its first bytes are kept.").breaks(
        "video.side.min@video-upload", side="at", verdict="unclean", by=_file_cut("video"), also=_VIDEOS
    ),
    STORAGE("video-frames-dropped", "Every other frame of a video is dropped.").breaks(
        "video.side.min@video-upload",
        side="at",
        verdict="unclean",
        by=_reported_video(lambda video: replace(video, frames=video.frames // 2)),
        also=_VIDEOS,
    ),
    STORAGE(
        "video-second-half-dropped", "The second half of a video is dropped, and reported as if it were there."
    ).breaks("video.duration.max@video-upload", side="at", verdict="unclean", by=_SecondHalfDropped, also=_VIDEOS),
    STORAGE("video-duration-rounded", "The duration of a video is rounded up to tens of seconds.").breaks(
        "video.duration.max@video-upload",
        side="below",
        verdict="unclean",
        by=_reported_video(lambda video: replace(video, seconds=-(-video.seconds // 10) * 10)),
        also=_VIDEOS,
    ),
    STORAGE("video-sides-made-even", "Odd sides of a video are rounded down to even ones.").breaks(
        "video.width.max@video-upload",
        side="below",
        verdict="unclean",
        by=_reported_video(lambda video: replace(video, width=video.width // 2 * 2)),
        also=_VIDEOS,
    ),
    STORAGE("image-not-listed", "Uploaded images never show in the listing of their dataset.").breaks(
        "image.side.min@image-upload", side="at", verdict="unclean", by=_NotListed, also=_IMAGES
    ),
)
