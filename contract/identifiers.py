"""Ids as Geti writes them: 24 hex digits or a UUID. One id can be spelled in several ways, and is compared as one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, MutableSet
from typing import Final

_HEX: Final = "[0-9a-fA-F]"
_UUID: Final = rf"{_HEX}{{7}}(?:-{_HEX}{{4}}){{3}}-{_HEX}{{12}}"
# Every id of Geti within a text, and nothing shorter: 24 hex digits, or a UUID with or without hyphens. It begins with
# a set of characters, not with what must not stand before it: it is found four times as fast so.
IDENTIFIER: Final = re.compile(rf"{_HEX}(?<!{_HEX}{{2}})(?:{_HEX}{{23}}|{_HEX}{{31}}|{_UUID})(?!{_HEX})")


def canonical(text: str) -> str:
    """The spelling that ids are compared by: small letters, no hyphens, no braces; what is no id stays as it is."""
    bare = text[1:-1] if text[:1] + text[-1:] == "{}" else text
    return bare.replace("-", "").lower() if IDENTIFIER.fullmatch(bare) else text


def identifiers(text: str) -> set[str]:
    """Every id in a text, in its canonical spelling."""
    return {canonical(each) for each in IDENTIFIER.findall(text)}


class Ids(MutableSet[str]):
    """A set of ids in which every spelling of an id is that id; it yields the canonical one."""

    __slots__ = ("_held",)

    def __init__(self, ids: Iterable[str] = ()) -> None:
        self._held = set(map(canonical, ids))

    def __contains__(self, identifier: object) -> bool:
        return isinstance(identifier, str) and canonical(identifier) in self._held

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def __repr__(self) -> str:
        return f"Ids({sorted(self._held)})"

    def add(self, identifier: str) -> None:
        """Add one id."""
        self._held.add(canonical(identifier))

    def discard(self, identifier: str) -> None:
        """Remove one id, where it is held."""
        self._held.discard(canonical(identifier))

    def update(self, ids: Iterable[str]) -> None:
        """Add several ids."""
        self._held.update(map(canonical, ids))
