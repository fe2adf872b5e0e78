"""In which line of its text each part of a JSON or YAML file stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from deployment.document_yaml import parser_of

Pointer = tuple[str, ...]
# RFC 8259: a string, a number or a name of a literal, or what structures them.
_JSON_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]|[^\s,:{}\[\]"]+')
_OPEN, _CLOSE, _VALUE = "open", "close", "value"
# What stands at a line: a map (True) or a list that opens, one that closes, or a value with its text.
_Token = tuple[str, Any, int]


@dataclass(slots=True)
class Lines:
    """The lines of a file, counted from 1, by the names that lead to a part of it.

    That of a part is the line of its name; ``repeated`` are the names that an object has again.
    """

    lines: dict[Pointer, int] = field(default_factory=dict)
    repeated: list[tuple[Pointer, int]] = field(default_factory=list)

    def line(self, pointer: Pointer) -> int:
        """The line of a part, or of the nearest part that it belongs to."""
        ends = range(len(pointer), -1, -1)
        return next((self.lines[pointer[:end]] for end in ends if pointer[:end] in self.lines), 1)


@dataclass(slots=True)
class _Collection:
    """A map or a list that is being read at a pointer; ``name`` is that of the value that comes next in a map."""

    pointer: Pointer
    is_map: bool
    name: str | None = None
    entries: int = 0

    def next_pointer(self, text: Any) -> Pointer:
        """The pointer of what comes next, with ``text`` where that is a name."""
        if not self.is_map:
            return (*self.pointer, str(self.entries))
        return (*self.pointer, str(text) if self.name is None else self.name)


def lines_of(text: str) -> Lines:
    """The lines of a text that is JSON, or else YAML; as far as it can be read."""
    found, open_ones = Lines(), list[_Collection]()
    for token, value, line in _json_tokens(text) if _is_json(text) else _yaml_tokens(text):
        if token == _CLOSE:
            open_ones.pop()
            continue
        holder = open_ones[-1] if open_ones else None
        pointer = () if holder is None else holder.next_pointer(value)
        if holder is not None and holder.is_map and holder.name is None:
            if pointer in found.lines:
                found.repeated.append((pointer, line))
            found.lines[pointer], holder.name = line, pointer[-1]
            continue
        found.lines.setdefault(pointer, line)
        if holder is not None:
            holder.name, holder.entries = None, holder.entries + 1
        if token == _OPEN:
            open_ones.append(_Collection(pointer, is_map=value))
    return found


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _json_tokens(text: str) -> Iterator[_Token]:
    line, last = 1, 0
    for match in _JSON_TOKEN.finditer(text):
        line, last = line + text.count("\n", last, match.start()), match.start()
        word = match[0]
        if word in "{[":
            yield _OPEN, word == "{", line
        elif word in "}]":
            yield _CLOSE, None, line
        else:
            yield _VALUE, json.loads(word) if "\\" in word else word.strip('"'), line


def _yaml_tokens(text: str) -> Iterator[_Token]:
    parser = None
    try:
        parser = parser_of(text)
        while parser.check_event():
            event = parser.get_event()
            line = event.start_mark.line + 1
            match event:
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    yield _OPEN, isinstance(event, yaml.MappingStartEvent), line
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    yield _CLOSE, None, line
                case yaml.ScalarEvent():
                    yield _VALUE, event.value, line
                case yaml.AliasEvent():
                    yield _VALUE, f"*{event.anchor}", line
    except (yaml.YAMLError, UnicodeError):
        return
    finally:
        if parser is not None:
            parser.dispose()
