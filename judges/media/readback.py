"""What a stored medium reads back as: what is said of it, and what its download decodes to."""

from __future__ import annotations

import io
import math
import tempfile
from collections.abc import Mapping
from typing import Any, Final

import av
from PIL import Image, ImageChops, ImageOps, ImageStat

from generators.artefacts import Artefact
from generators.specs import ImageSpec, MediaSpec, VideoSpec
from judges.media.decoding import decoded_size
from judges.media.pictures import shown_otherwise

# What a stream that is converted for browsers may lack of its end.
_SHORTEST_STREAM: Final = 0.9
# A duration that is divided anew may lack so much of a whole second.
_ROUNDED_S: Final = 1e-6
# Measured on noise: JPEG moves it by 3 levels of brightness at quality 90, 14 at 50, 49 at 1; a mirror by 86.
_LEVELS_OF_JPEG: Final = 40
# Noise in colour is 56 levels from its own grey; JPEG leaves a third of that at the least.
_LEVELS_OF_COLOUR: Final = 4


def described_as(spec: MediaSpec) -> tuple[dict[str, int], ...]:
    """What a medium may be said to be, in pixels, frames and seconds.

    An image that EXIF turns may be described as encoded too, in a format that few readers turn.
    """
    if isinstance(spec, VideoSpec):
        return ({"width": spec.width, "height": spec.height, "frame_count": spec.frames, "duration": spec.duration},)
    sizes = [spec.displayed] if spec.record.turned_by_readers else [spec.displayed, (spec.width, spec.height)]
    return tuple({"width": width, "height": height} for width, height in dict.fromkeys(sizes))


def misreported(spec: MediaSpec, reported: Mapping[str, Any]) -> list[str]:
    """Where what is said of a stored medium differs from what was sent."""
    turned = isinstance(spec, ImageSpec) and spec.displayed != (spec.width, spec.height)
    meant = "as displayed it is" if turned else "sent"
    readings = [
        [
            f"{key} reads back as {reported.get(key)}, {meant} {value}"
            for key, value in each.items()
            if not _is_as_sent(key, reported.get(key), value)
        ]
        for each in described_as(spec)
    ]
    return min(readings, key=len)


def _is_as_sent(key: str, reported: Any, value: int) -> bool:
    """Whether a number that is said of a medium is the one that was sent: seconds as far as they are whole."""
    if key == "duration" and isinstance(reported, float):
        return math.floor(reported + _ROUNDED_S) == value
    return bool(reported == value)


def other_card(artefact: Artefact, content: bytes) -> tuple[str, ...]:
    """How what is shown of an image contradicts the card that was sent; nothing where that was no card."""
    spec = artefact.spec
    return shown_otherwise(artefact, content) if isinstance(spec, ImageSpec) and spec.content == "card" else ()


def unlike(artefact: Artefact, content: bytes) -> tuple[str, ...] | None:
    """What is wrong with the downloaded medium, decoded here; nothing where it is as it was sent, None if unknown."""
    spec = artefact.spec
    if content == artefact.content:
        return ()
    try:
        if isinstance(spec, ImageSpec):
            size = decoded_size(content, spec.pixels)
            fits = size in (spec.displayed, (spec.width, spec.height))
            if fits and spec.content == "noise" and spec.mode in ("L", "RGB"):
                return _repainted(content, artefact.content)
            return () if fits else (f"the full image is {size[0]}x{size[1]}",)
        with tempfile.TemporaryFile() as file:
            file.write(content)
            file.seek(0)
            with av.open(file, "r") as container:
                stream = container.streams.video[0]
                # A deployment may convert the stream for browsers: its size and rate are its own affair.
                times = [
                    packet.pts if packet.pts is not None else packet.dts
                    for packet in container.demux(stream)
                    if packet.size
                ]
                lasts = float(max((each for each in times if each is not None), default=0) * (stream.time_base or 0))
    except ChildProcessError:
        return None
    except Exception as error:  # noqa: BLE001  a decoder may raise anything on bytes it cannot read
        return (f"the download does not decode ({type(error).__name__})",)
    if not times:
        return ("the stream holds no frame",)
    if 0 < lasts < _SHORTEST_STREAM * spec.duration - 1:
        return (f"the stream ends after {lasts:.0f} s, sent {spec.duration} s",)
    return ()


def _repainted(content: bytes, sent: bytes) -> tuple[str, ...]:
    """Whether noise reads back as another picture; a deployment may show it as JPEG, which moves it by a few levels.

    The pixels are compared as displayed, in levels from 0 to 255.
    """
    with Image.open(io.BytesIO(content)) as got, Image.open(io.BytesIO(sent)) as wanted:
        shown, expected = (ImageOps.exif_transpose(image).convert("RGB") for image in (got, wanted))
    if shown.size != expected.size:
        return ()  # shown as encoded, not as displayed: which way it was turned is not known
    away = _levels(shown.convert("L"), expected.convert("L"))
    if away > _LEVELS_OF_JPEG:
        return (f"its pixels are another picture, {away:.0f} of 255 levels away",)
    grey = _levels(shown, shown.convert("L").convert("RGB")) < _LEVELS_OF_COLOUR
    coloured = _levels(expected, expected.convert("L").convert("RGB")) > _LEVELS_OF_JPEG
    return ("its colours are gone",) if grey and coloured else ()


def _levels(one: Image.Image, other: Image.Image) -> float:
    means = ImageStat.Stat(ImageChops.difference(one, other)).mean
    return sum(means) / len(means)
