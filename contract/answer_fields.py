"""What the answers of an operation are made of: which fields are there, of which type, and how often each was.

A path names a field: ``media[].name``, with ``[]`` for the entries of a list; the whole body is "". A key that is data
(an id, a number, a name in capitals) is ``{}``.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

# So many answers of an operation are looked at, of a list so many entries, and nothing deeper or beyond so many fields.
ENOUGH: Final = 60
_ENTRIES: Final = 4
_DEEPEST: Final = 8
_MOST_FIELDS: Final = 400
# A field that was always there is missed only where what holds it was seen so often on both sides.
_FEWEST: Final = 10
_DATA: Final = re.compile(r"[^a-z]*|.*[0-9a-fA-F-]{24,}.*")

Types = Mapping[str, int]
Fields = defaultdict[str, Counter[str]]


def no_fields() -> Fields:
    """Where nothing was looked at yet."""
    return defaultdict(Counter)


def note_fields(fields: Fields, body: Any, path: str = "") -> None:
    """Count the fields of one answer."""
    if path not in fields and len(fields) >= _MOST_FIELDS:
        return
    fields[path][_type(body)] += 1
    if path.count(".") + path.count("[]") >= _DEEPEST:
        return
    if isinstance(body, dict):
        for key, value in body.items():
            note_fields(fields, value, f"{path}.{'{}' if _DATA.fullmatch(key) else key}".removeprefix("."))
    elif isinstance(body, list):
        for entry in body[:_ENTRIES]:
            note_fields(fields, entry, f"{path}[]")


def lost_fields(first: Mapping[str, Types], second: Mapping[str, Types]) -> Iterator[str]:
    """What the first side always answers and the second never, in words: a field, or a type of its value."""
    for path, types in first.items():
        parent = path.rpartition(".")[0] if not path.endswith("[]") else ""
        now, name = second.get(path), path or "the body"
        if now is None:
            often = min(each.get(parent, {}).get("object", 0) for each in (first, second))
            if "[]" not in path.removeprefix(parent) and often >= _FEWEST and _always(first, path, parent):
                yield f"{name} is no longer there"
        elif min(sum(types.values()), sum(now.values())) >= _FEWEST and not _kinds(types) & _kinds(now):
            yield f"{name} was {_words(types)}, and is {_words(now)}"


def _always(fields: Mapping[str, Types], path: str, parent: str) -> bool:
    return sum(fields[path].values()) == fields[parent].get("object", 0)


def _kinds(types: Types) -> set[str]:
    """The types that say something: a whole number is a number, and null may stand for any."""
    kinds = {"number" if each == "integer" else each for each in types}
    return kinds - {"null"} or {"number", "object", "array", "string", "boolean"}


def _words(types: Types) -> str:
    return " or ".join(sorted(_kinds(types)))


def _type(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    names = {int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "string")
