"""What a container holds: frames in groups, each a key frame and the frames that repeat its picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby

# Bytes and how often they stand there, one after the other: large frames are never held whole.
Parts = tuple[tuple[bytes, int], ...]


@dataclass(frozen=True, slots=True)
class Stream:
    """Encoded frames of one size and rate.

    Group ``n`` starts with key frame ``n`` modulo their number; the frames ``after`` it are the same in every group.
    Key frames are all of one length in bytes. ``private`` is the decoder's configuration, as containers keep it.
    """

    private: bytes
    keyframes: tuple[Parts, ...]
    after: tuple[bytes, ...] = ()

    @property
    def group(self) -> int:
        """How many frames a whole group has."""
        return 1 + len(self.after)

    def sizes(self) -> list[int]:
        """The length in bytes of each frame of a group."""
        return [length(self.keyframes[0]), *map(len, self.after)]


def length(parts: Parts) -> int:
    """How many bytes the parts have together."""
    return sum(len(part) * times for part, times in parts)


def joined(parts: Iterable[tuple[bytes, int]]) -> Parts:
    """The same bytes in fewer parts: neighbours that stand there once are put together."""
    together: list[tuple[bytes, int]] = []
    for once, group in groupby(parts, key=lambda part: part[1] == 1):
        neighbours = tuple(group)
        together += [(b"".join(part for part, _ in neighbours), 1)] if once else neighbours
    return tuple(together)


def repeated(part: bytes, times: int, most: int = 1 << 18) -> Iterator[bytes]:
    """``part`` ``times`` over in pieces of about ``most`` bytes."""
    together = max(1, most // max(1, len(part)))
    if times >= together:
        piece = part * together
        for _ in range(times // together):
            yield piece
    if times % together:
        yield part * (times % together)


def written(parts: Parts) -> Iterator[bytes]:
    """The bytes of the parts, piece by piece."""
    return chain.from_iterable(repeated(part, times) for part, times in parts)
