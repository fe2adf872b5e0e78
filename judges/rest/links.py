"""Links that the document does not declare: which answer names what another operation asks for.

Schemathesis infers links from names alone: of the published document it takes the id of a new project for a workspace
and that of a group of models for a model. A wrong link is a wrong accusation, so only three forms are believed: a
creation in a collection whose items have a path, a field ``kind_id``, and a listing under a collection's own name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx

from contract.openapi import Operation, resolved
from contract.operations import API
from judges.rest.kinds import kinds
from judges.rest.resources import Resources
from judges.rest.sender import filled

LOCATION: Final = "header location"
_VERB: Final = re.compile(r":[a-z-]+$")
_FIELD: Final = re.compile(r"(\w+?)_?id", re.IGNORECASE)
_DEPTH: Final = 6


@dataclass(frozen=True, slots=True)
class Link:
    """``pointer`` in an answer of ``producer`` holds an id of ``kind``: ``id``, ``models/*/id``, a header."""

    producer: Operation
    kind: str
    pointer: str

    @property
    def creates(self) -> bool:
        """Whether the id is that of something new."""
        return self.producer.method == "POST" and (self.pointer in ("id", LOCATION) or self.kind == "job")

    def follow(self, response: httpx.Response | None, body: Any) -> str | None:
        """The id in an answer; None where it is not there."""
        if self.pointer == LOCATION:
            found: Any = (response.headers.get("location", "") if response is not None else "").rstrip("/")
            return found.rpartition("/")[2] or None
        found = body
        for part in self.pointer.split("/"):
            if part == "*":
                found = found[0] if isinstance(found, list) and found else None
            else:
                found = found.get(part) if isinstance(found, Mapping) else None
        return found if isinstance(found, str) else None


def infer(document: Mapping[str, Any], operations: Sequence[Operation]) -> tuple[Link, ...]:
    """Every link of the document, in its order."""
    asked = {kind for operation in operations for kind in kinds(operation).values()}
    collections = {
        found[1]: kinds(operation)[found[2]]
        for operation in operations
        for found in re.finditer(r"/([^/{}]+)/\{([^{}]*)\}", operation.path)
    }
    items = {operation.path: operation for operation in operations}
    return tuple(link for operation in operations for link in _links(document, operation, asked, collections, items))


def _links(
    document: Mapping[str, Any],
    operation: Operation,
    asked: set[str],
    collections: Mapping[str, str],
    items: Mapping[str, Operation],
) -> Iterator[Link]:
    schema = _success(document, operation)
    fields = properties(document, schema) or {}
    item = _item(operation, items)
    base = (item or operation).path if operation.method == "POST" else operation.path
    if operation.method == "POST" and item is not None:
        kind = kinds(item)[item.parameters[-1]]
        if "id" in fields:
            yield Link(operation, kind, "id")
        elif schema is None and "201" in operation.statuses:
            yield Link(operation, kind, LOCATION)
    for name, declared in fields.items():
        named = _FIELD.fullmatch(name)
        if named and named[1] in asked and named[1] not in kinds(operation).values():
            yield Link(operation, named[1], name)
        kind = collections.get(name, "")
        # What has a name of its own among the items: an annotation holds `annotations` that are none of the collection.
        below = re.compile(re.escape(_VERB.sub("", base)) + rf"/{re.escape(name)}/\{{[^{{}}]*\}}.*")
        lists = operation.method == "GET" and operation.path.endswith(f"/{name}")
        if kind and (lists or any(below.fullmatch(path) for path in items)):
            inner = _items(document, declared)
            if "id" in inner:
                yield Link(operation, kind, f"{name}/*/id")
            for deeper, listed in inner.items():
                if deeper in collections and "id" in _items(document, listed):
                    yield Link(operation, collections[deeper], f"{name}/*/{deeper}/*/id")


