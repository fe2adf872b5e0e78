"""A bundle: an OpenAPI document that refers to nothing but its own schemas."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

from contract.document_parts import MALFORMED, UNREAD
from contract.document_shape import EXAMPLE, LITERAL, SCHEMA, TEXT, inner_kind, is_judged, is_object
from contract.openapi import NAMES_TWICE
from deployment.references import NOWHERE, References, joined

_LOST: Final = object()
# Our own notes, and names that no reference leads to once all of them lead to components.
_LEFT_OUT: Final = {"document": (NAMES_TWICE, MALFORMED, UNREAD), SCHEMA: ("$id", "$anchor")}


@dataclass(slots=True)
class Bundler:
    """Puts what references lead to in their place.

    Schemas become components, since they may refer to themselves; all else is put where it is referred to. Examples
    are left out unless ``examples`` are asked for: in a run they judge nothing and are most of the bulk. What is of
    another form than OpenAPI gives it is left out too, and listed as ``MALFORMED`` with its place in the bundle, and as
    ``UNREAD`` where something that is judged stands in it. ``twice`` holds each name that an object has again, with the
    file and the line.
    """

    references: References
    examples: bool = False
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    schemas: dict[str, Any] = field(default_factory=dict)
    pending: list[tuple[str, Any, str]] = field(default_factory=list)
    underway: list[tuple[str, str]] = field(default_factory=list)
    twice: list[tuple[str, str, int]] = field(default_factory=list)
    malformed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unread: dict[str, None] = field(default_factory=dict)

    def bundled(self) -> dict[str, Any]:
        """The document. Raises ``SetupError`` where it refers to a file that is not there, or is too large."""
        root, location = self.references.root, self.references.location
        components = root.get("components")
        schemas = components.get("schemas") if isinstance(components, Mapping) else None
        own = schemas if isinstance(schemas, Mapping) else {}
        self.names = {(location, f"/components/schemas/{_escaped(name)}"): name for name in own}
        content: dict[str, Any] = self._walk(root, "document", location, ())
        while self.pending:
            name, schema, at = self.pending.pop()
            walked = self._walk(schema, SCHEMA, at, ("components", "schemas", name))
            self.schemas[name] = {} if walked is _LOST else walked
        if self.schemas:
            whole = content.setdefault("components", {})
            whole["schemas"] = {**(whole.get("schemas") or {}), **self.schemas}
        files = self.references.files.items()
        self.twice = [(at, name, line) for at, file in files for name, line in file.get(NAMES_TWICE, ())]
        twice = [f"{name} (line {line})" for _, name, line in self.twice]
        found = {NAMES_TWICE: twice, MALFORMED: list(self.malformed), UNREAD: list(self.unread)}
        return content | {name: listed for name, listed in found.items() if listed}

    def _walk(self, node: Any, kind: str, at: str, place: tuple[str, ...]) -> Any:
        self.references.count()
        self.references.check_depth(len(place))
        if kind == SCHEMA and isinstance(node, bool):
            return node
        if kind == EXAMPLE:
            return self._example(node, at, place)
        if kind.startswith("[") or (kind == LITERAL and isinstance(node, list)):
            if not isinstance(node, list):
                return self._lost(place, kind, "is no list")
            inner = kind[1:-1]
            walked = [self._walk(each, inner, at, (*place, str(number))) for number, each in enumerate(node)]
            return [each for each in walked if each is not _LOST]
        if kind == TEXT:
            return node if isinstance(node, str) else self._lost(place, kind, "is no text")
        if not isinstance(node, dict):
            return node if kind == LITERAL else self._lost(place, kind, "is no object")
        if is_object(kind) and "$ref" in node:
            if not isinstance(node["$ref"], str):
                return self._lost(place, kind, "has a $ref that is no text")
            return self._referred(node, kind, at, place)
        return self._fields(node, kind, at, place)

    def _fields(self, node: Mapping[str, Any], kind: str, at: str, place: tuple[str, ...]) -> dict[str, Any]:
        if kind == SCHEMA and isinstance(node.get("$id"), str):
            at = joined(at, node["$id"])
        left_out = _LEFT_OUT.get(kind, ())
        walked = {
            name: self._walk(value, inner, at, (*place, name))
            for name, value in node.items()
            if ((inner := inner_kind(kind, name)) != EXAMPLE or self.examples) and name not in left_out
        }
        return {name: value for name, value in walked.items() if value is not _LOST}

    def _example(self, node: Any, at: str, place: tuple[str, ...]) -> Any:
        """An example with what it refers to, at any depth: documents of the field refer to files from within values."""
        self.references.count()
        self.references.check_depth(len(place))
        node, at = self.references.followed(node, at)
        if isinstance(node, dict):
            return {name: self._example(value, at, (*place, name)) for name, value in node.items()}
        if isinstance(node, list):
            return [self._example(each, at, (*place, str(number))) for number, each in enumerate(node)]
        return node

    def _lost(self, place: tuple[str, ...], kind: str, problem: str) -> Any:
        said = f"{'.'.join(place)} {problem}"
        self.malformed[said] = place
        if is_judged(kind):
            self.unread[said] = None
        return _LOST

    def _referred(self, node: Mapping[str, Any], kind: str, at: str, place: tuple[str, ...]) -> Any:
        reference = node["$ref"]
        there, fragment = self.references.address(reference, at)
        rest = self._fields({name: value for name, value in node.items() if name != "$ref"}, kind, at, place)
        found = self.references.target(there, fragment, at)
        circular = kind != SCHEMA and (there, fragment) in self.underway
        if found is NOWHERE or circular:
            problem = "leads back to itself" if circular else "leads nowhere"
            self._lost(place, kind, f"refers to {reference!r}, which {problem}")
            return {**rest, "$ref": reference}
        if kind == SCHEMA:
            return {**rest, "$ref": f"#/components/schemas/{self._component(there, fragment, found)}"}
        self.underway.append((there, fragment))
        walked = self._walk(found, kind, there, place)
        self.underway.pop()
        return {**walked, **rest} if isinstance(walked, dict) else walked

    def _component(self, there: str, fragment: str, found: Any) -> str:
        name = self.names.get((there, fragment))
        if name is None:
            stem = re.sub(r"[^A-Za-z0-9._-]", "_", fragment.rsplit("/", 1)[-1] or Path(urlsplit(there).path).stem)
            taken = set(self.names.values())
            numbered = itertools.chain([stem or "schema"], map(f"{stem}-{{}}".format, itertools.count(2)))
            name = next(each for each in numbered if each not in taken)
            self.names[(there, fragment)] = name
            self.pending.append((name, found, there))
        return quote(_escaped(name), safe="~")


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
