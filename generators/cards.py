"""Test cards: pictures that say which way round they are, in which channel something went wrong, and which frame.

The card of an image is a grid of flat blocks, no two alike in any channel, so that each corner and edge is another: it
survives JPEG and reduction, and no turn, mirror or exchange of channels leaves it as it was. A frame of a video shows
its number in black and white blocks, each bit once as it is and once negated.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from contract.formats import SAMPLES
from generators.specs import ImageSpec, VideoSpec

Pixels = NDArray[Any]
GRID: Final = 4  # blocks a side of the card of an image
# So many frames differ: few enough to be encoded in passing, and no loss of whole minutes or hours fits in.
PERIOD: Final = 254
# A frame's number: rows and columns of blocks of its bits; as many rows below show them negated.
_BIT_ROWS: Final = 2
_BIT_COLUMNS: Final = 4
_LEVELS: Final = 16 + 15 * np.arange(GRID * GRID)
# Of an indexed PNG the first block lets so little through that no picture of another format shows whether it does.
OPACITIES: Final = bytes(240 if index == _LEVELS[0] else 255 for index in range(256))
# Of one bit, with no two corners and no two edges alike.
_ONE_BIT: Final = np.array([[1, 0, 0, 0], [1, 1, 0, 1], [0, 1, 1, 0], [1, 0, 0, 0]])
_SURE: Final = 48  # a block is black or white by so many levels


def card(spec: ImageSpec) -> Pixels:
    """The samples of the card, (height, width[, channels]); ``seed`` says which block lies where.

    Of 16 bits a sample the lower eight vary within a block, so that they cannot be lost unseen.
    """
    channels, bits = SAMPLES[spec.mode]
    random = np.random.default_rng(spec.seed)
    layers = [_LEVELS[random.permutation(_LEVELS.size)].reshape(GRID, GRID) for _ in range(channels)]
    rows, columns = np.arange(spec.height), np.arange(spec.width)
    within = np.ix_(rows * GRID // spec.height, columns * GRID // spec.width)
    if spec.mode == "1":
        return (255 * _ONE_BIT[within]).astype(np.uint8)
    if bits == 16:
        return (layers[0][within] << 8 | (37 * columns + 11 * rows[:, None]) & 0xFF).astype(np.uint16)
    pixels = np.stack([layer[within] for layer in layers], axis=-1).astype(np.uint8)
    return pixels[..., 0] if channels == 1 else pixels


def block_means(pixels: Pixels, rows: int = GRID, columns: int = GRID) -> NDArray[np.float64]:
    """The mean of the middle of each block, (rows, columns[, channels]), whatever the size of the picture.

    Only the middle third counts: what an encoder smears over an edge, or a small crop shifts, does not.
    """
    height, width = pixels.shape[:2]
    return np.array(
        [
            [
                pixels[_middle(row, rows, height), _middle(column, columns, width)].mean((0, 1))
                for column in range(columns)
            ]
            for row in range(rows)
        ]
    )


def numbered(spec: VideoSpec, index: int) -> NDArray[np.uint8]:
    """The frame of an index, as RGB."""
    bits = (number_of(spec, index) >> np.arange(_BIT_ROWS * _BIT_COLUMNS) & 1).reshape(_BIT_ROWS, _BIT_COLUMNS)
    blocks = (16 + 224 * np.vstack([bits, 1 - bits])).astype(np.uint8)
    rows, columns = np.arange(spec.height), np.arange(spec.width)
    within = np.ix_(rows * 2 * _BIT_ROWS // spec.height, columns * _BIT_COLUMNS // spec.width)
    return np.repeat(blocks[within][..., None], 3, axis=-1)


def number_of(spec: VideoSpec, index: int) -> int:
    """The number that the frame of an index shows: counted from the seed, so that videos differ, modulo ``PERIOD``."""
    return (spec.seed + index) % PERIOD


def number_shown(pixels: Pixels) -> int | None:
    """The number that a frame of a card shows, modulo ``PERIOD``, by its grey levels; None where it is none."""
    bright = block_means(pixels, 2 * _BIT_ROWS, _BIT_COLUMNS) - 128
    bits = bright > 0
    if np.abs(bright).min() < _SURE or (bits[:_BIT_ROWS] == bits[_BIT_ROWS:]).any():
        return None
    number = int(bits[:_BIT_ROWS].ravel() @ (1 << np.arange(_BIT_ROWS * _BIT_COLUMNS)))
    return number if number < PERIOD else None


def _middle(number: int, of: int, length: int) -> slice:
    """The middle third of one of equal parts, never empty."""
    start = (3 * number + 1) * length // (3 * of)
    return slice(start, max(start + 1, (3 * number + 2) * length // (3 * of)))
