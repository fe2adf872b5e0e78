"""Whether a picture that a deployment gives out is the card that was sent: which way round, and in which colours.

What comes back in the format and the size that were sent, where the format loses nothing, is the file itself and must
hold the same samples. All else is a picture derived from it, which may have another size and other levels within a
tolerance.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generators.artefacts import Artefact, make
from generators.cards import block_means
from generators.specs import ImageSpec

# Measured: JPEG moves the middle of a block by 2 levels of 255 at quality 75, by 6 at 20; a turn or an exchange of
# channels moves the worst of the blocks by more than 100.
_LEVELS: Final = 24
# Of inks there are as many conversions as profiles: they keep what is darker than what.
_LEAST_CORRELATION: Final = 0.7
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ORIENTATION_TAG: Final = 0x0112
_LOSSLESS: Final = frozenset({"PNG", "BMP", "TIFF"})
_TURNED_WHEN_OPENED: Final = frozenset({"TIFF"})  # by Pillow
Levels = NDArray[np.float64]


def other_picture(artefact: Artefact, content: bytes, *, derived: bool = False) -> tuple[str, ...]:
    """How a picture contradicts the card that was sent; nothing where it is that card.

    ``derived`` says that it is not the file in any case: a thumbnail. Raises what Pillow raises for bytes that do not
    decode.
    """
    spec = artefact.spec
    assert isinstance(spec, ImageSpec)
    if content == artefact.content and not derived:
        return ()
    encoded = _opened(make(replace(spec, orientation=1)).content)
    shown, kind, orientation = _as_stored(content)
    readings = [_turned(shown, orientation)]
    if orientation != 1 and kind != "JPEG":
        readings.append(shown)
    wanted = [spec.orientation] if spec.record.turned_by_readers else [spec.orientation, 1]
    is_file = not derived and kind == spec.record.library
    if is_file and encoded.mode == "RGBA" and not shown.has_transparency_data:
        return (f"its alpha is gone ({shown.mode})",)
    if is_file and kind in _LOSSLESS and shown.size in (encoded.size, encoded.size[::-1]):
        return _other_samples(encoded, readings, wanted)
    if any(_alike(_turned(encoded, turn), reading) for turn in wanted for reading in readings):
        return ()
    return (_difference(encoded, readings[0], spec.orientation),)


def shown_otherwise(artefact: Artefact, content: bytes, *, derived: bool = False) -> tuple[str, ...]:
    """How a picture contradicts the card that was sent, which it also does where it does not decode."""
    try:
        return other_picture(artefact, content, derived=derived)
    except Exception as error:  # noqa: BLE001  a decoder may raise anything on bytes it cannot read
        return (f"it does not decode ({type(error).__name__})",)


def _opened(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        return _with_alpha(image)


def _as_stored(content: bytes) -> tuple[Image.Image, str, int]:
    """A picture as it is encoded, its format, and the EXIF orientation that is still to be applied."""
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        kind = str(image.format)
        turn = 1 if kind in _TURNED_WHEN_OPENED else int(image.getexif().get(_ORIENTATION_TAG, 1))
        return _with_alpha(image), kind, turn if turn in _TURNS else 1


def _with_alpha(image: Image.Image) -> Image.Image:
    """A picture whose transparency, if any, is in its pixels: that of an indexed one is in its palette."""
    return image.convert("RGBA") if image.mode == "P" and image.has_transparency_data else image


def _turned(image: Image.Image, orientation: int) -> Image.Image:
    return image.transpose(_TURNS[orientation]) if orientation in _TURNS else image


def _other_samples(encoded: Image.Image, readings: list[Image.Image], wanted: list[int]) -> tuple[str, ...]:
    """Whether the file itself holds other samples, in a format that loses none."""
    shown = readings[0]
    if encoded.mode == "I;16" and not shown.mode.startswith("I"):
        return (f"its samples have 8 bits ({shown.mode}), sent 16",)
    if any(np.array_equal(_exact(_turned(encoded, turn)), _exact(reading)) for turn in wanted for reading in readings):
        return ()
    return ("its pixels are not those that were sent, in a format that loses nothing",)


def _exact(image: Image.Image) -> NDArray[Any]:
    """The samples in a mode that loses nothing of them."""
    if image.mode.startswith("I"):
        return np.asarray(image).astype(np.int64)
    return np.asarray(image if image.mode == "CMYK" else image.convert("RGBA"))


def _alike(encoded: Image.Image, shown: Image.Image) -> bool:
    """Whether a derived picture shows the card: each block has its colour, up to the tolerance."""
    got = _levels(shown)
    if encoded.mode == "CMYK":
        return any(_correlation(wanted, got) > _LEAST_CORRELATION for wanted in _renderings(encoded))
    return any(np.abs(wanted - got).max() <= _LEVELS for wanted in _renderings(encoded))


def _renderings(encoded: Image.Image) -> Iterator[Levels]:
    """The colours of the blocks as they may be shown: 16 bits in 8, and on any ground where some shows through."""
    yield _levels(encoded)
    if encoded.mode == "RGBA":
        for level in (0, 255):
            ground = Image.new("RGBA", encoded.size, (level, level, level, 255))
            yield _levels(Image.alpha_composite(ground, encoded))


def _levels(image: Image.Image) -> Levels:
    """The mean colour of each block, (rows, columns, 3), from 0 to 255."""
    if image.mode.startswith("I"):
        return np.repeat(block_means(np.asarray(image) / 257)[..., None], 3, axis=-1)
    return block_means(np.asarray(image.convert("RGB")))


def _correlation(one: Levels, other: Levels) -> float:
    """Of the brightness of the blocks, -1 … 1; 0 where either is all alike."""
    grey = [levels.mean(-1).ravel() for levels in (one, other)]
    return 0.0 if min(each.std() for each in grey) < 1 else float(np.corrcoef(*grey)[0, 1])


def _difference(encoded: Image.Image, shown: Image.Image, orientation: int) -> str:
    """What a picture that is not the card shows, in words."""
    for turn in (1, *_TURNS):
        if turn != orientation and _alike(_turned(encoded, turn), shown):
            return f"it is shown as if its EXIF orientation were {turn}, sent {orientation}"
    wanted, got = _levels(_turned(encoded, orientation)), _levels(shown)
    return f"its blocks have other colours, by up to {np.abs(wanted - got).max():.0f} of 255 levels"
