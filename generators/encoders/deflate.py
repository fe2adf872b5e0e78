"""Deflate streams of repeated data in closed form: the cost is that of the stream, not of the pixels.

RFC 1950 (zlib) and RFC 1951 (deflate). A run is one dynamic block that says "258 bytes, one period back" over and
over, two bits each: deflate's bound of 1032:1.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Final

from generators.encoders.bits import Bits
from generators.encoders.streams import Parts

HEADER: Final = b"\x78\x01"  # RFC 1950 section 2.2: deflate, a window of 32 KiB, the fastest level
END: Final = b"\x03\x00"  # a last block with fixed codes and nothing in it
_LONGEST: Final = 258
_END_OF_BLOCK: Final = 256
_FEW_BYTES: Final = 1 << 14  # up to here going through the data is faster than the closed form
_LONGEST_SYMBOL: Final = 285
_MODULUS: Final = 65_521
# The order in which the lengths of the length codes are written, RFC 1951 section 3.2.7.
_ORDER: Final = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)
# The eight symbols that get a length code of three bits; those not needed make the tree complete.
_LENGTH_ALPHABET: Final = (0, 1, 2, 3, 4, 5, 6, 18)
_ZEROS: Final = 18


@dataclass(slots=True)
class Adler:
    """The checksum of RFC 1950 section 8.2 over data that repeat, without going through them."""

    low: int = 1
    high: int = 0

    def add(self, block: bytes, times: int = 1) -> None:
        """Count ``block`` in, ``times`` over."""
        value, length = zlib.adler32(block, 0), len(block)
        total, weighted = value & 0xFFFF, value >> 16
        self.high += times * (length * self.low + weighted) + length * total * (times * (times - 1) // 2)
        self.low += times * total
        self.low, self.high = self.low % _MODULUS, self.high % _MODULUS

    def digest(self) -> bytes:
        """The four bytes that end a zlib stream."""
        return struct.pack(">I", self.high << 16 | self.low)


def flushed(data: bytes) -> bytes:
    """``data`` deflated to whole bytes that neither end the stream nor refer to what comes before them."""
    deflate = zlib.compressobj(1, zlib.DEFLATED, -15)
    return deflate.compress(data) + deflate.flush(zlib.Z_FULL_FLUSH)


def tiled(rows: list[bytes], height: int) -> tuple[bytes, int, bytes]:
    """What follows ``HEADER`` in the zlib stream of ``rows`` over and over, ``height`` rows in all.

    The deflated block of all ``rows``, how often it is repeated, and the end of the stream.
    """
    times, left = divmod(height, len(rows))
    block, rest = b"".join(rows), b"".join(rows[:left])
    adler = Adler()
    adler.add(block, times)
    adler.add(rest)
    return flushed(block), times, flushed(rest) + END + adler.digest()


def run(unit: bytes, times: int) -> Parts:
    """The zlib stream of ``unit`` (1…4 bytes) ``times`` over."""
    total, adler = len(unit) * times, Adler()
    if total <= _FEW_BYTES:
        return ((zlib.compress(unit * times, 1), 1),)
    adler.add(unit, times)
    lead = len(unit) + (total - len(unit)) % _LONGEST
    codes = _codes({_END_OF_BLOCK: 1, _LONGEST_SYMBOL: 1})
    block = _block(codes, len(unit) - 1, [(_LONGEST_SYMBOL, None)], (total - lead) // _LONGEST)
    return ((HEADER + flushed((unit * (lead // len(unit) + 1))[:lead]), 1), *block, (adler.digest(), 1))


def zero_rows(first: bytes, marker: int, zeros: int, rows: int) -> Parts:
    """The zlib stream of ``first`` and then ``rows`` rows of one byte ``marker`` (1…255) and ``zeros`` zero bytes."""
    if len(first) + rows * (1 + zeros) <= _FEW_BYTES:
        return ((zlib.compress(first + (bytes((marker,)) + bytes(zeros)) * rows, 1), 1),)
    adler = Adler()
    adler.add(first)
    adler.add(bytes((marker,)) + bytes(zeros), rows)
    whole, rest = divmod(zeros - 1, _LONGEST)
    row: list[tuple[int, tuple[int, int] | None]] = [(marker, None), (0, None), *[(_LONGEST_SYMBOL, None)] * whole]
    remainder = 1 + marker % 255  # a literal that is never written keeps the tree complete
    if rest >= 3:
        remainder, extra = _length_symbol(rest)
        row.append((remainder, extra))
    else:
        row += [(0, None)] * rest
    codes = _codes({_LONGEST_SYMBOL: 1, 0: 3, marker: 3, _END_OF_BLOCK: 3, remainder: 3})
    return ((HEADER + flushed(first), 1), *_block(codes, 0, row, rows), (adler.digest(), 1))


@dataclass(slots=True)
class _Bits(Bits):
    """Bits as deflate packs them: Huffman codes with their first bit first."""

    def code(self, code: tuple[int, int]) -> None:
        value, count = code
        self.put(int(f"{value:0{count}b}"[::-1], 2), count)

    def repeat(self, unit: Bits, times: int) -> Parts:
        """Append ``unit`` ``times`` over and take the whole bytes out; less than a byte is left.

        Eight repetitions are whole bytes, so that from the second eight on the same bytes come again.
        """
        eights, rest = divmod(times, 8)
        for _ in range(rest):
            self.put(unit.value, unit.length)
        if not eights:
            return ((self._taken(), 1),)
        eight = sum(unit.value << unit.length * number for number in range(8))
        self.put(eight, 8 * unit.length)
        head = self._taken()
        period = (eight << self.length | self.value) & ((1 << 8 * unit.length) - 1)
        return ((head, 1), (period.to_bytes(unit.length, "little"), eights - 1))

    def _taken(self) -> bytes:
        whole, self.length = divmod(self.length, 8)
        data = self.value & ((1 << 8 * whole) - 1)
        self.value >>= 8 * whole
        return data.to_bytes(whole, "little")


def _codes(lengths: dict[int, int]) -> dict[int, tuple[int, int]]:
    """The canonical code and its length for each symbol, RFC 1951 section 3.2.2."""
    codes, code, longest = {}, 0, 0
    for length, symbol in sorted((length, symbol) for symbol, length in lengths.items()):
        code <<= length - longest
        codes[symbol] = (code, length)
        code, longest = code + 1, length
    return codes


def _block(
    codes: dict[int, tuple[int, int]], distance: int, pattern: list[tuple[int, tuple[int, int] | None]], times: int
) -> Parts:
    """A dynamic block of ``pattern`` ``times`` over, and the end of the stream.

    ``pattern`` holds symbols and, for lengths, extra bits (value, count); ``distance`` is the one distance symbol used.
    """
    bits = _dynamic_header(codes, distance)
    unit = _Bits()
    for symbol, extra in pattern:
        unit.code(codes[symbol])
        if symbol > _END_OF_BLOCK:
            if extra is not None:
                unit.put(*extra)
            unit.put(0, 1)  # the distance, whose code is one bit
    repeated = bits.repeat(unit, times)
    bits.code(codes[_END_OF_BLOCK])
    bits.put(0b011, 10)
    return (*repeated, (bits.to_bytes(), 1))


def _dynamic_header(codes: dict[int, tuple[int, int]], distance: int) -> _Bits:
    """The head of a dynamic block that is not the last, RFC 1951 section 3.2.7."""
    lengths = [codes.get(symbol, (0, 0))[1] for symbol in range(_LONGEST_SYMBOL + 1)] + [0] * distance + [1]
    bits = _Bits()
    bits.put(0, 1)
    bits.put(2, 2)
    bits.put(_LONGEST_SYMBOL + 1 - 257, 5)
    bits.put(distance, 5)
    bits.put(len(_ORDER) - 4, 4)
    for symbol in _ORDER:
        bits.put(3 if symbol in _LENGTH_ALPHABET else 0, 3)
    at = 0
    while at < len(lengths):
        zeros = next((number for number, length in enumerate(lengths[at : at + 138]) if length), 138)
        if zeros >= 11:
            bits.code((_LENGTH_ALPHABET.index(_ZEROS), 3))
            bits.put(zeros - 11, 7)
            at += zeros
        else:
            bits.code((_LENGTH_ALPHABET.index(lengths[at]), 3))
            at += 1
    return bits


def _length_symbol(length: int) -> tuple[int, tuple[int, int]]:
    """The symbol of a match of 3…257 bytes and its extra bits (value, count), RFC 1951 section 3.2.5."""
    offset = length - 3
    count = max(0, offset.bit_length() - 3)
    return 257 + (count << 2) + (offset >> count), (offset & ((1 << count) - 1), count)