def _items(document: Mapping[str, Any], schema: Any) -> dict[str, Any]:
    """The properties of what a list holds; none where it is no list."""
    node = resolved(document, schema)
    return properties(document, node.get("items") if isinstance(node, Mapping) else None) or {}


def _item(operation: Operation, items: Mapping[str, Operation]) -> Operation | None:
    """The operation on one item of the collection that another creates in, ``:verb`` put aside."""
    collection = re.escape(_VERB.sub("", operation.path))
    return next((item for path, item in items.items() if re.fullmatch(collection + r"/\{[^{}]*\}", path)), None)


def _success(document: Mapping[str, Any], operation: Operation) -> Any:
    responses = operation.definition.get("responses") or {}
    found = next((body for status, body in responses.items() if str(status).startswith("2")), None)
    declared = resolved(document, found)
    content = declared.get("content") if isinstance(declared, Mapping) else None
    return next((media.get("schema") for name, media in (content or {}).items() if "json" in name), None)


def properties(document: Mapping[str, Any], schema: Any, depth: int = 0) -> dict[str, Any] | None:
    """The properties that a schema knows, with those of what it is made of; None where there is no schema."""
    node = resolved(document, schema)
    if not isinstance(node, Mapping) or depth > _DEPTH:
        return None
    found = dict(node.get("properties") or {})
    for part in ("allOf", "anyOf", "oneOf"):
        for each in node.get(part) or ():
            found.update(properties(document, each, depth + 1) or {})
    return found


def asked_for(document: Mapping[str, Any], operation: Operation) -> dict[str, str]:
    """The places where an operation takes an id, as ``path project_id``, with the kind of each."""
    found = {f"path {name}": kind for name, kind in kinds(operation).items()}
    for parameter in operation.definition.get("parameters") or ():
        declared = resolved(document, parameter)
        if isinstance(declared, Mapping) and declared.get("in") == "query":
            named = _FIELD.fullmatch(str(declared.get("name")))
            found |= {f"query {declared['name']}": named[1]} if named else {}
    body = resolved(document, operation.definition.get("requestBody")) or {}
    for media in (body.get("content") or {}).values():
        for name in _fields(document, media.get("schema")):
            named = _FIELD.fullmatch(name)
            found |= {f"body {name}": named[1]} if named else {}
    return found


def _fields(document: Mapping[str, Any], schema: Any, depth: int = 0) -> Iterator[str]:
    node = resolved(document, schema)
    if not isinstance(node, Mapping) or depth > _DEPTH:
        return
    for name, inner in (properties(document, node) or {}).items():
        yield name
        yield from _fields(document, inner, depth + 1)
    yield from _fields(document, node.get("items"), depth + 1)


def complete(resources: Resources, links: Sequence[Link]) -> None:
    """Find what the run's own projects hold of further kinds, by the listings among the links.

    Only what lies in a project of the run is asked: what a listing of the workspace names may be anybody's.
    """
    live = resources.live
    for _ in range(_DEPTH):
        before = len(live)
        for link in links:
            names = kinds(link.producer)
            lists = link.producer.method == "GET" and "project" in names.values() and set(names.values()) <= set(live)
            if link.kind in live or not lists:
                continue
            path = filled(link.producer, {name: live[kind] for name, kind in names.items()})
            answer = resources.client.send("GET", path.removeprefix(API))
            found = link.follow(None, answer.body) if answer.accepted else None
            if found is not None:
                resources.owns(link.kind, found)
                live[link.kind] = found
        if len(live) == before:
            return


def told(document: Mapping[str, Any], operations: Sequence[Operation], links: Sequence[Link]) -> list[dict[str, str]]:
    """Every link with each operation that can take what it holds, as a JSON value."""
    takers = [(operation.name, asked_for(document, operation)) for operation in operations]
    return [
        {"from": link.producer.name, "take": link.pointer, "kind": link.kind, "to": name, "as": place}
        for link in links
        for name, places in takers
        for place, kind in places.items()
        if kind == link.kind and name != link.producer.name
    ]
