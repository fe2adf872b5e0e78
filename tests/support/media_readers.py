"""Readers that did not write the file, as strict as they can be made: a warning or an error fails the test."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.logging
import cv2
import imageio_ffmpeg
import numpy as np
from PIL import Image

Image.MAX_IMAGE_PIXELS = None  # the boundaries lie above Pillow's cap

# Every side up to 70 on each axis, and the sides around the blocks that codecs divide a picture into with each other.
_EDGES = (1, 2, 7, 8, 9, 15, 16, 17, 32, 33, 63, 64, 65, 70)
SMALL_SIZES = sorted({(n, m) for n in range(1, 71) for m in (n, 71 - n)} | {(n, m) for n in _EDGES for m in _EDGES})

_STRICT = {"err_detect": "explode+crccheck+bitstream+buffer+careful+compliant"}


@dataclass(frozen=True, slots=True)
class SeenVideo:
    """What one reader says of a video: the size of each decoded frame, the rate and the length in seconds."""

    sizes: tuple[tuple[int, int], ...]
    rate: Fraction
    seconds: float


@contextmanager
def without_complaint() -> Iterator[None]:
    """Fails when libav logs a warning or worse inside the block."""
    before = av.logging.get_level()
    av.logging.set_level(av.logging.WARNING)
    try:
        with av.logging.Capture() as logs:
            yield
    finally:
        av.logging.set_level(before)
    complaints = [message for level, _, message in logs if level <= av.logging.WARNING]
    # swscale's, about PyAV's conversion to the test's own RGB, not about the file.
    assert not [message for message in complaints if "deprecated pixel format" not in message]


def by_pillow(content: bytes) -> Image.Image:
    """Decoded completely, in the mode of the file."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def by_opencv(content: bytes) -> np.ndarray[Any, Any]:
    """Rows x columns (x channels, BGR)."""
    pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert pixels is not None
    return pixels


def by_libav(content: bytes) -> list[av.VideoFrame]:
    """Every frame of an image or video, strict and without a warning."""
    with without_complaint(), av.open(io.BytesIO(content), options=_STRICT) as container:
        stream = container.streams.video[0]
        stream.codec_context.options = _STRICT
        stream.codec_context.thread_count = 1
        return list(container.decode(stream))


def video_by_libav(path: Path) -> SeenVideo:
    """Every frame decoded, strict and without a warning; both of libav's rates must be one."""
    with without_complaint(), av.open(path, options=_STRICT) as container:
        stream = container.streams.video[0]
        stream.codec_context.options = _STRICT
        sizes = tuple((frame.width, frame.height) for frame in container.decode(stream))
        assert stream.average_rate == stream.base_rate
        return SeenVideo(sizes, Fraction(stream.average_rate), container.duration / av.time_base)


def video_by_opencv(path: Path) -> SeenVideo:
    """Every frame decoded; the count in the container, where there is one, must be theirs."""
    capture = cv2.VideoCapture(str(path))
    sizes = []
    while (read := capture.read())[0]:
        sizes.append(read[1].shape[1::-1])
    count, rate = capture.get(cv2.CAP_PROP_FRAME_COUNT), capture.get(cv2.CAP_PROP_FPS)
    assert count == len(sizes)
    return SeenVideo(tuple(sizes), Fraction(rate).limit_denominator(1000), count / rate)


def refused_by_ffmpeg(paths: Sequence[Path]) -> str:
    """What the ffmpeg program says against any of these files, each decoded whole: nothing where all is well."""
    inputs = [word for path in paths for word in ("-i", str(path))]
    maps = [word for number in range(len(paths)) for word in ("-map", str(number))]
    strict = ["-v", "warning", "-xerror", "-err_detect", _STRICT["err_detect"]]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", *strict, *inputs, *maps, "-f", "null", "-"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    return run.stderr + (f"exit status {run.returncode}" if run.returncode else "")
