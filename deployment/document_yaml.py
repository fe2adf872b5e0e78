"""YAML 1.2 with its core schema, which is the one that OpenAPI means: ``no`` is a text, ``010`` is ten.

PyYAML's parser reads the text; its constructor, which is one of YAML 1.1 and recurses, is not used. What is built here
grows with the text alone, whatever its aliases and merges say.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

# Documents of the field stay below 40; what walks one recurses.
MAX_DEPTH: Final = 100
# More than the largest document of the field holds: each object, list and value counts.
MAX_PARTS: Final = 2_000_000
_MAX_MERGED: Final = 1_000_000
_TAG: Final = "tag:yaml.org,2002:"
_MERGE: Final = object()
# YAML 1.2.2, 10.3.2.
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGERS: Final = ((re.compile(r"[-+]?[0-9]+"), 10), (re.compile(r"0o[0-7]+"), 8), (re.compile(r"0x[0-9a-fA-F]+"), 16))
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NO_JSON: Final = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


class NotYamlError(Exception):
    """A text that is no YAML of JSON's values: ``line`` counts from 1; 0 where it is not known."""

    def __init__(self, problem: str, line: int) -> None:
        super().__init__(f"{problem} (line {line})" if line else problem)
        self.line = line


class _Parser(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The parser of libyaml, where PyYAML has it."""


def parser_of(text: str) -> Any:
    """What makes events of a text, by ``check_event`` and ``get_event``; to be disposed of."""
    return _Parser(text)


@dataclass(slots=True)
class _Collection:
    """A list or a map that is being read; ``name`` is that of the value that comes next, None where a name comes.

    ``line`` is that of the name.
    """

    value: list[Any] | dict[str, Any]
    anchor: str | None
    name: Any = None
    line: int = 0
    merged: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class _Builder:
    """What the events of a text come to; ``repeated`` notes each name that an object has again, with its line."""

    repeated: list[tuple[dict[str, Any], str, int]] = field(default_factory=list)
    anchors: dict[str, Any] = field(default_factory=dict)
    open: list[_Collection] = field(default_factory=list)
    root: Any = None
    parts: int = 0
    documents: int = 0
    merged: int = 0

    def take(self, event: Any) -> None:
        line = event.start_mark.line + 1
        self.parts += 1
        if self.parts > MAX_PARTS:
            raise NotYamlError(f"more than {MAX_PARTS:,} parts", line)
        match event:
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    raise NotYamlError("a second document", line)
            case yaml.AliasEvent():
                if event.anchor not in self.anchors:
                    raise NotYamlError(f"*{event.anchor} names nothing that is complete before it", line)
                self._add(self.anchors[event.anchor], line)
            case yaml.ScalarEvent():
                names = bool(self.open) and isinstance(self.open[-1].value, dict) and self.open[-1].name is None
                value = _name(event) if names else _scalar(event, line)
                if event.anchor:
                    self.anchors[event.anchor] = value
                self._add(value, line)
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                of_map = isinstance(event, yaml.MappingStartEvent)
                if event.tag not in (None, "!", _TAG + ("map" if of_map else "seq")):
                    raise NotYamlError(f"a tag that JSON has no value for: {event.tag}", line)
                if len(self.open) >= MAX_DEPTH:
                    raise NotYamlError(f"nested deeper than {MAX_DEPTH} levels", line)
                self.open.append(_Collection({} if of_map else [], event.anchor))
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                done = self.open.pop()
                if isinstance(done.value, dict):
                    for name, value in done.merged.items():
                        done.value.setdefault(name, value)
                if done.anchor:
                    self.anchors[done.anchor] = done.value
                self._add(done.value, line)

    def _add(self, value: Any, line: int) -> None:
        if not self.open:
            self.root = value
            return
        holder = self.open[-1]
        if isinstance(holder.value, list):
            holder.value.append(value)
        elif holder.name is None:
            if value is not _MERGE and not isinstance(value, str):
                raise NotYamlError("a name that is no text", line)
            holder.name, holder.line = value, line
        elif holder.name is _MERGE:
            self._merge(holder, value, line)
            holder.name = None
        else:
            if holder.name in holder.value:
                self.repeated.append((holder.value, holder.name, holder.line))
            holder.value[holder.name] = value
            holder.name = None

    def _merge(self, holder: _Collection, value: Any, line: int) -> None:
        for merged in value if isinstance(value, list) else [value]:
            if not isinstance(merged, dict):
                raise NotYamlError("<< takes an object", line)
            self.merged += len(merged)
            if self.merged > _MAX_MERGED:
                raise NotYamlError(f"<< repeats more than {_MAX_MERGED:,} names", line)
            for name, each in merged.items():
                holder.merged.setdefault(name, each)


def read_yaml(text: str) -> tuple[Any, list[tuple[dict[str, Any], str, int]]]:
    """The value of a text and the names that stand again in one object: the object, the name and the line.

    Names are texts as they are written; of one that stands twice the last counts. Raises ``NotYamlError``.
    """
    builder, parser = _Builder(), None
    try:
        parser = parser_of(text)
        while parser.check_event():
            builder.take(parser.get_event())
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise NotYamlError("no YAML", mark.line + 1 if mark else 0) from None
    except UnicodeError:
        raise NotYamlError("a character that no text has", 0) from None
    finally:
        if parser is not None:
            parser.dispose()
    return builder.root, builder.repeated


def _name(event: Any) -> Any:
    return _MERGE if event.value == "<<" and event.implicit[0] else event.value


def _scalar(event: Any, line: int) -> Any:
    tag = event.tag.removeprefix(_TAG) if event.tag else ""
    if tag in ("str", "!") or (not tag and not event.implicit[0]):
        return event.value
    if tag not in ("", "null", "bool", "int", "float"):
        raise NotYamlError(f"a tag that JSON has no value for: {event.tag}", line)
    return _resolved(event.value, line)


def _resolved(text: str, line: int) -> Any:
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    for pattern, base in _INTEGERS:
        if pattern.fullmatch(text):
            try:
                return int(text, base)
            except ValueError:
                raise NotYamlError("a number of thousands of digits", line) from None
    if _NO_JSON.fullmatch(text) or (_FLOAT.fullmatch(text) and not math.isfinite(float(text))):
        raise NotYamlError(f"a number that JSON does not have: {text[:20]}", line)
    return float(text) if _FLOAT.fullmatch(text) else text
