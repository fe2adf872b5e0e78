"""What to make, before any byte is made: immutable specifications of images and videos.

A strategy draws a specification, an encoder turns it into bytes on demand; the same specification always gives the
same bytes. Shrinking therefore works on a handful of integers and names, never on pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from contract.formats import IMAGE_FORMATS, VIDEO_FORMATS, Codec, Encoder, ImageFormat, Mode, VideoFormat

Content = Literal["solid", "gradient", "noise"]
Compression = Literal["deflate", "g4"]

CONTENTS: Final[tuple[Content, ...]] = get_args(Content)


class UnrepresentableError(ValueError):
    """The specification asks for a file that its format cannot express; a probe built from it would test nothing."""


@dataclass(frozen=True, slots=True)
class ImageSpec:
    """One still image.

    ``width`` and ``height`` are the encoded size in pixels, before orientation. ``orientation`` is the EXIF value
    1…8; 5…8 swap the sides on display (``displayed``), which both have the same limits. ``seed`` chooses the colour and
    the noise. ``compression`` is that of a TIFF: deflate, or ITU-T T.6 ("group 4") for images of one bit.

    Raises ``UnrepresentableError`` where the format cannot hold the size, mode, orientation or compression.
    """

    width: int
    height: int
    format: str = "png"
    mode: Mode = "RGB"
    content: Content = "solid"
    seed: int = 0
    orientation: int = 1
    encoder: Encoder = "library"
    compression: Compression = "deflate"

    def __post_init__(self) -> None:
        if self.format not in IMAGE_FORMATS:
            raise UnrepresentableError(f"{self.format!r} is no image format; one of {', '.join(IMAGE_FORMATS)}")
        if min(self.width, self.height) < 1:
            raise UnrepresentableError(f"an image of {self.width}x{self.height} has no pixel")
        record = self.record
        if record.longest_side is not None and max(self.width, self.height) > record.longest_side:
            raise UnrepresentableError(
                f"{self.format} ends at {record.longest_side} px a side, not {self.width}x{self.height}"
            )
        if self.mode not in record.modes:
            raise UnrepresentableError(f"{self.format} has no mode {self.mode}; one of {', '.join(record.modes)}")
        if not 1 <= self.orientation <= 8 or (self.orientation != 1 and not record.orientable):
            raise UnrepresentableError(f"{self.format} has no EXIF orientation {self.orientation}")
        if self.compression == "g4" and (not record.group4 or self.mode != "1"):
            raise UnrepresentableError(f"group 4 is for TIFF of mode 1, not for {self.format} of mode {self.mode}")

    @property
    def record(self) -> ImageFormat:
        """The record of the format."""
        return IMAGE_FORMATS[self.format]

    @property
    def displayed(self) -> tuple[int, int]:
        """Width and height in pixels as shown, after orientation."""
        return (self.height, self.width) if self.orientation >= 5 else (self.width, self.height)

    @property
    def pixels(self) -> int:
        """The number of pixels."""
        return self.width * self.height

    @property
    def name(self) -> str:
        """A file name that says what is inside, ``20001x32-L-solid-0.png``."""
        turned = f"-o{self.orientation}" if self.orientation != 1 else ""
        mode = self.mode.replace(";", "") + ("-g4" if self.compression == "g4" else "")
        return f"{self.width}x{self.height}-{mode}-{self.content}-{self.seed}{turned}.{self.format}"


@dataclass(frozen=True, slots=True)
class VideoSpec:
    """One video of whole frames at a whole frame rate.

    ``width`` and ``height`` in pixels, ``frames`` the number of frames, ``fps`` frames a second (a whole number:
    Geti takes floor(frames / fps) as the duration, a fractional rate would shift the boundary). ``codec`` is one of
    those that the format's record gives the encoder; None takes the first.

    Raises ``UnrepresentableError`` where the container or its codec cannot hold the size or the codec.
    """

    width: int
    height: int
    frames: int = 2
    fps: int = 1
    format: str = "mp4"
    content: Content = "solid"
    seed: int = 0
    encoder: Encoder = "library"
    codec: Codec | None = None

    def __post_init__(self) -> None:
        if self.format not in VIDEO_FORMATS:
            raise UnrepresentableError(f"{self.format!r} is no video format; one of {', '.join(VIDEO_FORMATS)}")
        if min(self.width, self.height, self.frames, self.fps) < 1:
            raise UnrepresentableError(
                f"a video of {self.width}x{self.height}, {self.frames} frames at {self.fps} fps has nothing to show"
            )
        longest = self.record.longest_side
        if max(self.width, self.height) > longest:
            raise UnrepresentableError(f"the codecs used end at {longest} px a side, not {self.width}x{self.height}")
        codecs = self.record.codecs_of(self.encoder)
        if self.codec is not None and self.codec not in codecs:
            raise UnrepresentableError(f"{self.format} is written with {' or '.join(codecs)}, not {self.codec}")

    @property
    def record(self) -> VideoFormat:
        """The record of the format."""
        return VIDEO_FORMATS[self.format]

    @property
    def coded(self) -> Codec:
        """The codec of the frames."""
        return self.codec or self.record.codecs_of(self.encoder)[0]

    @property
    def duration(self) -> int:
        """Whole seconds as Geti counts them: floor(frames / fps)."""
        return self.frames // self.fps

    @property
    def name(self) -> str:
        """A file name that says what is inside, ``7861x32-2f-1fps-solid-0.mp4``."""
        codec = f"-{self.codec}" if self.codec else ""
        return (
            f"{self.width}x{self.height}-{self.frames}f-{self.fps}fps-{self.content}-{self.seed}{codec}.{self.format}"
        )


MediaSpec = ImageSpec | VideoSpec
