"""What containers hold, frames in groups, and files as pieces: repeated, filled up, never held whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Final

from generators.specs import VideoSpec

# Bytes and how often they are repeated: large frames are never held whole.
Parts = tuple[tuple[bytes, int], ...]
# Whoever wants the last frame decodes no more frames than these, even of the largest size.
GROUP: Final = 30
_PIECE: Final = 1 << 18


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


StreamOf = Callable[[VideoSpec, int], Stream]
"""How a container asks a codec for a stream: of a specification, in groups of at most so many frames."""


def length(parts: Parts) -> int:
    """How many bytes the parts have together."""
    return sum(len(part) * times for part, times in parts)


def joined(parts: Iterable[tuple[bytes, int]]) -> Parts:
    """The same bytes in fewer parts: neighbours that are not repeated are put together."""
    together: list[tuple[bytes, int]] = []
    for once, group in groupby(parts, key=lambda part: part[1] == 1):
        neighbours = tuple(group)
        together += [(b"".join(part for part, _ in neighbours), 1)] if once else neighbours
    return tuple(together)


def repeated(part: bytes, times: int) -> Iterator[bytes]:
    """``part`` ``times`` over in pieces of about 256 KiB."""
    together = max(1, _PIECE // max(1, len(part)))
    if times >= together:
        piece = part * together
        for _ in range(times // together):
            yield piece
    if times % together:
        yield part * (times % together)


def written(parts: Parts) -> Iterator[bytes]:
    """The bytes of the parts, piece by piece."""
    return chain.from_iterable(repeated(part, times) for part, times in parts)


def segments(total: int, least: int, most: int) -> list[int]:
    """``total`` bytes as sizes of ``least`` to ``most`` bytes each. Raises ``ValueError`` where it is too little."""
    if total < least:
        raise ValueError
    whole, rest = divmod(total, most)
    sizes = [most] * whole + ([rest] if rest else [])
    if rest and rest < least:
        sizes[-2:] = [most - least, rest + least]
    return sizes


def inserted(pieces: Iterable[bytes], at: int, filler: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces with ``filler`` behind their first ``at`` bytes."""
    source, head = iter(pieces), b""
    while len(head) < at:
        head += next(source)
    yield head[:at]
    yield from filler
    yield head[at:]
    yield from source
