"""A bundle: an OpenAPI document in which every reference is resolved, with what the document declares counted apart."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

from contract.document_shape import (
    EXAMPLE,
    LITERAL,
    METHODS,
    SCHEMA,
    TEXT,
    inner_kind,
    is_judged,
    is_no_operation,
    is_object,
)
from contract.openapi import MALFORMED, NAMES_TWICE, UNREAD, part
from deployment.document_text import HINT
from deployment.document_yaml import MAX_DEPTH
from deployment.errors import SetupError

# More than a document of the largest size holds; references and aliases can multiply what it says.
_MAX_PARTS: Final = 2_000_000
_LOST: Final = object()
# Our own notes, and names that no reference leads to once all of them lead to components.
_LEFT_OUT: Final = {"document": (NAMES_TWICE, MALFORMED, UNREAD), SCHEMA: ("$id", "$anchor")}
Read = Callable[[str], dict[str, Any]]


@dataclass(slots=True)
class Bundler:
    """Resolves the references of ``root``, the document at ``location``; ``read(location)`` parses another file.

    Schemas become components, since they may refer to themselves; all else is put where it is referred to. Examples
    are left out: they judge nothing and are most of the bulk. What is of another form than OpenAPI gives it is left out
    too, and listed as ``MALFORMED``, and as ``UNREAD`` where something that is judged stands in it.
    """

    root: dict[str, Any]
    location: str
    read: Read
    resources: dict[str, Any] = field(default_factory=dict)
    anchors: dict[tuple[str, str], Any] = field(default_factory=dict)
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    schemas: dict[str, Any] = field(default_factory=dict)
    pending: list[tuple[str, Any, str]] = field(default_factory=list)
    underway: list[tuple[str, str]] = field(default_factory=list)
    malformed: dict[str, None] = field(default_factory=dict)
    unread: dict[str, None] = field(default_factory=dict)
    parts: int = 0

    def bundled(self) -> dict[str, Any]:
        """The document. Raises ``SetupError`` where it refers to a file that is not there, or is too large."""
        self._register(self.root, self.location, 0)
        components = self.root.get("components")
        schemas = components.get("schemas") if isinstance(components, Mapping) else None
        own = schemas if isinstance(schemas, Mapping) else {}
        self.names = {(self.location, f"/components/schemas/{_escaped(name)}"): name for name in own}
        content: dict[str, Any] = self._walk(self.root, "document", self.location, ())
        while self.pending:
            name, schema, at = self.pending.pop()
            walked = self._walk(schema, SCHEMA, at, ("components", "schemas", name))
            self.schemas[name] = {} if walked is _LOST else walked
        if self.schemas:
            whole = content.setdefault("components", {})
            whole["schemas"] = {**(whole.get("schemas") or {}), **self.schemas}
        files = {id(file): file for file in self.resources.values() if isinstance(file, Mapping)}.values()
        twice = [name for file in files for name in file.get(NAMES_TWICE, ())]
        found = {NAMES_TWICE: twice, MALFORMED: list(self.malformed), UNREAD: list(self.unread)}
        return content | {name: listed for name, listed in found.items() if listed}

    def declared(self) -> frozenset[str]:
        """Every operation, parameter and body that the document declares, read from it as it was before bundling."""
        found: set[str] = set()
        for path, item in self.root["paths"].items():
            if not path.startswith("x-"):
                found |= set(self._declared(path, *self._followed(item, self.location)))
        hooks = self.root.get("webhooks")
        return frozenset(found | {f"webhook {name}" for name in (hooks if isinstance(hooks, Mapping) else ())})

    def _declared(self, path: str, item: Any, at: str) -> Iterator[str]:
        if not isinstance(item, Mapping):
            yield path
            return
        for name, definition in item.items():
            if is_no_operation(name) or not (isinstance(definition, Mapping) or name.lower() in METHODS):
                continue
            operation = f"{name.upper() if name in METHODS else name} {path}"
            yield operation
            if not isinstance(definition, Mapping):
                continue
            for holder in (item, definition):
                listed = holder.get("parameters")
                for each in listed if isinstance(listed, list) else ():
                    parameter, _ = self._followed(each, at)
                    if isinstance(parameter, Mapping) and isinstance(parameter.get("$ref"), str):
                        yield f"{operation}: {parameter['$ref']}"
                    elif isinstance(parameter, Mapping):
                        yield f"{operation}: {part(parameter)}"
            body, _ = self._followed(definition.get("requestBody"), at)
            content = body.get("content") if isinstance(body, Mapping) else None
            for media_type in content if isinstance(content, Mapping) else ():
                yield f"{operation}: body {media_type}"
            callbacks = definition.get("callbacks")
            for callback in callbacks if isinstance(callbacks, Mapping) else ():
                yield f"{operation}: callback {callback}"

    def _followed(self, node: Any, at: str) -> tuple[Any, str]:
        """What a reference leads to and the file that it is in; the last reference where it leads nowhere."""
        for _ in range(MAX_DEPTH):
            if not isinstance(node, Mapping) or not isinstance(node.get("$ref"), str):
                break
            there, fragment = self._address(node["$ref"], at)
            found = self._target(there, fragment, at)
            if found is _LOST:
                break
            rest = {name: each for name, each in node.items() if name != "$ref"}
            node, at = ({**found, **rest} if isinstance(found, Mapping) else found), there
        return node, at

    def _register(self, node: Any, at: str, depth: int) -> None:
        """Note a file, and what in it has an ``$id`` or an ``$anchor``: names that a reference may lead to."""
        if depth == 0:
            self.resources.setdefault(at, node)
        if depth > MAX_DEPTH:
            raise SetupError(f"{self.location} is nested deeper than {MAX_DEPTH} levels; {HINT}")
        self._count()
        if isinstance(node, Mapping):
            if isinstance(node.get("$id"), str):
                at = _joined(at, node["$id"])
                self.resources.setdefault(at, node)
            for keyword in ("$anchor", "$dynamicAnchor"):
                if isinstance(node.get(keyword), str):
                    self.anchors.setdefault((at, node[keyword]), node)
        for inner in node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ():
            if isinstance(inner, Mapping | list):
                self._register(inner, at, depth + 1)

    def _walk(self, node: Any, kind: str, at: str, place: tuple[str, ...]) -> Any:
        self._count()
        if len(place) > MAX_DEPTH:
            raise SetupError(f"{self.location} is nested deeper than {MAX_DEPTH} levels; {HINT}")
        if kind == SCHEMA and isinstance(node, bool):
            return node
        if kind.startswith("[") or (kind == LITERAL and isinstance(node, list)):
            if not isinstance(node, list):
                return self._lost(place, kind, "is no list")
            inner = kind[1:-1]
            walked = [self._walk(each, inner, at, (*place, str(number))) for number, each in enumerate(node)]
            return [each for each in walked if each is not _LOST]
        if kind == TEXT:
            return node if isinstance(node, str) else self._lost(place, kind, "is no text")
        if not isinstance(node, Mapping):
            return node if kind == LITERAL else self._lost(place, kind, "is no object")
        if is_object(kind) and "$ref" in node:
            if not isinstance(node["$ref"], str):
                return self._lost(place, kind, "has a $ref that is no text")
            return self._referred(node, kind, at, place)
        return self._fields(node, kind, at, place)

    def _fields(self, node: Mapping[str, Any], kind: str, at: str, place: tuple[str, ...]) -> dict[str, Any]:
        if kind == SCHEMA and isinstance(node.get("$id"), str):
            at = _joined(at, node["$id"])
        left_out = _LEFT_OUT.get(kind, ())
        walked = {
            name: self._walk(value, inner, at, (*place, name))
            for name, value in node.items()
            if (inner := inner_kind(kind, name)) != EXAMPLE and name not in left_out
        }
        return {name: value for name, value in walked.items() if value is not _LOST}

    def _lost(self, place: tuple[str, ...], kind: str, problem: str) -> Any:
        said = f"{'/'.join(place)} {problem}"
        self.malformed[said] = None
        if is_judged(kind):
            self.unread[said] = None
        return _LOST

    def _referred(self, node: Mapping[str, Any], kind: str, at: str, place: tuple[str, ...]) -> Any:
        reference = node["$ref"]
        there, fragment = self._address(reference, at)
        rest = self._fields({name: value for name, value in node.items() if name != "$ref"}, kind, at, place)
        found = self._target(there, fragment, at)
        circular = kind != SCHEMA and (there, fragment) in self.underway
        if found is _LOST or circular:
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

    def _address(self, reference: str, at: str) -> tuple[str, str]:
        """The file, or the ``$id``, that a reference names, and its fragment as it is once it is decoded."""
        address, fragment = urldefrag(reference)
        return (_joined(at, address) if address else at), unquote(fragment)

    def _target(self, there: str, fragment: str, at: str) -> Any:
        """What a reference leads to; ``_LOST`` where the document has no such place."""
        if there not in self.resources:
            try:
                self._register(self.read(there), there, 0)
            except SetupError as error:
                raise SetupError(f"{at} refers to {there}, which is not to be had: {error}") from None
        node = self.resources[there]
        if fragment and not fragment.startswith("/"):
            return self.anchors.get((there, fragment), _LOST)
        for step in fragment.split("/")[1:]:
            key = step.replace("~1", "/").replace("~0", "~")
            if isinstance(node, list) and key.isdecimal() and key.isascii() and len(key) < 8 and int(key) < len(node):
                node = node[int(key)]
            elif isinstance(node, dict) and key in node:
                node = node[key]
            elif there == at:
                return _LOST
            else:
                raise SetupError(f"{at} refers to {there}#{fragment}, and there is no {key!r}; {HINT}")
        return node

    def _count(self) -> None:
        self.parts += 1
        if self.parts > _MAX_PARTS:
            raise SetupError(f"{self.location} comes to more than {_MAX_PARTS:,} parts; {HINT}")


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _joined(at: str, address: str) -> str:
    try:
        if urlsplit(at).scheme in ("http", "https") or urlsplit(address).scheme in ("http", "https"):
            return urljoin(at, address)
        return str((Path(at).parent / unquote(address)).resolve())
    except (ValueError, OSError, RuntimeError):
        raise SetupError(f"{at} refers to {address!r}, which is no address; {HINT}") from None
