"""Links that the document does not declare: which answer names what another operation asks for.

Schemathesis infers links from names alone: of the published document it takes the id of a new project for a workspace
and that of a group of models for a model. A wrong link makes a false positive, so only three forms are believed: a
creation in a collection whose items have a path, a field ``kind_id``, and a listing under a collection's own name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx

from contract.openapi import Operation, declared_parameters, properties, resolved
from judges.rest.kinds import kinds

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
            location = response.headers.get("location", "") if response is not None else ""
            return location.rstrip("/").rpartition("/")[2] or None
        node = body
        for part in self.pointer.split("/"):
            if part == "*":
                node = node[0] if isinstance(node, list) and node else None
            else:
                node = node.get(part) if isinstance(node, Mapping) else None
        return node if isinstance(node, str) else None


def infer(document: Mapping[str, Any], operations: Sequence[Operation]) -> tuple[Link, ...]:
    """Every link of the document, in its order."""
    asked = {kind for operation in operations for kind in kinds(operation).values()}
    collections = {
        collection: kinds(operation)[name]
        for operation in operations
        for collection, name in re.findall(r"/([^/{}]+)/\{([^{}]*)\}", operation.path)
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
    fields = properties(document, schema)
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
    return properties(document, node.get("items") if isinstance(node, Mapping) else None)


def _item(operation: Operation, items: Mapping[str, Operation]) -> Operation | None:
    """The operation on one item of the collection that another creates in, ``:verb`` put aside."""
    collection = re.escape(_VERB.sub("", operation.path))
    return next((item for path, item in items.items() if re.fullmatch(collection + r"/\{[^{}]*\}", path)), None)


def _success(document: Mapping[str, Any], operation: Operation) -> Any:
    responses = operation.definition.get("responses") or {}
    success = next((body for status, body in responses.items() if str(status).startswith("2")), None)
    declared = resolved(document, success)
    content = declared.get("content") if isinstance(declared, Mapping) else None
    return next((media.get("schema") for name, media in (content or {}).items() if "json" in name), None)


def asked_for(document: Mapping[str, Any], operation: Operation) -> dict[str, str]:
    """The places where an operation takes an id, as ``path project_id``, with the kind of each."""
    names = [("query", str(name)) for name in query_parameters(document, operation)]
    body = resolved(document, operation.definition.get("requestBody")) or {}
    for media in (body.get("content") or {}).values():
        names += [("body", name) for name in _fields(document, media.get("schema"))]
    places = {f"path {name}": kind for name, kind in kinds(operation).items()}
    for place, name in names:
        named = _FIELD.fullmatch(name)
        if named:
            places[f"{place} {name}"] = named[1]
    return places


def query_parameters(document: Mapping[str, Any], operation: Operation) -> list[Any]:
    """The names of the parameters that an operation takes in its query."""
    declared = declared_parameters(document, operation)
    return [each.get("name") for each in declared if each.get("in") == "query"]


def _fields(document: Mapping[str, Any], schema: Any, depth: int = 0) -> Iterator[str]:
    node = resolved(document, schema)
    if not isinstance(node, Mapping) or depth > _DEPTH:
        return
    for name, inner in properties(document, node).items():
        yield name
        yield from _fields(document, inner, depth + 1)
    yield from _fields(document, node.get("items"), depth + 1)


def link_rows(
    document: Mapping[str, Any], operations: Sequence[Operation], links: Sequence[Link]
) -> list[dict[str, str]]:
    """Every link with each operation that can take what it holds, as a JSON value."""
    takers = [(operation.name, asked_for(document, operation)) for operation in operations]
    return [
        {"from": link.producer.name, "take": link.pointer, "kind": link.kind, "to": name, "as": place}
        for link in links
        for name, places in takers
        for place, kind in places.items()
        if kind == link.kind and name != link.producer.name
    ]
