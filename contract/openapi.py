"""The operations of an OpenAPI document, as plain values: what the suites and the audit ask of it."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from contract.document_shape import METHODS
from contract.limits import EnforcementPoint
from contract.operations import API, OPERATIONS, WORKSPACE, ApiOperation, shape_of
from contract.servers import base_path

# Where a document that was read says which names stood twice in one of its objects: all but the last were lost.
NAMES_TWICE: Final = "x-geti-contract-names-twice"
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
    def place(self) -> tuple[str, ...]:
        """The names that lead to it from the root of its document."""
        return "paths", self.path, self.method.lower()

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
        """Whether a status is declared: by itself, by its class, or by ``default``, which stands for all others."""
        return not self.statuses.isdisjoint(_names(status))

    def matches(self, address: str) -> bool:
        """Whether a request to ``address``, a path from the root as it is sent, is one to this operation.

        A parameter stands for all that a segment can hold, a colon too; a slash at the end makes no difference.
        """
        template, segments = (path.rstrip("/").split("/") for path in (self.prefix + self.path, address))
        return len(template) == len(segments) and all(map(_stands_for, template, map(unquote, segments)))


def operations(document: Mapping[str, Any]) -> tuple[Operation, ...]:
    """Every operation of a bundled document, in its order."""
    prefix = base_path(document)
    entries = [
        (method, path, {**item[method], "parameters": [*_listed(item), *_listed(item[method])]})
        for path, item in document["paths"].items()
        if isinstance(item, Mapping)
        for method in METHODS
        if isinstance(item.get(method), Mapping)
    ]
    named = [_name(method, path, definition) for method, path, definition in entries]
    times, seen = Counter(named), set[str]()
    found = []
    for (method, path, definition), given in zip(entries, named, strict=True):
        own = given if times[given] == 1 else _spelt_out(method, path)
        numbered = (f"{own}-{number}" for number in itertools.count(2))
        name = next(each for each in itertools.chain([own], numbered) if each not in seen)
        seen.add(name)
        found.append(Operation(method.upper(), path, prefix, name, definition))
    return tuple(found)


def declared_parameters(document: Mapping[str, Any], operation: Operation) -> list[Mapping[str, Any]]:
    """The parameters of an operation, those of its path included; what refers to nothing is left out."""
    declared = (resolved(document, each) for each in operation.definition["parameters"])
    return [each for each in declared if isinstance(each, Mapping)]


def documented_methods(operations: Iterable[Operation], address: str) -> frozenset[str]:
    """The methods for which a document has any path that matches an address: more than those of one template.

    ``GET /videos/{id}:query`` is also a documented ``GET /videos/{video_id}``, with an id that ends in ``:query``.
    """
    return frozenset(operation.method for operation in operations if operation.matches(address))


def documented(operations: Iterable[Operation], method: str, address: str) -> Operation | None:
    """The operation that a request is one to, of several that with the fewest parameters; None where it is to none."""
    matching = [each for each in operations if each.method == method and each.matches(address)]
    return min(matching, key=lambda each: len(each.parameters), default=None)


def declared_as(document: Mapping[str, Any], operation: ApiOperation) -> Operation | None:
    """An operation of the workspace as a document declares it; None where it does not."""
    below = shape_of(WORKSPACE) + operation.shape
    same = (each for each in operations(document) if (each.method, each.shape) == (operation.method, below))
    return next(same, None)


def bodiless(method: str, status: str) -> bool:
    """Whether HTTP leaves an answer without a body: RFC 9110, 9.3.2 (HEAD), 15.2 (1xx), 15.3.5, 15.3.6 and 15.4.5."""
    return method == "HEAD" or status in ("204", "205", "304") or status.startswith("1")


def declared_response(document: Mapping[str, Any], operation: Operation, status: int) -> Mapping[str, Any]:
    """What an operation declares for a status: by itself, by its class, or by default; empty where it declares none."""
    responses = {str(name).upper(): each for name, each in (operation.definition.get("responses") or {}).items()}
    named = next((name for name in _names(status) if name in responses), "")
    declared = resolved(document, responses.get(named))
    return declared if isinstance(declared, Mapping) else {}


def _names(status: int) -> tuple[str, str, str]:
    """What a status may be declared as, the narrowest first."""
    return str(status), f"{status // 100}XX", "DEFAULT"


def open_to_all(document: Mapping[str, Any], operation: Operation) -> bool:
    """Whether an operation is declared to be open without a key: its own security is empty, or an option of it is."""
    own = operation.definition.get("security")
    options = document.get("security") if own is None else own
    return own == [] or (isinstance(options, list) and {} in options)


def resolved(document: Mapping[str, Any], node: Any) -> Any:
    """``node``, or what its local reference points to; None where it points nowhere."""
    for _ in range(16):
        if not isinstance(node, Mapping) or not isinstance(node.get("$ref"), str):
            return node
        target: Any = document
        for step in unquote(node["$ref"]).removeprefix("#/").split("/"):
            target = target.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(target, Mapping) else None
        node = target
    return None


def properties(document: Mapping[str, Any], schema: Any, depth: int = 8) -> dict[str, Any]:
    """The properties that a schema names, with those of what it is made of, ``depth`` schemas deep at most."""
    node = resolved(document, schema)
    if not isinstance(node, Mapping) or not depth:
        return {}
    named = dict(node.get("properties") or {})
    for keyword in ("allOf", "anyOf", "oneOf"):
        for inner in node.get(keyword) or ():
            named |= properties(document, inner, depth - 1)
    return named


def schema_of(document: Mapping[str, Any] | None, operation: ApiOperation | Operation) -> Any:
    """The schema of an operation's JSON body; None where the document declares none, and without a document."""
    if document is None:
        return None
    if isinstance(operation, ApiOperation):
        found = declared_as(document, operation)
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
    return set(node.get("required") or ()).union(*(_required(document, each) for each in node.get("allOf") or ()))


def _listed(node: Mapping[str, Any]) -> list[Any]:
    parameters = node.get("parameters")
    return parameters if isinstance(parameters, list) else []


def _stands_for(template: str, segment: str) -> bool:
    literals = map(re.escape, map(unquote, _PARAMETER.split(template)[::2]))
    return re.fullmatch("(.+)".join(literals), segment, re.DOTALL) is not None


def _name(method: str, path: str, definition: Mapping[str, Any]) -> str:
    given = definition.get("operationId")
    if not isinstance(given, str) or not given:
        return _spelt_out(method, path)
    return re.sub(r"[^A-Za-z0-9_.:-]", "_", given)


def _spelt_out(method: str, path: str) -> str:
    return f"{method.upper()}-{re.sub(r'[^A-Za-z0-9:]+', '-', path).strip('-')}"
