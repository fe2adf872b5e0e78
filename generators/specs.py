"""What to make, before any byte is made: immutable specifications of images and videos.

A strategy draws a specification, an encoder turns it into bytes on demand; the same specification always gives the
same bytes. Shrinking therefore works on a handful of integers and names, never on pixels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from contract.bounds import CODEC_BOUNDS, IMAGE_BOUNDS, VIDEO_BOUNDS, Bound, Codec, Encoder, Quantity
from contract.formats import IMAGE_FORMATS, SAMPLES, VIDEO_FORMATS, ImageFormat, Mode, VideoFormat

Content = Literal["solid", "gradient", "noise", "card"]
Compression = Literal["deflate", "g4"]

CONTENTS: Final[tuple[Content, ...]] = get_args(Content)
NOISE_ROWS: Final = 8  # how many rows of noise the direct encoders repeat
# Deflate: 258 bytes in two bits, RFC 1951 section 3.2.5. RLE8: 255 pixels in two bytes.
_DENSEST: Final = {"deflate": 1032, "rle8": 127}


class UnrepresentableError(ValueError):
    """The specification asks for a file that its format cannot express; a probe built from it would test nothing."""


@dataclass(frozen=True, slots=True)
class ImageSpec:
    """One still image.

    ``width`` and ``height`` are the encoded size in pixels, before orientation. ``orientation`` is the EXIF value
    1…8; 5…8 swap the sides on display (``displayed``), which both have the same limits. ``seed`` chooses the colour,
    the noise, and where the blocks of a card lie (``generators/cards.py``). ``compression`` is that of a TIFF: deflate,
    or ITU-T T.6 ("group 4") for images of one bit.

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
        if self.seed < 0:
            raise UnrepresentableError(f"a seed is 0 or more, not {self.seed}")
        record = self.record
        if self.mode not in record.modes:
            raise UnrepresentableError(f"{self.format} has no mode {self.mode}; one of {', '.join(record.modes)}")
        if not 1 <= self.orientation <= 8 or (self.orientation != 1 and not record.orientable):
            raise UnrepresentableError(f"{self.format} has no EXIF orientation {self.orientation}")
        if self.compression == "g4" and (not record.group4 or self.mode != "1"):
            raise UnrepresentableError(f"group 4 is for TIFF of mode 1, not for {self.format} of mode {self.mode}")
        require_within(self, self._quantities())

    @property
    def record(self) -> ImageFormat:
        """The record of the format."""
        return IMAGE_FORMATS[self.format]

    @property
    def bounds(self) -> tuple[Bound, ...]:
        """What the format and the encoder can hold."""
        return _for_encoder((*self.record.every_bound, *IMAGE_BOUNDS), self.encoder)

    def _quantities(self) -> dict[Quantity, int]:
        row = -(-self.width * self.pixel_bits // 8)
        return {
            "px a side": max(self.width, self.height),
            "px": self.pixels,
            "bytes": self._least_bytes(row),
            "bytes of rows at once": row * (NOISE_ROWS if self.content == "noise" else 1),
        }

    def _least_bytes(self, row: int) -> int:
        """What the file has at least, known without making it: its pixels as densely as they can be packed."""
        if self.compression == "g4":
            return self.height // 8
        packing = self.record.packing if self.content != "noise" else None
        if packing == "rle8" and (self.content != "solid" or self.pixel_bits != 8):
            packing = None
        return row * self.height // (_DENSEST[packing] if packing else 1)

    @property
    def pixel_bits(self) -> int:
        """The bits of a pixel."""
        samples, bits = SAMPLES[self.mode]
        return samples * bits

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
    Geti takes floor(frames / fps) as the duration, a fractional rate would shift the boundary). Each frame of a
    ``card`` shows its own number (``generators/cards.py``). ``codec`` is one of those that the format's record gives
    the encoder; None takes the first.

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
        if self.seed < 0:
            raise UnrepresentableError(f"a seed is 0 or more, not {self.seed}")
        codecs = self.record.codecs_of(self.encoder)
        if self.codec is not None and self.codec not in codecs:
            raise UnrepresentableError(f"{self.format} is written with {' or '.join(codecs)}, not {self.codec}")
        require_within(self, self._quantities())

    @property
    def record(self) -> VideoFormat:
        """The record of the format."""
        return VIDEO_FORMATS[self.format]

    @property
    def bounds(self) -> tuple[Bound, ...]:
        """What the container, the codec and the encoder can hold."""
        codecs = (self.codec,) if self.codec else self.record.codecs_of(self.encoder)[:1]
        of_codec = (bound for codec in codecs for bound in CODEC_BOUNDS.get(codec, ()))
        return _for_encoder((*self.record.every_bound, *VIDEO_BOUNDS, *of_codec), self.encoder)

    def _quantities(self) -> dict[Quantity, int]:
        macroblocks = -(-self.width // 16) * -(-self.height // 16)
        return {
            "px a side": max(self.width, self.height),
            "px": self.width * self.height,
            "bytes": self.frames * self._least_frame(),
            "frames": self.frames,
            "fps": self.fps,
            "ms": -(-self.frames * 1000 // self.fps),
            "macroblocks": macroblocks,
            "macroblocks a second": macroblocks * self.fps,
        }

    def _least_frame(self) -> int:
        """What a frame has at least in a file, in bytes: a header of eight, and as JPEG by us three components."""
        if "mjpeg" not in self.record.codecs_of("direct")[:1] or self.encoder == "library":
            return 8
        blocks = -(-self.width // 8) * -(-self.height // 8)
        return 8 + (96 * blocks if self.content == "noise" else 6 * blocks // 8)

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


def require_within(spec: MediaSpec, quantities: Mapping[Quantity, int]) -> None:
    """Raises ``UnrepresentableError``, with the clause, where one of ``quantities`` is beyond a bound of ``spec``.

    An encoder that knows the exact size of its file asks again, before its first byte.
    """
    for bound in spec.bounds:
        value = quantities.get(bound.quantity, 0)
        if value > bound.most:
            raise UnrepresentableError(
                f"{spec.format} ends at {bound.most} {bound.quantity}, {spec.name} needs {value}: {bound.clause}"
            )


def _for_encoder(bounds: Iterable[Bound], encoder: Encoder) -> tuple[Bound, ...]:
    return tuple(bound for bound in bounds if bound.encoder in (None, encoder))
