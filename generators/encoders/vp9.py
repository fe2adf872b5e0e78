"""VP9 without a library: one gray key frame, shown again and again. "VP9 Bitstream & Decoding Process", version 0.6.

Every block is predicted from its neighbours and has no residual, so that all samples are what prediction starts from,
128. A frame that shows a stored one again is a single byte (section 6.2, show_existing_frame).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Final

from generators.encoders.bits import packed
from generators.encoders.streams import Stream
from generators.specs import VideoSpec

_SHOW_AGAIN: Final = b"\x88"
_SYNC_CODE: Final = 0x498342
# kf_partition_probs, section 10.4: for blocks of 8, 16, 32 and 64 samples, by whether left and above are smaller.
_PARTITION: Final = (
    (158, 97, 94),
    (93, 24, 99),
    (85, 119, 44),
    (62, 59, 67),
    (149, 53, 53),
    (94, 20, 48),
    (83, 53, 24),
    (52, 18, 18),
    (150, 40, 39),
    (78, 12, 26),
    (67, 33, 11),
    (24, 7, 5),
    (174, 35, 49),
    (68, 11, 27),
    (57, 15, 9),
    (12, 3, 3),
)
_SKIP: Final = (192, 128, 64)  # skip_prob, section 10.5, by how many of the neighbours skip
_LUMA_DC, _CHROMA_DC = 137, 144  # first of default_intra_mode and default_uv_mode between DC_PRED, section 10.4
_UPDATE: Final = 252  # diff_update_prob, section 6.3
_EVEN: Final = 128


def stream(spec: VideoSpec, group: int) -> Stream:
    """The stream of a solid specification: a key frame, shown up to ``group`` times."""
    return Stream(b"", (((_key_frame(spec), 1),),), (_SHOW_AGAIN,) * (min(group, spec.frames) - 1))


def _key_frame(spec: VideoSpec) -> bytes:
    columns = (spec.width + 63) // 64
    least, most = 0, 1
    while 64 << least < columns:
        least += 1
    while columns >> most >= 4:
        most += 1
    compressed = _compressed_header()
    bits = (
        "10"
        + "00"
        + "0"
        + "0"
        + "1"
        + "0"  # profile 0, a key frame to be shown
        + f"{_SYNC_CODE:024b}"
        + "0000"  # eight bits, 4:2:0, limited range
        + f"{spec.width - 1:016b}{spec.height - 1:016b}"
        + "0"
        + "01"
        + "00"  # contexts are not kept
        + "0" * 10  # no loop filter
        + "0" * 11  # lossless
        + "0"  # no segments
        + ("0" if least < most - 1 else "")
        + "0"  # as few tiles as the width allows
        + f"{len(compressed):016b}"
    )
    tiles = [_tile(spec, columns * n >> least, columns * (n + 1) >> least) for n in range(1 << least)]
    sized = b"".join(struct.pack(">I", len(tile)) + tile for tile in tiles[:-1])
    return packed(bits) + compressed + sized + tiles[-1]


def _compressed_header() -> bytes:
    """No probability is changed: those of coefficients in one flag, those of skipping in three, section 6.3."""
    coder = _Arithmetic()
    coder.put(0, _EVEN)
    for _ in _SKIP:
        coder.put(0, _UPDATE)
    return coder.to_bytes()


def _tile(spec: VideoSpec, first: int, end: int) -> bytes:
    """One tile: the columns of superblocks from ``first`` to before ``end``."""
    blocks = _Blocks((spec.height + 7) // 8, (spec.width + 7) // 8)
    for row in range(0, blocks.rows, 8):
        blocks.left = [0] * 8
        blocks.left_skips = [0] * 8
        for column in range(first * 8, min(end * 8, blocks.columns), 8):
            blocks.partition(row, column, 3)
    return blocks.coder.to_bytes()


@dataclass(slots=True)
class _Arithmetic:
    """The boolean coder of section 9.2, as an encoder; the first symbol is its marker."""

    low: int = 0
    range: int = 255
    shifted: int = 0

    def __post_init__(self) -> None:
        self.put(0, _EVEN)

    def put(self, symbol: int, probability: int) -> None:
        """Append one symbol; ``probability`` is that of 0, out of 256."""
        split = 1 + ((self.range - 1) * probability >> 8)
        if symbol:
            self.low += split
            self.range -= split
        else:
            self.range = split
        shift = 8 - self.range.bit_length()
        self.low <<= shift
        self.range <<= shift
        self.shifted += shift

    def to_bytes(self) -> bytes:
        """All symbols, with a byte of zeros behind them that no index marker can be taken for."""
        bits = self.shifted + 8
        padding = -bits % 8 + 8
        return (self.low << padding).to_bytes((bits + padding) // 8, "big")


@dataclass(slots=True)
class _Blocks:
    """Partitions and modes of a tile, sections 6.4.2 to 6.4.6; sizes in units of eight samples."""

    rows: int
    columns: int
    coder: _Arithmetic = field(default_factory=_Arithmetic)
    above: list[int] = field(init=False)
    above_skips: list[int] = field(init=False)
    left: list[int] = field(default_factory=list)
    left_skips: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.above = [0] * (self.columns + 8)
        self.above_skips = [0] * (self.columns + 8)

    def partition(self, row: int, column: int, log: int) -> None:
        """A square of 2 ** ``log`` units: whole where it fits, halved or quartered at the edges of the picture."""
        if row >= self.rows or column >= self.columns:
            return
        size, half = 1 << log, 1 << log >> 1
        fits_down, fits_across = row + half < self.rows, column + half < self.columns
        bit = 1 << 3 - log
        above = any(value & bit for value in self.above[column : column + size])
        left = any(value & bit for value in self.left[row & 7 : (row & 7) + size])
        probabilities = _PARTITION[4 * log + 2 * left + above]
        if fits_down and fits_across:
            self.coder.put(0, probabilities[0])
            self._block(row, column, size, size)
        elif fits_across:
            self.coder.put(0, probabilities[1])
            self._block(row, column, half, size)
        elif fits_down:
            self.coder.put(0, probabilities[2])
            self._block(row, column, size, half)
        else:
            for down in (0, half):
                for across in (0, half):
                    self.partition(row + down, column + across, log - 1)
            return
        self._remember(row, column, size, fits_down, fits_across)

    def _block(self, row: int, column: int, high: int, wide: int) -> None:
        self.coder.put(1, _SKIP[self.above_skips[column] + self.left_skips[row & 7]])
        self.coder.put(0, _LUMA_DC)
        self.coder.put(0, _CHROMA_DC)
        self.above_skips[column : column + wide] = [1] * wide
        self.left_skips[row & 7 : (row & 7) + high] = [1] * high

    def _remember(self, row: int, column: int, size: int, whole_down: bool, whole_across: bool) -> None:
        """What the next partition's context is made of, section 9.3: 15 shifted by the block's sides."""
        wide, high = size if whole_across else size >> 1, size if whole_down else size >> 1
        self.above[column : column + size] = [15 >> wide.bit_length()] * size
        self.left[row & 7 : (row & 7) + size] = [15 >> high.bit_length()] * size
