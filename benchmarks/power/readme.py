"""The table of the last power run in its page, between two marks, word for word as it was printed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

PAGE: Final = "docs/explanation/power.md"
BEGIN: Final = "<!-- power: written by `make power` -->"
END: Final = "<!-- /power -->"


class ReadmeError(Exception):
    """There is not exactly one place for the table: to write it could overwrite what people wrote."""


def put_into(file: str, lines: Sequence[str]) -> None:
    """Replace what stands between the marks of a file. Raises ``ReadmeError`` unless each stands there once."""
    path = Path(file)
    text = path.read_text(encoding="utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise ReadmeError(f"{file} has no one pair of marks; put {BEGIN} and {END} where the table belongs")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    path.write_text("\n".join([before + BEGIN, *lines, END]) + after, encoding="utf-8")
