"""What is stored is not what was answered: refused and kept, accepted and altered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import av
from PIL import Image

from contract.limits import LIMITS, EnforcementPoint
from reference.behaviour import Behaviour
from reference.errors import ApiError, LimitReached
from reference.faults.fault import Fault, Group
from reference.inspection import Measured
from reference.store import Document, Page, Store

_IMAGES: Final = ("image.*", "combination.image-upload@*", "robustness.image-upload@*")
_VIDEOS: Final = ("video.*", "combination.video-upload@*", "robustness.video-upload@*")
_VERSIONS: Final = "media.annotation-versions.max"
# Re-encoding what is larger takes seconds, and shows nothing that the small ones do not.
_LARGE_PIXELS: Final = 1_000_000


def _kept_despite(limit_id: str) -> type[Behaviour]:
    def concerned(error: ApiError) -> bool:
        return isinstance(error, LimitReached) and error.limit_id == limit_id

    class KeptDespiteRefusal(Behaviour):
        def admit(self, asked: str, point: EnforcementPoint, value: int) -> ApiError | None:
            try:
                return super().admit(asked, point, value)
            except LimitReached as error:
                if not concerned(error):
                    raise
                return error

        def stores_despite(self, error: ApiError) -> bool:
            return concerned(error) or super().stores_despite(error)

    return KeptDespiteRefusal


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


class _OldestVersionDropped(Behaviour):
    """The last version that fits costs the first one its place."""

    def annotated(self, store: Store, medium: str, kind: str) -> None:
        super().annotated(store, medium, kind)
        bound = self.limit(_VERSIONS, EnforcementPoint.IMAGE_ANNOTATION)
        if bound is not None and store.count(medium, kind) >= bound:
            store.delete(store.page(medium, kind, 1).shown[0]["id"])


class _VersionsRotate(Behaviour):
    """Nothing is ever refused: the oldest version makes room."""

    def admit(self, limit_id: str, point: EnforcementPoint, value: int) -> ApiError | None:
        return None if limit_id == _VERSIONS else super().admit(limit_id, point, value)

    def annotated(self, store: Store, medium: str, kind: str) -> None:
        bound = self.limit(_VERSIONS, EnforcementPoint.IMAGE_ANNOTATION)
        super().annotated(store, medium, kind)
        if bound is not None and store.count(medium, kind) > bound:
            store.delete(store.page(medium, kind, 1).shown[0]["id"])


class _OnlyLatestVersion(Behaviour):
    def annotated(self, store: Store, medium: str, kind: str) -> None:
        super().annotated(store, medium, kind)
        for version in store.list(medium, kind)[:-1]:
            store.delete(version["id"])


class _EditLosesLabels(Behaviour):
    def edit(self, store: Store, kind: str, identifier: str, parent: str, body: Document) -> None:
        if kind == "project":
            tasks = [
                {**task, "labels": task["labels"][:-1]} if len(task.get("labels", ())) > 2 else task
                for task in body["pipeline"]["tasks"]
            ]
            body = {**body, "pipeline": {**body["pipeline"], "tasks": tasks}}
        super().edit(store, kind, identifier, parent, body)


class _EditForgotten(Behaviour):
    def edit(self, store: Store, kind: str, identifier: str, parent: str, body: Document) -> None:
        pass


def _kept(name: str, what: str, *requirements: str) -> Fault:
    kept = _storage(name, f"{what} is refused with 409, and stored all the same.")
    by = _kept_despite(requirements[0].partition("@")[0])
    return kept.breaks_limit(*requirements, side="above", verdict="unclean", by=by)


_storage = Group("storage")
FAULTS: Final = (
    _kept("stored-despite-refusal", "An image under the smallest side", "image.side.min@image-upload"),
    _kept("video-stored-despite-refusal", "A video over the width limit", "video.width.max@video-upload"),
    _kept(
        "medium-stored-despite-refusal",
        "An image or a video too many",
        "project.media.max@image-upload",
        "project.media.max@video-upload",
    ),
    _kept("project-created-despite-refusal", "A project too many", "organization.projects.max@project-creation"),
    _kept("dataset-created-despite-refusal", "A dataset too many", "project.datasets.max@dataset-creation"),
    _kept(
        "labels-kept-despite-refusal",
        "A project with labels too many",
        "project.labels.max@project-creation",
        "project.labels.max@label-management",
    ),
    _kept("version-kept-despite-refusal", "An annotation version too many", "media.annotation-versions.max@*"),
    _storage("silent-resize", "An image side of 20,000 px is accepted and shrunk by one pixel without a word.").breaks(
        "image.side.max@image-upload", side="at", verdict="unclean", by=_resized(reported=True), also=_IMAGES
    ),
    _storage(
        "resize-not-reported", "An image side of 20,000 px is shrunk by one pixel, and reported as it was sent."
    ).breaks("image.side.max@image-upload", side="at", verdict="unclean", by=_resized(reported=False), also=_IMAGES),
    _storage("image-re-encoded-smaller", "Images are re-encoded as JPEG of the lowest quality.").breaks(
        "image.side.min@image-upload",
        side="at",
        verdict="unclean",
        by=_redrawn(lambda image: image, "JPEG", quality=1),
        also=_IMAGES,
    ),
    _storage("image-colours-lost", "Images are stored in shades of grey.").breaks(
        "image.side.min@image-upload",
        side="at",
        verdict="unclean",
        by=_redrawn(lambda image: image.convert("L")),
        also=_IMAGES,
    ),
    _storage("image-blank", "Images are stored as a black rectangle of their size.").breaks(
        "image.side.min@image-upload",
        side="at",
        verdict="unclean",
        by=_redrawn(lambda image: Image.new("RGB", image.size)),
        also=_IMAGES,
    ),
    _storage("image-mirrored", "Images are stored mirrored.").breaks(
        "image.side.min@image-upload",
        side="at",
        verdict="unclean",
        by=_redrawn(lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)),
        also=_IMAGES,
    ),
    _storage("image-file-truncated", "The last quarter of an image file is lost.").breaks(
        "image.side.min@image-upload", side="at", verdict="unclean", by=_file_cut("image"), also=_IMAGES
    ),
    _storage("video-file-truncated", "Of a video file no more than its first bytes are kept.").breaks(
        "video.side.min@video-upload", side="at", verdict="unclean", by=_file_cut("video"), also=_VIDEOS
    ),
    _storage("video-frames-dropped", "Every other frame of a video is dropped.").breaks(
        "video.side.min@video-upload",
        side="at",
        verdict="unclean",
        by=_reported_video(lambda video: replace(video, frames=video.frames // 2)),
        also=_VIDEOS,
    ),
    _storage(
        "video-second-half-dropped", "The second half of a video is dropped, and reported as if it were there."
    ).breaks("video.duration.max@video-upload", side="at", verdict="unclean", by=_SecondHalfDropped, also=_VIDEOS),
    _storage("video-duration-rounded", "The duration of a video is rounded up to tens of seconds.").breaks(
        "video.duration.max@video-upload",
        side="below",
        verdict="unclean",
        by=_reported_video(lambda video: replace(video, seconds=-(-video.seconds // 10) * 10)),
        also=_VIDEOS,
    ),
    _storage("video-sides-made-even", "Odd sides of a video are rounded down to even ones.").breaks(
        "video.width.max@video-upload",
        side="below",
        verdict="unclean",
        by=_reported_video(lambda video: replace(video, width=video.width // 2 * 2)),
        also=_VIDEOS,
    ),
    _storage("image-not-listed", "Uploaded images never show in the listing of their dataset.").breaks(
        "image.side.min@image-upload", side="at", verdict="unclean", by=_NotListed, also=_IMAGES
    ),
    _storage(
        "annotation-oldest-version-dropped", "The last annotation version that fits drops the oldest in silence."
    ).breaks(
        f"{_VERSIONS}@image-annotation",
        side="at",
        verdict="unclean",
        by=_OldestVersionDropped,
        also=(f"{_VERSIONS}@*",),
    ),
    _storage("annotation-versions-rotate", "No annotation version is refused: the oldest makes room.").breaks(
        f"{_VERSIONS}@image-annotation",
        side="above",
        verdict="not-enforced",
        by=_VersionsRotate,
        also=(f"{_VERSIONS}@*",),
    ),
    _storage("annotation-only-latest-kept", "Each annotation version replaces the one before.").breaks(
        f"{_VERSIONS}@frame-annotation",
        side="below",
        verdict="unclean",
        by=_OnlyLatestVersion,
        also=(f"{_VERSIONS}@*",),
    ),
    _storage("edit-loses-labels", "An edit of a project loses the last of its labels.").breaks(
        "project.labels.max@label-management", side="at", verdict="unclean", by=_EditLosesLabels
    ),
    _storage("edit-forgotten", "An edit is answered as if it were done, and changes nothing.").breaks(
        "openapi.sequence@edit_project",
        "openapi.sequence@create_dataset",
        verdict="unclean",
        by=_EditForgotten,
        also=("project.labels.max@label-management",),
    ),
)
