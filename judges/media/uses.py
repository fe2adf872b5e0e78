"""What an accepted medium is good for, one function a use: ask for it, and see whether it is what was sent.

The differences that a use comes to are None where what was answered could not be read.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import av
import numpy as np
from PIL import Image

from contract.observations import Answer
from generators.cards import PERIOD, number_of, number_shown
from generators.specs import VideoSpec
from judges.media.held import Held
from judges.media.pictures import shown_otherwise

_RANDOM_FRAMES: Final = 2
# A stream that is converted for browsers has another rate; up to this, relative, it is the rate that was sent.
_SAME_RATE: Final = 0.01


@dataclass(frozen=True, slots=True)
class Used:
    """What a use came to: the answer that it rests on, and how what came of it contradicts what was sent."""

    answer: Answer
    differences: tuple[str, ...] | None = ()


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a medium, by ``id``; ``words`` name it in a sentence, ``place`` is where it lies below the medium."""

    id: str
    words: str
    of: Callable[[Held], Used]
    place: str = ""


def _card(held: Held, place: str, *, derived: bool) -> Used:
    """A picture that must show the card of an image."""
    answer, content = held.download(place)
    return Used(answer, shown_otherwise(held.artefact, content, derived=derived) if answer.accepted else ())


def _number(content: bytes) -> int | None:
    """The number on the picture of a frame. Raises what Pillow raises for bytes that do not decode."""
    with Image.open(io.BytesIO(content)) as image:
        return number_shown(np.asarray(image.convert("L")))


def _last_frame(held: Held) -> Used:
    return _frames(held, {_video(held).frames - 1})


def _some_frames(held: Held) -> Used:
    """The first frames, the middle one, the last and some others."""
    spec = _video(held)
    asked = {
        0,
        1,
        spec.frames // 2,
        spec.frames - 1,
        *random.Random(spec.seed).sample(range(spec.frames), _RANDOM_FRAMES),
    }
    return _frames(held, asked)


def _frames(held: Held, asked: Iterable[int]) -> Used:
    """Each frame must show its own number; the last answer, or the first that is wrong."""
    spec, answer = _video(held), Answer(None)
    for index in sorted(asked):
        answer, content = held.download(f"frames/{index}/display/full")
        if not answer.accepted:
            return Used(answer)
        try:
            number = _number(content)
        except Exception as error:  # noqa: BLE001
            return Used(answer, (f"frame {index} does not decode ({type(error).__name__})",))
        if number != number_of(spec, index):
            return Used(answer, _other_frame(spec, number, index))
    return Used(answer)


def _other_frame(spec: VideoSpec, number: int | None, index: int) -> tuple[str, ...]:
    return (f"frame {index} of {spec.frames} shows {_shown(spec, number, index)}",)


def _shown(spec: VideoSpec, number: int | None, index: int) -> str:
    """What a picture shows in place of the frame of an index: the nearest frame of that number, where there is one."""
    if number is None:
        return "another picture"
    nearest = index + (number - number_of(spec, index) + PERIOD // 2) % PERIOD - PERIOD // 2
    return (
        f"frame {nearest}" if 0 <= nearest < spec.frames else f"a frame of the number {number}, which it does not have"
    )


def _thumbnail_of_video(held: Held) -> Used:
    """Which frame it shows is the deployment's affair; it must be one of them."""
    answer, content = held.download("display/thumb")
    if not answer.accepted:
        return Used(answer)
    try:
        number = _number(content)
    except Exception as error:  # noqa: BLE001
        return Used(answer, (f"it does not decode ({type(error).__name__})",))
    spec = _video(held)
    known = number is not None and (number - number_of(spec, 0)) % PERIOD < spec.frames
    return Used(answer, () if known else ("it shows no frame of the video",))


def _stream(held: Held) -> Used:
    """Each frame in its place, as many as the deployment counts, unless the stream was converted to another rate."""
    spec = _video(held)
    answer, content = held.download("display/stream")
    if not answer.accepted:
        return Used(answer)
    try:
        with av.open(io.BytesIO(content), "r") as container:
            stream = container.streams.video[0]
            rate = float(stream.average_rate or 0)
            numbers = [number_shown(frame.to_ndarray(format="gray")) for frame in container.decode(stream)]
    except Exception as error:  # noqa: BLE001
        return Used(answer, (f"it does not open ({type(error).__name__})",))
    counted = held.information.get("frame_count")
    if counted != spec.frames:
        return Used(answer, (f"frame_count reads back as {counted}, sent {spec.frames}",))
    if abs(rate - spec.fps) > _SAME_RATE * spec.fps:
        return Used(answer)
    if len(numbers) != counted:
        return Used(answer, (f"it holds {len(numbers)} frames, frame_count says {counted}",))
    moved = (index for index, number in enumerate(numbers) if number != number_of(spec, index))
    first = next(moved, None)
    return Used(answer, () if first is None else _other_frame(spec, numbers[first], first))


def _video(held: Held) -> VideoSpec:
    spec = held.artefact.spec
    assert isinstance(spec, VideoSpec)
    return spec


def frame_display(index: int) -> Use:
    """The use of one frame."""
    words, place = f"the picture of frame {index}", f"frames/{index}/display/full"
    return Use("frame-display", words, lambda held: _frames(held, {index}), place)


def _display(identifier: str, words: str, place: str, *, derived: bool) -> Use:
    return Use(identifier, words, lambda held: _card(held, place, derived=derived), place)


FULL_DISPLAY: Final = _display("full-display", "the full picture", "display/full", derived=False)
THUMBNAIL: Final = _display("thumbnail", "the thumbnail", "display/thumb", derived=True)
FRAMES: Final = Use("frame-display", "the picture of a frame", _some_frames)
LAST_FRAME: Final = Use("last-frame", "the picture of the last frame", _last_frame)
VIDEO_THUMBNAIL: Final = Use("thumbnail", "the thumbnail", _thumbnail_of_video)
STREAM: Final = Use("stream", "the stream", _stream)
