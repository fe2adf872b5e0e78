"""A file that is made while it is read: it is sent without ever lying in memory or on a disk."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


_BUFFER: Final = 1 << 16


def streamed_file(pieces: Callable[[], Iterator[bytes]], size: int) -> IO[bytes]:
    """The bytes that ``pieces`` makes, ``size`` in all: read from the start to the end, any number of times."""
    return io.BufferedReader(_Streamed(pieces, size), _BUFFER)


class _Streamed(io.RawIOBase):
    """A file that can go to its start and to its end, and nowhere else."""

    def __init__(self, pieces: Callable[[], Iterator[bytes]], size: int) -> None:
        super().__init__()
        self._pieces, self._size = pieces, size
        self.seek(0)

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be read again, and its size can be asked for."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to the start or to the end. Raises ``io.UnsupportedOperation`` for any other place."""
        if offset != 0 or whence not in (os.SEEK_SET, os.SEEK_END):
            raise io.UnsupportedOperation("it is read from the start to the end")
        self._left = iter(()) if whence == os.SEEK_END else self._pieces()
        self._piece = memoryview(b"")
        self._at = self._size if whence == os.SEEK_END else 0
        return self._at

    def tell(self) -> int:
        """How many bytes were read."""
        return self._at

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read as many bytes as the buffer takes, fewer only at the end."""
        target, filled = memoryview(buffer).cast("B"), 0
        while filled < len(target):
            if not self._piece:
                piece = next(self._left, None)
                if piece is None:
                    break
                self._piece = memoryview(piece)
            taken = min(len(self._piece), len(target) - filled)
            target[filled : filled + taken] = self._piece[:taken]
            self._piece, filled = self._piece[taken:], filled + taken
        self._at += filled
        return filled
