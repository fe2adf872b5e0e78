"""What an export leaves out or changes, and what an import of it does: what was accepted does not come back."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps

from contract.limits import LIMITS, EnforcementPoint
from contract.profiles import Profile
from reference.behaviour import Behaviour
from reference.datumaro import Box, Carrier
from reference.errors import ApiError
from reference.faults.fault import Group
from reference.inspection import Measured
from reference.store import Document

_EXPORTED: Final = ("image.usability@export", "video.usability@export")
_IMPORTED: Final = ("image.usability@re-import", "video.usability@re-import")
_MOST_PIXELS: Final = 16_000_000
_LONGEST_SIDE: Final = 10_000
_STEP: Final = 10
_carried = Group("carried")
Carrying = Callable[[Box, Sequence[str]], Box | None]


def _size(medium: Document) -> tuple[int, int]:
    information = medium["media_information"]
    return information["width"], information["height"]


class _LargestLeftOut(Behaviour):
    def exported(self, medium: Document, path: Path) -> Path | None:
        width, height = _size(medium)
        return None if width * height > _MOST_PIXELS else super().exported(medium, path)


class _LongSidesHalved(Behaviour):
    def exported(self, medium: Document, path: Path) -> Path | None:
        kept = super().exported(medium, path)
        if kept is None or medium["type"] == "video" or max(_size(medium)) <= _LONGEST_SIDE:
            return kept
        smaller = kept.with_suffix(f".small{kept.suffix}")
        with Image.open(kept) as picture:
            picture.resize([max(1, side // 2) for side in picture.size]).save(smaller)
        return smaller


class _SmallestCut(Behaviour):
    def exported(self, medium: Document, path: Path) -> Path | None:
        kept = super().exported(medium, path)
        if kept is None or min(_size(medium)) > LIMITS["video.side.min"].value or medium["type"] == "image":
            return kept
        cut = kept.with_suffix(f".cut{kept.suffix}")
        shutil.copyfile(kept, cut)
        with cut.open("r+b") as file:
            file.truncate(kept.stat().st_size // 2)
        return cut


class _WidestBreaks(Behaviour):
    """An export of a dataset with a video of the largest width fails as a whole."""

    def exported(self, medium: Document, path: Path) -> Path | None:
        if medium["type"] == "video" and _size(medium)[0] == LIMITS["video.width.max"].value:
            raise MemoryError("the video does not fit")
        return super().exported(medium, path)


class _SmallestNotImported(Behaviour):
    def check_image(self, measured: Measured, at: EnforcementPoint, path: Path) -> None:
        super().check_image(measured, at, path)
        smallest = min(measured.width, measured.height) == LIMITS["image.side.min"].value
        if at is EnforcementPoint.DATASET_IMPORT and smallest:
            raise ApiError(400, "invalid_media", "The image is too small.")


class _ChannelsSwapped(Behaviour):
    """An export writes colours in another order, as a library reads them."""

    def exported(self, medium: Document, path: Path) -> Path | None:
        kept = super().exported(medium, path)
        if kept is None or medium["type"] == "video":
            return kept
        with Image.open(kept) as picture:
            if picture.mode != "RGB":
                return kept
            red, green, blue = picture.split()
            swapped = kept.with_suffix(f".swapped{kept.suffix}")
            Image.merge("RGB", (blue, green, red)).save(swapped, exif=picture.getexif())
        return swapped


def _written_anew(suffix: str, write: Callable[[Image.Image, Path], None]) -> type[Behaviour]:
    """An import writes the images of a format anew."""

    class WrittenAnew(Behaviour):
        def check_image(self, measured: Measured, at: EnforcementPoint, path: Path) -> None:
            super().check_image(measured, at, path)
            if at is EnforcementPoint.DATASET_IMPORT and path.suffix == suffix:
                with Image.open(path) as picture:
                    picture.load()
                write(picture, path)

    return WrittenAnew


def _without_turn(picture: Image.Image, path: Path) -> None:
    picture.save(path, "JPEG", quality=95)


def _inverted(picture: Image.Image, path: Path) -> None:
    ImageOps.invert(picture).save(path)


def _carrying(by: Carrier, change: Carrying) -> type[Behaviour]:
    class Carries(Behaviour):
        def carried_box(self, box: Box, labels: Sequence[str], by_: Carrier) -> Box | None:
            kept = super().carried_box(box, labels, by_)
            return kept if kept is None or by_ != by else change(kept, labels)

    return Carries


def _one_of_two(by: Carrier) -> type[Behaviour]:
    """Of two boxes of a medium, or of a frame, the second is left out."""

    class OneOfTwo(Behaviour):
        def __init__(self, profile: Profile) -> None:
            super().__init__(profile)
            self.kept = set[tuple[str, int | None]]()

        def carried_box(self, box: Box, labels: Sequence[str], by_: Carrier) -> Box | None:
            kept = super().carried_box(box, labels, by_)
            if kept is None or by_ != by:
                return kept
            self.kept ^= {(box.medium, box.frame)}
            return kept if (box.medium, box.frame) in self.kept else None

    return OneOfTwo


def _rounded(box: Box, _labels: Sequence[str]) -> Box:
    return replace(box, x=box.x // _STEP * _STEP, y=box.y // _STEP * _STEP)


FAULTS: Final = (
    _carried("export-without-largest", "An image of many pixels is in no export.").breaks(
        "image.usability@export", verdict="unclean", by=_LargestLeftOut
    ),
    _carried("exported-sides-halved", "An export holds images of a long side at half their size.").breaks(
        "image.usability@export", verdict="unclean", by=_LongSidesHalved
    ),
    _carried("exported-videos-cut", "An export holds half of the file of a video of the smallest side.").breaks(
        "video.usability@export", verdict="unclean", by=_SmallestCut
    ),
    _carried("widest-video-not-exported", "An export fails where a video of the largest width is in it.").breaks(
        "video.usability@export", verdict="unclean", by=_WidestBreaks
    ),
    _carried("export-without-annotations", "An export holds media and labels, but no annotation.").breaks(
        *_EXPORTED, verdict="unclean", by=_carrying("export", lambda _box, _labels: None)
    ),
    _carried("one-annotation-exported", "Of two annotations of a medium an export holds one.").breaks(
        *_EXPORTED, verdict="unclean", by=_one_of_two("export")
    ),
    _carried("one-annotation-imported", "Of two annotations of a medium one is imported.").breaks(
        *_IMPORTED, verdict="unclean", by=_one_of_two("import")
    ),
    _carried("smallest-not-imported", "An import leaves out images of the smallest side.").breaks(
        "image.usability@re-import",
        verdict="unclean",
        by=_SmallestNotImported,
        also=("image.side.min@dataset-import", "properties.*", "combination.*"),
    ),
    _carried("import-relabels", "Every annotation that is imported has the first label.").breaks(
        *_IMPORTED, verdict="unclean", by=_carrying("import", lambda box, labels: replace(box, label=labels[0]))
    ),
    _carried("import-rounds", "The corners of imported annotations are multiples of ten pixels.").breaks(
        *_IMPORTED, verdict="unclean", by=_carrying("import", _rounded)
    ),
    _carried("export-swaps-channels", "An export holds images whose red is blue.").breaks(
        "image.content@export", verdict="unclean", by=_ChannelsSwapped
    ),
    _carried("import-forgets-turns", "An import loses which way round an image is.").breaks(
        "image.content@re-import",
        verdict="unclean",
        by=_written_anew(".jpg", _without_turn),
        also=("*@dataset-import",),
    ),
    _carried("import-inverts-grey", "An import stores grey images inverted.").breaks(
        "image.content@re-import", verdict="unclean", by=_written_anew(".bmp", _inverted), also=("*@dataset-import",)
    ),
    _carried("frames-not-imported", "Annotations of frames are not imported.").breaks(
        "video.usability@re-import",
        verdict="unclean",
        by=_carrying("import", lambda box, _labels: box if box.frame is None else None),
    ),
)
