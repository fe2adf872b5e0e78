"""The operations of an OpenAPI document, as plain values: what the suites and the audit ask of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from contract.limits import EnforcementPoint
from contract.operations import API, OPERATIONS, WORKSPACE, ApiOperation, shape_of

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_PARAMETER: Final = re.compile(r"\{([^{}]*)\}")

_POINTS: Final = {(each.method, each.shape): each.points for each in OPERATIONS if each.refuses and each.points}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: ``path`` is the template in the document, ``name`` is unique within it and fit for an id.

    ``prefix`` is what stands before ``path`` in a request, ``/api/v1`` or nothing.
    """

    method: str
    path: str
    prefix: str
    name: str
    definition: Mapping[str, Any]

    @property
    def mutates(self) -> bool:
        """Whether the operation may change anything, by its method; ``:query`` operations only read."""
        return self.method not in ("GET", "HEAD", "OPTIONS", "TRACE") and not self.path.endswith(":query")

    @property
    def shape(self) -> str:
        """The path below ``/api/v1`` with every parameter as ``{}``."""
        return shape_of((self.prefix + self.path).removeprefix(API))

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the path's parameters, in order."""
        return tuple(_PARAMETER.findall(self.path))

    @property
    def points(self) -> tuple[EnforcementPoint, ...]:
        """The enforcement points that this operation is, of those that refuse."""
        return _POINTS.get((self.method, self.shape.removeprefix(shape_of(WORKSPACE))), ())

    @property
    def statuses(self) -> frozenset[str]:
        """The declared statuses, as written: ``200``, ``4XX``, ``default``."""
        return frozenset(str(status).upper() for status in self.definition.get("responses") or {})

    def declares(self, status: int) -> bool:
        """Whether a status is declared, by itself or by its class; ``default`` names none."""
        return not self.statuses.isdisjoint({str(status), f"{status // 100}XX"})

    @property
    def text(self) -> str:
        """All prose of the operation: summary, descriptions at every depth."""
        return " ".join(" ".join(_prose(self.definition)).split())


def operations(document: Mapping[str, Any]) -> tuple[Operation, ...]:
    """Every operation of a bundled document, in its order."""
    prefix = _prefix(document)
    entries = [
        (method, path, item[method])
        for path, item in document["paths"].items()
        if isinstance(item, Mapping)
        for method in METHODS
        if isinstance(item.get(method), Mapping)
    ]
    ids = Counter(definition.get("operationId") for _method, _path, definition in entries)
    return tuple(
        Operation(method.upper(), path, prefix, _name(method, path, definition, ids), definition)
        for method, path, definition in entries
    )


def resolved(document: Mapping[str, Any], node: Any) -> Any:
    """``node``, or what its local reference points to; None where it points nowhere."""
    for _ in range(16):
        if not isinstance(node, Mapping) or not isinstance(node.get("$ref"), str):
            return node
        target: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(target, Mapping) else None
        node = target
    return None


def properties(document: Mapping[str, Any], schema: Any, depth: int = 8) -> dict[str, Any]:
    """The properties that a schema names, with those of what it is made of, ``depth`` schemas deep at most."""
    node = resolved(document, schema)
    if not isinstance(node, Mapping) or not depth:
        return {}
    named = dict(node.get("properties") or {})
    for part in ("allOf", "anyOf", "oneOf"):
        for inner in node.get(part) or ():
            named |= properties(document, inner, depth - 1)
    return named


def schema_of(document: Mapping[str, Any] | None, operation: ApiOperation | Operation) -> Any:
    """The schema of an operation's JSON body; None where the document declares none, and without a document."""
    if document is None:
        return None
    if isinstance(operation, ApiOperation):
        below = shape_of(WORKSPACE) + operation.shape
        same = (each for each in operations(document) if (each.method, each.shape) == (operation.method, below))
        found = next(same, None)
        return None if found is None else schema_of(document, found)
    body = resolved(document, operation.definition.get("requestBody"))
    content = body.get("content") if isinstance(body, Mapping) else None
    return ((content or {}).get("application/json") or {}).get("schema")


def fitted(document: Mapping[str, Any], schema: Any, body: Any, shown: Any) -> Any:
    """``body`` without what the ``schema`` of a request does not name or lets nobody write.

    What the schema requires beside it is taken from ``shown``, the answer that the body follows.
    """
    named = {name: inner for name, inner in properties(document, schema).items() if not _is_read_only(document, inner)}
    if isinstance(body, Mapping) and isinstance(shown, Mapping) and named:
        lacking = (_required(document, schema) & set(named) & set(shown)) - set(body)
        whole = {**body, **{name: shown[name] for name in sorted(lacking)}}
        return {
            name: fitted(document, named[name], value, shown.get(name))
            for name, value in whole.items()
            if name in named
        }
    items = (resolved(document, schema) or {}).get("items")
    if isinstance(body, list) and isinstance(shown, list) and len(body) == len(shown) and items:
        return [fitted(document, items, *pair) for pair in zip(body, shown, strict=True)]
    return body


def _is_read_only(document: Mapping[str, Any], schema: Any) -> bool:
    return (resolved(document, schema) or {}).get("readOnly") is True


def _required(document: Mapping[str, Any], schema: Any) -> set[str]:
    node = resolved(document, schema)
    if not isinstance(node, Mapping):
        return set()
    return set(node.get("required") or ()).union(*(_required(document, part) for part in node.get("allOf") or ()))


def _prefix(document: Mapping[str, Any]) -> str:
    if any(path.startswith(f"{API}/") for path in document["paths"]):
        return ""
    servers = document.get("servers")
    server = servers[0] if isinstance(servers, list) and servers else {}
    url = str(server.get("url", ""))
    for name, variable in (server.get("variables") or {}).items():
        url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
    return urlsplit(url).path.rstrip("/") or API


def _name(method: str, path: str, definition: Mapping[str, Any], ids: Counter[Any]) -> str:
    given = definition.get("operationId")
    if isinstance(given, str) and ids[given] == 1:
        return re.sub(r"[^A-Za-z0-9_.:-]", "_", given)
    return f"{method.upper()}-{re.sub(r'[^A-Za-z0-9:]+', '-', path).strip('-')}"


def _prose(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key in ("summary", "description") and isinstance(value, str):
                yield value
            else:
                yield from _prose(value)
    elif isinstance(node, list):
        for item in node:
            yield from _prose(item)
