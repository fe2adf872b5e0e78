"""A zip of an exact number of bytes opens, beyond 4 GiB too, and is made while it is read."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from generators.sized_archives import sized_archive
from generators.specs import UnrepresentableError
from generators.streamed import streamed_file


@pytest.mark.parametrize("size", [116, 300, 20_001, 3_000_000])
def test_it_has_the_size_and_opens(size: int) -> None:
    content = b"".join(sized_archive(size))
    assert len(content) == size
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert archive.infolist()[0].file_size == size - 116


def test_beyond_4_gib_it_is_a_zip64(tmp_path: Path) -> None:
    size, path = 2**32 + 1, tmp_path / "archive.zip"
    with path.open("wb") as file:
        for piece in sized_archive(size):
            if piece.strip(b"\0"):
                file.write(piece)
            else:
                file.seek(len(piece), os.SEEK_CUR)  # a hole, in place of zeros
    assert path.stat().st_size == size
    with zipfile.ZipFile(path) as archive:
        (member,) = archive.infolist()
    assert 2**32 - 1000 < member.file_size < size
    assert member.extract_version == 45


def test_there_is_none_of_a_few_bytes() -> None:
    with pytest.raises(UnrepresentableError, match="no zip archive with a member has 115 bytes"):
        sized_archive(115)


def test_a_streamed_file_is_read_again_from_its_start_and_has_a_size() -> None:
    file = streamed_file(lambda: iter((b"abc", b"", b"defgh")), 8)
    assert file.seek(0, os.SEEK_END) == 8
    assert file.read() == b""
    for _ in range(2):
        file.seek(0)
        assert (file.read(4), file.tell(), file.read()) == (b"abcd", 4, b"efgh")
