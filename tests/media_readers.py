"""Readers that did not write the file, as strict as they can be made: a warning or an error fails the test."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import av
import av.logging
import cv2
import numpy as np
from PIL import Image

Image.MAX_IMAGE_PIXELS = None  # the boundaries lie above Pillow's cap

_STRICT = {"err_detect": "explode+crccheck+bitstream+buffer+careful+compliant"}


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
