"""Uploads that meet each other: what each would get by itself they do not all get together."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from contract.profiles import Profile
from reference.behaviour import Behaviour, Surface
from reference.errors import ApiError, LimitReached
from reference.faults.fault import Group
from reference.inspection import Measured
from reference.store import Document, Store

_IMAGES: Final = "concurrency@image-upload"
_VIDEOS: Final = "concurrency@video-upload"
_FRAMES: Final = "concurrency@frame-display"
_PICTURES: Final = "concurrency@image-display"
# How long each stays where it can be met, in seconds: the machine may be busy.
_STAY_S: Final = 0.1
# And how long one waits that has met too many: long against what a busy machine adds.
_WAIT_S: Final = 9.0
_meeting = Group("meeting")


class _Counting(Behaviour):
    """Knows how many are reading at the moment, and how many at most while one was."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._lock, self._reading, self._met = threading.Lock(), 0, 0

    @contextmanager
    def _reader(self) -> Iterator[None]:
        with self._lock:
            self._reading += 1
            self._met = max(self._met, self._reading) if self._reading > 1 else 1
        try:
            time.sleep(_STAY_S)
            yield
        finally:
            with self._lock:
                self._reading -= 1


class _SharedVideoReader(_Counting):
    def measure_video(self, path: Path) -> Measured:
        with self._reader():
            if self._met > 1:
                raise ApiError(415, "invalid_media", "The video cannot be read.")
            return super().measure_video(path)


class _BusyVideoReader(_Counting):
    def measure_video(self, path: Path) -> Measured:
        with self._reader():
            if self._met > 2:
                raise LimitReached("project.media.max", "Too many videos.")
            return super().measure_video(path)


class _ImagesBreakAtFour(_Counting):
    def measure_image(self, path: Path) -> Measured:
        with self._reader():
            if self._met > 3:
                raise RuntimeError("database is locked")
            return super().measure_image(path)


class _SharedBuffer(Behaviour):
    """One buffer for the bytes of all images."""

    _buffer = b""

    def measure_image(self, path: Path) -> Measured:
        self._buffer = path.read_bytes()
        time.sleep(_STAY_S)
        path.write_bytes(self._buffer)
        return super().measure_image(path)


class _SharedBufferOfFormat(Behaviour):
    """One buffer for the bytes of all images whose names end alike."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._buffers: dict[str, bytes] = {}

    def measure_image(self, path: Path) -> Measured:
        self._buffers[path.suffix] = path.read_bytes()
        time.sleep(_STAY_S)
        path.write_bytes(self._buffers[path.suffix])
        return super().measure_image(path)


class _OneOfManyLost(_Counting):
    """An image that met another while it was read is answered as stored, and is not found."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._lost = set[str]()

    def measure_image(self, path: Path) -> Measured:
        with self._reader():
            if self._met > 1:
                self._lost.add(path.stem)
            return super().measure_image(path)

    def find(self, store: Store, kind: str, identifier: str, parent: str) -> tuple[Document, Path | None] | None:
        return None if identifier in self._lost else super().find(store, kind, identifier, parent)


class _SharedDecoder(Behaviour):
    """The frame that was decoded last is given out to everybody who waits for one."""

    _decoded: Path | None = None

    def given_out(self, surface: Surface, path: Path) -> Path:
        kept = super().given_out(surface, path)
        if surface != "frame":
            return kept
        self._decoded = kept
        time.sleep(_STAY_S)
        return self._decoded


