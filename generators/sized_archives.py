"""Zip archives of an exact number of bytes, in memory that does not grow: one member of zeros, stored.

PKWARE's APPNOTE 6.3.10: sections 4.3.7 (local header), 4.3.12 (directory) and 4.3.14 to 4.3.16 (its ends); what does
not fit into four bytes stands in the fields of Zip64, section 4.5.3.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from functools import cache
from typing import Final

from generators.encoders.streams import repeated
from generators.specs import UnrepresentableError

_NAME: Final = b"zeros.bin"
_FIRST_DAY: Final = 0x21  # 1980-01-01
_FOUR_BYTES: Final = 0xFFFFFFFF
_PIECE: Final = bytes(1 << 20)


def sized_archive(size: int) -> Iterator[bytes]:
    """The pieces of a zip archive of exactly ``size`` bytes.

    Raises ``UnrepresentableError`` where that is less than an archive with an empty member has.
    """
    wide = size > _FOUR_BYTES
    zeros = size - sum(map(len, _around(0, 0, wide=wide)))
    if zeros < 0:
        raise UnrepresentableError(f"no zip archive with a member has {size} bytes")
    head, tail = _around(zeros, _checksum(zeros), wide=wide)
    return _joined(head, zeros, tail)


def _joined(head: bytes, zeros: int, tail: bytes) -> Iterator[bytes]:
    yield head
    yield from repeated(b"\0", zeros)
    yield tail


@cache
def _checksum(zeros: int) -> int:
    whole, rest = divmod(zeros, len(_PIECE))
    checksum = 0
    for _ in range(whole):
        checksum = zlib.crc32(_PIECE, checksum)
    return zlib.crc32(_PIECE[:rest], checksum)


def _around(zeros: int, checksum: int, *, wide: bool) -> tuple[bytes, bytes]:
    """What stands before and behind the zeros; ``wide`` with the fields of Zip64, as a large archive needs them."""
    version, stated = (45, _FOUR_BYTES) if wide else (20, zeros)
    extra = struct.pack("<HHQQ", 1, 16, zeros, zeros) if wide else b""
    member = struct.pack("<HHHHHIIIHH", version, 0, 0, 0, _FIRST_DAY, checksum, stated, stated, len(_NAME), len(extra))
    head = b"PK\3\4" + member + _NAME + extra
    entry = b"PK\1\2" + struct.pack("<H", version) + member + struct.pack("<HHHII", 0, 0, 0, 0, 0) + _NAME + extra
    start = len(head) + zeros
    end = b""
    if wide:
        end += b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, version, version, 0, 0, 1, 1, len(entry), start)
        end += b"PK\6\7" + struct.pack("<IQI", 0, start + len(entry), 1)
    end += b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry), _FOUR_BYTES if wide else start, 0)
    return head, entry + end
