"""Bits as bytes: least significant first for deflate and VP8L, most significant first for all others."""

from __future__ import annotations

from dataclasses import dataclass


def packed(digits: str) -> bytes:
    """Binary digits as whole bytes, the first digit the most significant, filled up with zeros."""
    digits += "0" * (-len(digits) % 8)
    return int(digits, 2).to_bytes(len(digits) // 8, "big")


@dataclass(slots=True)
class Bits:
    """A growing run of bits, the least significant first; ``length`` counts them."""

    value: int = 0
    length: int = 0

    def put(self, value: int, count: int) -> None:
        """Append the lowest ``count`` bits that ``value`` holds."""
        self.value |= value << self.length
        self.length += count

    def to_bytes(self) -> bytes:
        """The bits as whole bytes, filled up with zeros."""
        return self.value.to_bytes((self.length + 7) // 8, "little")