class _DecoderOfVideoShared(Behaviour):
    """A video has one decoder, without a lock: who asks for a frame of it gets the one that was looked for last."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._decoded: dict[str, Path] = {}

    def given_out(self, surface: Surface, path: Path) -> Path:
        kept, video = super().given_out(surface, path), path.name.partition(".")[0]
        if surface != "frame":
            return kept
        self._decoded[video] = kept
        time.sleep(_STAY_S)
        return self._decoded[video]


class _DecodersOfVideosMixedUp(Behaviour):
    """A frame that is looked for while one of another video is gets that one; those of one video are right."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._under_way: list[Path] = []

    def given_out(self, surface: Surface, path: Path) -> Path:
        kept = super().given_out(surface, path)
        if surface != "frame":
            return kept
        video = path.name.partition(".")[0]
        others = [each for each in self._under_way if each.name.partition(".")[0] != video]
        self._under_way.append(kept)
        time.sleep(_STAY_S)
        self._under_way.remove(kept)
        return others[-1] if others else kept


class _ThumbnailsShared(Behaviour):
    """The thumbnail that was made last is given out to everybody who waits for one."""

    _made: Path | None = None

    def given_out(self, surface: Surface, path: Path) -> Path:
        kept = super().given_out(surface, path)
        if surface != "thumb":
            return kept
        self._made = kept
        time.sleep(_STAY_S)
        return self._made


class _FourthImageWaits(_Counting):
    def measure_image(self, path: Path) -> Measured:
        with self._reader():
            if self._met > 3:
                time.sleep(_WAIT_S)
            return super().measure_image(path)


class _VideosLocked(_Counting):
    """A lock that a video which finds it taken asks for again only after seconds."""

    def measure_video(self, path: Path) -> Measured:
        with self._reader():
            if self._met > 1:
                time.sleep(_WAIT_S)
            return super().measure_video(path)


FAULTS: Final = (
    _meeting(
        "video-reader-shared", "Videos are read by one reader without a lock: those that meet are refused with 415."
    ).breaks(_VIDEOS, verdict="over-enforced", by=_SharedVideoReader),
    _meeting(
        "video-reader-busy", "More than two videos at a time are refused with 409, as if a limit were reached."
    ).breaks(_VIDEOS, verdict="over-enforced", by=_BusyVideoReader),
    _meeting("four-images-500", "Of four images at a time some are answered with 500.").breaks(
        _IMAGES, verdict="crashed", by=_ImagesBreakAtFour, also=("project.media.max@image-upload",)
    ),
    _meeting("image-buffer-shared", "Images that are uploaded at one time are stored as one another.").breaks(
        _IMAGES, verdict="unclean", by=_SharedBuffer
    ),
    _meeting(
        "image-buffer-of-format-shared", "Images of one format that are uploaded at one time are stored as one another."
    ).breaks(_IMAGES, verdict="unclean", by=_SharedBufferOfFormat),
    _meeting("images-lost-at-once", "Images that meet others are answered as stored, and are not found.").breaks(
        _IMAGES, verdict="unclean", by=_OneOfManyLost, also=("project.media.max@image-upload",)
    ),
    _meeting("frame-decoder-shared", "Of frames that are asked for at one time each is the one decoded last.").breaks(
        _FRAMES, verdict="unclean", by=_SharedDecoder
    ),
    _meeting(
        "frame-decoder-of-video-shared",
        "Of frames of one video that are asked for at one time each is the one looked for last.",
    ).breaks(_FRAMES, verdict="unclean", by=_DecoderOfVideoShared),
    _meeting(
        "frame-decoders-of-videos-mixed-up", "A frame that is asked for while one of another video is shows that one."
    ).breaks(_FRAMES, verdict="unclean", by=_DecodersOfVideosMixedUp),
    _meeting(
        "thumbnails-shared-at-once", "Of thumbnails that are asked for at one time each is the one made last."
    ).breaks(_PICTURES, verdict="unclean", by=_ThumbnailsShared),
    _meeting("fourth-image-waits", "An image that meets three others waits for nine seconds.").breaks(
        "concurrency.duration@image-upload", verdict="nonconforming", by=_FourthImageWaits
    ),
    _meeting("videos-wait-for-a-lock", "A video that meets another waits for nine seconds.").breaks(
        "concurrency.duration@video-upload", verdict="nonconforming", by=_VideosLocked
    ),
)
