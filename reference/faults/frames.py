"""Frames that are not the frames that were asked for, and streams that do not hold what is counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import av
from PIL import Image, ImageChops

from reference.behaviour import Behaviour, Surface
from reference.faults.fault import Group
from reference.inspection import Measured
from reference.store import Document

_DISPLAY: Final = "video.frames@frame-display"
_STREAM: Final = "video.frames@stream"
_HOUR_S: Final = 3600
_KEY_INTERVAL: Final = 8
_MILLISECONDS: Final = 1000
# What is lost of a stream shows in its frames, and in whatever else is read back of a video.
_VIDEOS: Final = ("video.*", "combination.video-upload@*", "robustness.video-upload@*", "concurrency@*")
_frames = Group("frames", _VIDEOS)


def _decoding(choose: Callable[[int, Document], int]) -> type[Behaviour]:
    """Another frame is decoded than was asked for; ``choose`` is given its number and what is said of the video."""

    class DecodesOther(Behaviour):
        def frame_decoded(self, number: int, video: Document) -> int:
            return choose(super().frame_decoded(number, video), video["media_information"])

    return DecodesOther


def _last_twice(number: int, said: Document) -> int:
    return max(0, number - 1) if number == said["frame_count"] - 1 else number


def _by_seconds(number: int, said: Document) -> int:
    return int(int(number / said["frame_rate"]) * said["frame_rate"])


def _by_milliseconds(number: int, said: Document) -> int:
    begins_ms = int(_MILLISECONDS * number / said["frame_rate"])
    return int(begins_ms * said["frame_rate"] / _MILLISECONDS)


def _rewritten(path: Path, target: Path, shown: Callable[[int, int], int | None]) -> None:
    """Write a video whose packets are others; ``shown`` is given the number of a place and how many there are.

    It says which packet stands there, None for none.
    """
    with av.open(str(path)) as source, av.open(str(target), "w") as written:
        stream = written.add_stream_from_template(source.streams.video[0])
        packets = [packet for packet in source.demux(video=0) if packet.size]
        contents = [bytes(packet) for packet in packets]
        for number, packet in enumerate(packets):
            other = shown(number, len(packets))
            if other is not None:
                taken = packet if other == number else _at(packet, contents[other])
                taken.stream = stream
                written.mux(taken)


def _at(place: av.Packet[Any], content: bytes) -> av.Packet[Any]:
    """A packet in the place of another."""
    packet = av.Packet(content)
    packet.pts, packet.dts, packet.time_base = place.pts, place.dts, place.time_base
    return packet


def _thinned(concerned: Callable[[Path, Measured], bool], keep: Callable[[int, int], bool]) -> type[Behaviour]:
    """Of some videos not all frames are stored; ``keep`` is given the number of a frame and how many there are."""

    class Thinned(Behaviour):
        def stored_video(self, path: Path, measured: Measured) -> Measured:
            kept = super().stored_video(path, measured)
            if concerned(path, kept):
                thinner = path.with_name(f"{path.stem}.thin{path.suffix}")
                _rewritten(path, thinner, lambda number, of: number if keep(number, of) else None)
                thinner.replace(path)
            return kept

    return Thinned


def _counted(suffix: str, difference: int) -> type[Behaviour]:
    class CountedOtherwise(Behaviour):
        def stored_video(self, path: Path, measured: Measured) -> Measured:
            kept = super().stored_video(path, measured)
            return replace(kept, frames=kept.frames + difference) if path.suffix == suffix else kept

    return CountedOtherwise


def _drawn(surface: Surface, end: str, draw: Callable[[Image.Image], Image.Image]) -> type[Behaviour]:
    """What is given out of some videos is drawn otherwise; ``end`` is how the name of the picture ends."""

    class DrawnOtherwise(Behaviour):
        def given_out(self, asked: Surface, path: Path) -> Path:
            kept = super().given_out(asked, path)
            if asked != surface or not kept.name.endswith(end):
                return kept
            other = kept.with_suffix(".drawn.jpg")
            with Image.open(kept) as image:
                draw(image.convert("RGB")).save(other, "JPEG")
            return other

    return DrawnOtherwise


def _streamed_as(order: Callable[[int], int]) -> type[Behaviour]:
    """The stream of an AVI, whose frames are each a picture, shows other frames in their places, and as many."""

    class StreamedOtherwise(Behaviour):
        def given_out(self, surface: Surface, path: Path) -> Path:
            kept = super().given_out(surface, path)
            if surface != "stream" or kept.suffix != ".avi":
                return kept
            other = kept.with_name(f"{kept.stem}.streamed.avi")
            _rewritten(kept, other, lambda number, of: min(order(number), of - 1))
            return other

    return StreamedOtherwise


def _grey(image: Image.Image) -> Image.Image:
    return Image.new("RGB", image.size, "grey")


FAULTS: Final = (
    _frames("frame-before", "Each frame but the first is shown as the one before it.").breaks(
        _DISPLAY, verdict="unclean", by=_decoding(lambda number, _said: max(0, number - 1))
    ),
    _frames("frame-last-twice", "The last frame of a video is shown as the last but one.").breaks(
        _DISPLAY, verdict="unclean", by=_decoding(_last_twice)
    ),
    _frames("frame-first-always", "Whichever frame is asked for, the first is shown.").breaks(
        _DISPLAY, verdict="unclean", by=_decoding(lambda _number, _said: 0)
    ),
    _frames("frame-of-key", "A frame is shown as the multiple of eight before it.").breaks(
        _DISPLAY, verdict="unclean", by=_decoding(lambda number, _said: number // _KEY_INTERVAL * _KEY_INTERVAL)
    ),
    _frames("frame-of-second", "A frame is shown as the first one of its second.").breaks(
        _DISPLAY, verdict="unclean", by=_decoding(_by_seconds)
    ),
    _frames(
        "frame-of-whole-milliseconds",
        "A frame is looked for at the whole millisecond before it, and the one there shown.",
    ).breaks(_DISPLAY, verdict="unclean", by=_decoding(_by_milliseconds)),
    _frames("frame-late-in-long-videos", "In videos longer than an hour each frame is shown as the next.").breaks(
        _DISPLAY,
        verdict="unclean",
        by=_decoding(lambda number, said: min(number + (said["duration"] > _HOUR_S), said["frame_count"] - 1)),
    ),
    _frames("frames-in-negative", "A frame of a video is shown as its negative.").breaks(
        _DISPLAY, verdict="unclean", by=_drawn("frame", ".jpg", ImageChops.invert)
    ),
    _frames(
        "long-video-thinned", "Of a video longer than an hour every tenth frame is lost, and counted all the same."
    ).breaks(
        _DISPLAY,
        _STREAM,
        verdict="unclean",
        by=_thinned(lambda _path, video: video.seconds > _HOUR_S, lambda number, _of: number % 10 != 7),
    ),
    _frames("webm-last-frame-lost", "The last frame of a WebM is lost, and counted all the same.").breaks(
        _DISPLAY,
        _STREAM,
        verdict="unclean",
        by=_thinned(lambda path, _: path.suffix == ".webm", lambda number, of: number < of - 1),
    ),
    _frames("mov-one-frame-more", "A frame more is counted than a QuickTime movie has.").breaks(
        _STREAM, verdict="unclean", by=_counted(".mov", 1)
    ),
    _frames("stream-stands-still", "Every tenth frame in the stream of an AVI is the one before it.").breaks(
        _STREAM, verdict="unclean", by=_streamed_as(lambda number: number - (number % 10 == 7))
    ),
    _frames("stream-out-of-order", "In the stream of an AVI each two frames have changed places.").breaks(
        _STREAM, verdict="unclean", by=_streamed_as(lambda number: number ^ 1)
    ),
    _frames("stream-freezes", "After its tenth frame the stream of an AVI shows no other.").breaks(
        _STREAM, verdict="unclean", by=_streamed_as(lambda number: min(number, 9))
    ),
    _frames("video-thumbnail-grey", "The thumbnail of a video is a grey rectangle.").breaks(
        "video.frames@thumbnail", verdict="unclean", by=_drawn("thumb", ".0.jpg", _grey)
    ),
)
