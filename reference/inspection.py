"""What an uploaded file really is: its size by its header, then whether it decodes."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from PIL import Image, ImageOps

from contract.formats import IMAGE_FORMATS, VIDEO_FORMATS, MediaFormat
from contract.limits import EnforcementPoint
from reference.errors import ApiError

Image.MAX_IMAGE_PIXELS = None  # the documented limits are checked before anything is decoded
# What no documented limit reaches, 20,000 x 20,000, and a little more for a limit that is set otherwise.
_MOST_PIXELS = 450_000_000
_DECODING = threading.Semaphore(2)
_SWAPPED = frozenset({5, 6, 7, 8})
_ORIENTATION_TAG = 0x0112


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a medium came: at which point, into which dataset, under which file name, with which ``upload_info``.

    ``media_type`` is what the part of its file is called, ``tasks`` how many tasks its project has.
    """

    at: EnforcementPoint
    dataset: dict[str, Any]
    file_name: str
    info: str | None = None
    media_type: str | None = None
    tasks: int = 1


@dataclass(frozen=True, slots=True)
class Measured:
    """The displayed size in pixels and, for a video, frames, whole frames a second and whole seconds."""

    width: int
    height: int
    frames: int = 0
    fps: float = 0.0
    seconds: int = 0


def _libraries(formats: Mapping[str, MediaFormat]) -> list[str]:
    """What Pillow or FFmpeg calls the formats that are taken: those of contract/formats.py, and no other."""
    return sorted({record.library for record in formats.values() if record.library})


def measure_image(path: Path) -> Measured:
    """The size by the header, before orientation. Raises ``ApiError`` 400 for what is no image."""
    try:
        with Image.open(path, formats=_libraries(IMAGE_FORMATS)) as image:
            measured = Measured(*image.size)
    except Exception as error:  # a decoder may raise anything on hostile bytes
        raise ApiError(400, "invalid_media", "The file is no readable image.") from error
    if measured.width * measured.height > _MOST_PIXELS:
        raise ApiError(400, "invalid_media", f"An image of more than {_MOST_PIXELS} pixels is not decoded here.")
    return measured


def decode_image(path: Path) -> Measured:
    """The displayed size, every pixel decoded. Raises ``ApiError`` 400 for a damaged image."""
    try:
        with _DECODING, Image.open(path, formats=_libraries(IMAGE_FORMATS)) as image:
            # Pillow gives the size of a TIFF as displayed, that of the others as encoded.
            size, turned = image.size, image.format != "TIFF"
            # A JPEG is read to its end at an eighth of its size: damage shows all the same, in a 64th of the memory.
            image.draft(image.mode, (max(1, image.width // 8), max(1, image.height // 8)))
            image.load()
            swapped = turned and image.getexif().get(_ORIENTATION_TAG, 1) in _SWAPPED
    except Exception as error:
        raise ApiError(400, "invalid_media", "The image is damaged.") from error
    return Measured(*(reversed(size) if swapped else size))


def measure_video(path: Path) -> Measured:
    """Size, packets counted, rate; nothing is decoded. Raises ``ApiError`` 400 for what is no video."""
    try:
        with _opened(path) as container:
            stream = container.streams.video[0]
            frames = sum(1 for packet in container.demux(stream) if packet.size)
            rate = stream.average_rate or stream.base_rate
            if not frames or not rate:
                raise ValueError("no frames")
            return Measured(stream.width, stream.height, frames, float(rate), int(frames / rate))
    except Exception as error:
        raise ApiError(400, "invalid_media", "The file is no readable video.") from error


def decode_video(path: Path) -> None:
    """Decode the first frame. Raises ``ApiError`` 400 where it does not."""
    try:
        with _DECODING, _opened(path) as container:
            next(container.decode(video=0))
    except Exception as error:
        raise ApiError(400, "invalid_media", "The video is damaged.") from error


def _opened(path: Path) -> InputContainer:
    """A video in one of the containers that are taken: FFmpeg would open a playlist and follow it."""
    return av.open(str(path), "r", container_options={"format_whitelist": ",".join(_libraries(VIDEO_FORMATS))})


def _part(target: Path) -> Path:
    """Where it is written: two requests may ask for the same picture at once."""
    return target.with_suffix(f".{secrets.token_hex(4)}.part")


def thumbnail(path: Path, target: Path, *, shrink_to: tuple[int, int]) -> None:
    """Write a JPEG of the image no larger than ``shrink_to`` pixels, whole or not at all."""
    with _DECODING, Image.open(path) as image:
        image.draft("RGB", shrink_to)
        image.thumbnail(shrink_to)
        small = ImageOps.exif_transpose(image)
        if small.mode == "I;16":  # Pillow would clip it, not scale it
            small = small.point(lambda value: value / 257).convert("L")
        if small.mode == "P":  # Pillow warns where its palette holds transparency
            small = small.convert("RGBA")
        part = _part(target)
        small.convert("RGB").save(part, "JPEG")
    part.replace(target)


def frame(path: Path, index: int, target: Path) -> None:
    """Write one decoded frame as JPEG. Raises ``ApiError`` 404 for a frame that is not there.

    Decoding begins at the last key frame that is shown no later.
    """
    with _opened(path) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        times = [_time(packet) for packet in packets]
        if not 0 <= index < len(packets):
            raise ApiError(404, "frame_not_found", f"There is no frame {index}.")
        wanted = sorted(times)[index]
        keys = [number for number, packet in enumerate(packets) if packet.is_keyframe and times[number] <= wanted]
        with _DECODING:
            for packet in chain(packets[max(keys, default=0) :], (None,)):
                for picture in container.streams.video[0].decode(packet):
                    if picture.pts is None or picture.pts >= wanted:
                        part = _part(target)
                        picture.to_image().save(part, "JPEG")  # type: ignore[no-untyped-call]
                        part.replace(target)
                        return
    raise ApiError(404, "frame_not_found", f"There is no frame {index}.")


def _time(packet: Any) -> int:
    """When a packet is shown, in the units of its stream."""
    return int(packet.pts if packet.pts is not None else packet.dts)
