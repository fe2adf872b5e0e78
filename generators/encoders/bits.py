"""Bits in the order that deflate and VP8L share: least significant first."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Bits:
    """A growing run of bits; ``length`` counts them."""

    value: int = 0
    length: int = 0

    def put(self, value: int, count: int) -> None:
        """Append the lowest ``count`` bits that ``value`` holds."""
        self.value |= value << self.length
        self.length += count

    def to_bytes(self) -> bytes:
        """The bits as whole bytes, filled up with zeros."""
        return self.value.to_bytes((self.length + 7) // 8, "little")
