"""What to make, before any byte is made: immutable specifications of images and videos.

A strategy draws a specification, an encoder turns it into bytes on demand; the same specification always gives the
same bytes. Shrinking therefore works on a handful of integers and names, never on pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from contract.formats import IMAGE_EXTENSIONS, VIDEO_EXTENSIONS, largest_side

Content = Literal["solid", "gradient", "noise"]
Mode = Literal["1", "L", "P", "RGB", "RGBA", "I;16", "CMYK"]
Encoder = Literal["library", "direct"]
Compression = Literal["deflate", "g4"]
Codec = Literal["h264", "mjpeg", "vp8", "vp9"]

CONTENTS: Final[tuple[Content, ...]] = get_args(Content)
ENCODERS: Final[tuple[Encoder, ...]] = get_args(Encoder)

JPEG_EXTENSIONS: Final = ("jpg", "jpeg", "jfif")
TIFF_EXTENSIONS: Final = ("tif", "tiff")

# Which pixel modes (Pillow's names) each image format can hold without conversion.
MODES: Final[dict[str, tuple[Mode, ...]]] = {
    **dict.fromkeys(JPEG_EXTENSIONS, ("L", "RGB", "CMYK")),
    **dict.fromkeys(TIFF_EXTENSIONS, ("1", "L", "P", "RGB", "RGBA", "I;16", "CMYK")),
    "png": ("1", "L", "P", "RGB", "RGBA", "I;16"),
    "bmp": ("1", "L", "P", "RGB"),
    "webp": ("RGB", "RGBA"),
}
# Which codecs each encoder writes into a container; the first is meant where a specification names none.
_H264: Final[dict[str, tuple[Codec, ...]]] = {
    **dict.fromkeys(("mp4", "m4v"), ("h264",)),
    **dict.fromkeys(("mov", "mkv"), ("h264", "mjpeg")),
    "avi": ("mjpeg",),
}
CODECS: Final[dict[Encoder, dict[str, tuple[Codec, ...]]]] = {
    "library": {**_H264, "webm": ("vp8",)},
    "direct": {**_H264, "webm": ("vp9",)},
}
# Formats in which an EXIF orientation can be written and is read by common decoders.
ORIENTABLE: Final = frozenset({*JPEG_EXTENSIONS, *TIFF_EXTENSIONS, "png", "webp"})


class UnrepresentableError(ValueError):
    """The specification asks for a file that its format cannot express; a probe built from it would test nothing."""


@dataclass(frozen=True, slots=True)
class ImageSpec:
    """One still image.

    ``width`` and ``height`` are the encoded size in pixels, before orientation. ``orientation`` is the EXIF value
    1…8; 5…8 swap the sides on display. The contract counts the displayed size (``displayed``); for images that
    never changes a decision, since both sides have the same limits. ``seed`` chooses the colour and the noise.
    ``compression`` is that of a TIFF: deflate, or ITU-T T.6 ("group 4") for images of one bit.

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
        if self.format not in IMAGE_EXTENSIONS:
            raise UnrepresentableError(f"{self.format!r} is no image format; one of {', '.join(IMAGE_EXTENSIONS)}")
        if min(self.width, self.height) < 1:
            raise UnrepresentableError(f"an image of {self.width}x{self.height} has no pixel")
        longest = largest_side(self.format)
        if longest is not None and max(self.width, self.height) > longest:
            raise UnrepresentableError(f"{self.format} ends at {longest} px a side, not {self.width}x{self.height}")
        if self.mode not in MODES[self.format]:
            raise UnrepresentableError(f"{self.format} has no mode {self.mode}; one of {', '.join(MODES[self.format])}")
        if not 1 <= self.orientation <= 8 or (self.orientation != 1 and self.format not in ORIENTABLE):
            raise UnrepresentableError(f"{self.format} has no EXIF orientation {self.orientation}")
        if self.compression == "g4" and (self.format not in TIFF_EXTENSIONS or self.mode != "1"):
            raise UnrepresentableError(f"group 4 is for TIFF of mode 1, not for {self.format} of mode {self.mode}")

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
    ``CODECS``; None takes the first.

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
        if self.format not in VIDEO_EXTENSIONS:
            raise UnrepresentableError(f"{self.format!r} is no video format; one of {', '.join(VIDEO_EXTENSIONS)}")
        if min(self.width, self.height, self.frames, self.fps) < 1:
            raise UnrepresentableError(
                f"a video of {self.width}x{self.height}, {self.frames} frames at {self.fps} fps has nothing to show"
            )
        if max(self.width, self.height) > 16_383:
            raise UnrepresentableError(f"the codecs used end at 16383 px a side, not {self.width}x{self.height}")
        codecs = CODECS[self.encoder][self.format]
        if self.codec is not None and self.codec not in codecs:
            raise UnrepresentableError(f"{self.format} is written with {' or '.join(codecs)}, not {self.codec}")

    @property
    def coded(self) -> Codec:
        """The codec of the frames."""
        return self.codec or CODECS[self.encoder][self.format][0]

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
