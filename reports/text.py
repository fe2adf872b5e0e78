"""Words of a deployment made escape: what it answers may hold escapes that move a cursor or turn text around."""

from __future__ import annotations

import unicodedata
from typing import Any, Final

# Controls, formats (bidirectional overrides, zero widths), surrogates, private use, unassigned, line separators.
_ACTIVE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def escape(text: str, *, lines: bool = False) -> str:
    """``text`` with every character that is no sign as ``<U+202E>``; ``lines`` keeps line ends and tabs."""
    kept = "\n\t" if lines else ""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        f"<U+{ord(one):04X}>" if one not in kept and unicodedata.category(one) in _ACTIVE else one for one in text
    )


def inert_value(value: Any) -> Any:
    """A JSON value with every text in it, keys included, made escape; line ends stay."""
    if isinstance(value, str):
        return escape(value, lines=True)
    if isinstance(value, dict):
        return {escape(str(key)): inert_value(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [inert_value(each) for each in value]
    return value
