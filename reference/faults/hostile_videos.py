"""Videos without a picture, and videos whose header says another duration than their frames have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import av

from reference.behaviour import Behaviour
from reference.faults.fault import Fault, Group
from reference.inspection import Measured

_SOUND: Final = "robustness.video-upload@sound-only"
_LONGER: Final = "robustness.video-upload@claims-longer"
_SHORTER: Final = "robustness.video-upload@claims-shorter"
_hostile = Group("hostility", ("robustness.video-upload@*", "video.*"))


def _pictures(path: Path) -> int | None:
    """How many streams of pictures a container has; None where it cannot be opened."""
    try:
        with av.open(str(path)) as container:
            return len(container.streams.video)
    except av.FFmpegError:
        return None


def _said_duration(path: Path) -> float:
    """The seconds that the movie header of an MP4 says, 0 where there is none: ISO/IEC 14496-12, 8.2.2."""
    content = path.read_bytes()
    at = content.find(b"mvhd") + 16
    scale, duration = (int.from_bytes(content[place : place + 4], "big") for place in (at, at + 4))
    return duration / scale if at >= 16 and scale else 0.0


class _SoundTaken(Behaviour):
    """A container without a picture is taken for a small video of a second."""

    def measure_video(self, path: Path) -> Measured:
        return super().measure_video(path) if _pictures(path) != 0 else Measured(64, 64, 1, 1.0, 1)

    def decode_video(self, path: Path) -> None:
        if _pictures(path) != 0:
            super().decode_video(path)


class _SoundBreaks(Behaviour):
    def measure_video(self, path: Path) -> Measured:
        if _pictures(path) == 0:
            raise IndexError("tuple index out of range")
        return super().measure_video(path)


def _by_header(change: Callable[[Measured, float], Measured]) -> type[Behaviour]:
    """What an MP4 reports follows from the duration that its header says, in seconds, where that is not the frames'."""

    class ByHeader(Behaviour):
        def stored_video(self, path: Path, measured: Measured) -> Measured:
            kept = super().stored_video(path, measured)
            said = _said_duration(path)
            differs = said and abs(said - kept.frames / kept.fps) > 1
            return change(kept, said) if differs else kept

    return ByHeader


class _OtherDurationBreaks(Behaviour):
    def stored_video(self, path: Path, measured: Measured) -> Measured:
        said = _said_duration(path)
        if said and abs(said - measured.frames / measured.fps) > 1:
            raise ValueError("the index is longer than the video")
        return super().stored_video(path, measured)


def _fault(name: str, sentence: str, *requirements: str, verdict: str, by: type[Behaviour]) -> Fault:
    return _hostile(name, sentence).breaks(*requirements, verdict=verdict, by=by)


FAULTS: Final = (
    _fault(
        "sound-taken-for-video",
        "A container with sound alone is taken for a video of a second.",
        _SOUND,
        verdict="unclean",
        by=_SoundTaken,
    ),
    _fault("sound-alone-500", "A container with sound alone is a 500.", _SOUND, verdict="crashed", by=_SoundBreaks),
    _fault(
        "duration-of-header",
        "The duration of a video is what its header says, whatever its frames last.",
        _LONGER,
        _SHORTER,
        verdict="unclean",
        by=_by_header(lambda video, said: replace(video, seconds=int(said))),
    ),
    _fault(
        "frames-by-header",
        "The frames of a video are counted by the duration that its header says.",
        _LONGER,
        verdict="unclean",
        by=_by_header(lambda video, said: replace(video, frames=max(1, int(said * video.fps)))),
    ),
    _fault(
        "header-duration-500",
        "A video whose header says another duration than its frames have is answered with 500.",
        _LONGER,
        _SHORTER,
        verdict="crashed",
        by=_OtherDurationBreaks,
    ),
)
