"""Text as reports hold it: a deployment may answer characters that move a cursor or turn text around."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any, Final

# Controls, formats (bidirectional overrides, zero widths), surrogates, private use, unassigned, line separators.
_ACTIVE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def escape(text: str, *, lines: bool = False) -> str:
    """``text`` with every character that shows no sign as ``<U+202E>``; ``lines`` keeps line ends and tabs."""
    if text.isascii() and text.isprintable():
        return text
    kept = "\n\t" if lines else ""
    return "".join(
        f"<U+{ord(one):04X}>" if one not in kept and unicodedata.category(one) in _ACTIVE else one for one in text
    )


def escape_value(value: Any) -> Any:
    """A JSON value with every text in it escaped, keys included; line ends stay."""
    if isinstance(value, str):
        return escape(value, lines=True)
    if isinstance(value, dict):
        return {escape(str(key)): escape_value(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [escape_value(each) for each in value]
    return value


def count(number: int, noun: str) -> str:
    """``1 case``, ``1,301 cases``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def named(names: Sequence[str], most: int = 6) -> str:
    """The first of several names, and how many there are besides: ``a, b, c and 97 more``."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")
