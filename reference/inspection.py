"""What an uploaded file really is: its size by its header, then every pixel or packet decoded."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from pathlib import Path

import av
from PIL import Image, ImageOps

from reference.errors import ApiError

Image.MAX_IMAGE_PIXELS = None  # the documented limits are checked before anything is decoded
_DECODING = threading.Semaphore(2)
_SWAPPED = frozenset({5, 6, 7, 8})
_ORIENTATION_TAG = 0x0112


@dataclass(frozen=True, slots=True)
class Measured:
    """The displayed size in pixels and, for a video, frames, whole frames a second and whole seconds."""

    width: int
    height: int
    frames: int = 0
    fps: float = 0.0
    seconds: int = 0


def measure_image(path: Path) -> Measured:
    """The displayed size from the header. Raises ``ApiError`` 400 for what is no image."""
    try:
        with Image.open(path) as image:
            # Pillow gives the size of a TIFF as displayed, that of the others as encoded.
            swapped = image.format != "TIFF" and image.getexif().get(_ORIENTATION_TAG, 1) in _SWAPPED
            return Measured(*(reversed(image.size) if swapped else image.size))
    except Exception as error:  # a decoder may raise anything on hostile bytes
        raise ApiError(400, "invalid_media", "The file is no readable image.") from error


def decode_image(path: Path) -> None:
    """Decode every pixel. Raises ``ApiError`` 400 for a damaged image."""
    try:
        with _DECODING, Image.open(path) as image:
            image.load()
    except Exception as error:
        raise ApiError(400, "invalid_media", "The image is damaged.") from error


def measure_video(path: Path) -> Measured:
    """Size, packets counted, rate; the first frame is decoded. Raises ``ApiError`` 400 for what is no video."""
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            packets = [packet for packet in container.demux(stream) if packet.size]
            rate = stream.average_rate or stream.base_rate
            if not packets or not rate:
                raise ValueError("no frames")
            if not packets[0].decode():
                stream.codec_context.decode(None)
            return Measured(stream.width, stream.height, len(packets), float(rate), int(len(packets) / rate))
    except Exception as error:
        raise ApiError(400, "invalid_media", "The file is no readable video.") from error


def _part(target: Path) -> Path:
    """Where it is written: two requests may ask for the same picture at once."""
    return target.with_suffix(f".{secrets.token_hex(4)}.part")


def thumbnail(path: Path, target: Path, *, shrink_to: tuple[int, int]) -> None:
    """Write a JPEG of the image no larger than ``shrink_to`` pixels, whole or not at all."""
    with _DECODING, Image.open(path) as image:
        image.draft("RGB", shrink_to)
        small = ImageOps.exif_transpose(image)
        small.thumbnail(shrink_to)
        part = _part(target)
        small.convert("RGB").save(part, "JPEG")
    part.replace(target)


def frame(path: Path, index: int, target: Path) -> None:
    """Write one decoded frame as JPEG. Raises ``ApiError`` 404 for a frame that is not there."""
    with av.open(str(path)) as container:
        for number, picture in enumerate(container.decode(video=0)):
            if number == index:
                part = _part(target)
                picture.to_image().save(part, "JPEG")  # type: ignore[no-untyped-call]
                part.replace(target)
                return
    raise ApiError(404, "frame_not_found", f"There is no frame {index}.")
