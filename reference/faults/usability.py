"""What is accepted at a limit and is good for nothing after: it has no thumbnail, no annotation, no training."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Final

from contract.limits import LIMITS
from contract.profiles import Profile
from reference.behaviour import Behaviour, Surface
from reference.errors import ApiError
from reference.faults.fault import Group
from reference.inspection import Measured
from reference.store import Document, Store

_IMAGES: Final = ("image.*", "combination.image-upload@*", "robustness.image-upload@*")
_VIDEOS: Final = ("video.*", "combination.video-upload@*", "robustness.video-upload@*")
# What one decoder takes at most, a cap that Pillow has four times as high.
_MOST_PIXELS: Final = 16_000_000
_LONGEST_S: Final = 10_000
_usability = Group("usability", ("openapi.*",))
Concerned = Callable[[Document], bool]


class _Knowing(Behaviour):
    """Knows what every stored medium measures, by its id."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._measured: dict[str, Document] = {}

    def stored_image(self, path: Path, measured: Measured) -> Measured:
        kept = super().stored_image(path, measured)
        self._measured[path.stem] = asdict(kept)
        return kept

    def stored_video(self, path: Path, measured: Measured) -> Measured:
        kept = super().stored_video(path, measured)
        self._measured[path.stem] = asdict(kept)
        return kept

    def _is(self, concerned: Concerned, medium: str) -> bool:
        return medium in self._measured and concerned(self._measured[medium])


def _breaking(surface: Surface, concerned: Concerned) -> type[Behaviour]:
    class BreaksWhereShown(_Knowing):
        def given_out(self, asked: Surface, path: Path) -> Path:
            if asked == surface and self._is(concerned, path.name.partition(".")[0]):
                raise MemoryError("the picture does not fit")
            return super().given_out(asked, path)

    return BreaksWhereShown


def _empty_thumbnail(concerned: Concerned) -> type[Behaviour]:
    class EmptyThumbnail(_Knowing):
        def given_out(self, surface: Surface, path: Path) -> Path:
            kept = super().given_out(surface, path)
            if surface != "thumb" or not self._is(concerned, path.name.partition(".")[0]):
                return kept
            empty = kept.with_suffix(".empty.jpg")
            empty.touch()
            return empty

    return EmptyThumbnail


def _unannotated(concerned: Concerned) -> type[Behaviour]:
    class AnnotationsRefused(_Knowing):
        def annotated(self, store: Store, medium: str, kind: str) -> None:
            if self._is(concerned, medium):
                raise ApiError(400, "bad_request", "The shape is out of bounds.")
            super().annotated(store, medium, kind)

    return AnnotationsRefused


def _untrainable(concerned: Concerned) -> type[Behaviour]:
    class TrainingFails(Behaviour):
        def read_for_training(self, path: Path, said: Document) -> None:
            super().read_for_training(path, said)
            if concerned(said):
                raise ValueError("the medium exceeds what a training reads")

    return TrainingFails


class _LateFramesMissing(Behaviour):
    def frame_decoded(self, number: int, video: Document) -> int:
        if number > _LONGEST_S:
            raise ApiError(404, "frame_not_found", f"There is no frame {number}.")
        return super().frame_decoded(number, video)


def _is_large(said: Document) -> bool:
    return bool(said["width"] * said["height"] > _MOST_PIXELS)


def _at(limit_id: str) -> Concerned:
    value = LIMITS[limit_id].value
    return lambda said: value in (said["width"], said["height"])


FAULTS: Final = (
    _usability("thumbnail-of-large-500", "The thumbnail of an image of many pixels is answered with 500.").breaks(
        "image.usability@thumbnail", verdict="crashed", by=_breaking("thumb", _is_large), also=_IMAGES
    ),
    _usability(
        "thumbnail-of-smallest-empty", "The thumbnail of an image of the smallest side is an empty file."
    ).breaks(
        "image.usability@thumbnail",
        verdict="unclean",
        by=_empty_thumbnail(_at("image.side.min")),
        also=(*_IMAGES, *_VIDEOS),
    ),
    _usability("thumbnail-of-widest-video-500", "The thumbnail of a video of the largest width is a 500.").breaks(
        "video.usability@thumbnail", verdict="crashed", by=_breaking("thumb", _at("video.width.max")), also=_VIDEOS
    ),
    _usability("annotation-of-widest-refused", "An image of the largest side cannot be annotated.").breaks(
        "image.usability@annotation",
        verdict="unclean",
        by=_unannotated(_at("image.side.max")),
        also=("image.usability@training",),
    ),
    _usability(
        "annotation-of-highest-video-refused", "Frames of a video of the largest height cannot be annotated."
    ).breaks(
        "video.usability@annotation",
        verdict="unclean",
        by=_unannotated(_at("video.height.max")),
        also=("video.usability@training",),
    ),
    _usability("frame-of-smallest-500", "A frame of a video of the smallest side is answered with 500.").breaks(
        "video.usability@frame-display", verdict="crashed", by=_breaking("frame", _at("video.side.min")), also=_VIDEOS
    ),
    _usability("late-frames-missing", "Frames of a video beyond its frame 10,000 are not found.").breaks(
        "video.usability@frame-display", verdict="unclean", by=_LateFramesMissing, also=_VIDEOS
    ),
    _usability("large-image-not-trained", "A training over an image of many pixels fails.").breaks(
        "image.usability@training", verdict="unclean", by=_untrainable(_is_large)
    ),
    _usability("long-video-not-trained", "A training over a frame of a video of hours fails.").breaks(
        "video.usability@training",
        verdict="unclean",
        by=_untrainable(lambda said: said.get("duration", 0) > _LONGEST_S),
    ),
)
