"""What an OpenAPI document states of a constraint where its value goes: in the schema of a parameter or of a body."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from contract.audited import Place as DocumentPlace
from contract.constraints import CONSTRAINTS, Allowed, Constraint, Place
from contract.document_texts import texts
from contract.openapi import Operation, declared_parameters, resolved
from contract.operations import WORKSPACE, shape_of
from contract.schema_changes import Document, flat

_QUERY: Final = "query"
_LEAST: Final = ("minimum", "minLength", "minItems")
_MOST: Final = ("maximum", "maxLength", "maxItems")


def operation_at(operations: Sequence[Operation], place: Place) -> Operation | None:
    """The operation of a document that a place is; None where the document has none."""
    shapes = {place.operation.shape, shape_of(WORKSPACE) + place.operation.shape}
    same = (each for each in operations if each.method == place.operation.method and each.shape in shapes)
    return next(same, None)


def largest_page(document: Document, operations: Sequence[Operation]) -> int:
    """The most entries that a listing of any kind may be asked for at once, by a document or else by the table."""
    limit = CONSTRAINTS["list.limit"]
    asked = [(place, operation_at(operations, place)) for place in limit.at]
    stated = [declared(document, operation, limit, place, "") for place, operation in asked if operation is not None]
    return min(each.most for each in (limit.allowed, *stated) if each.most is not None)


def declared(document: Document, operation: Operation, constraint: Constraint, place: Place, field: str) -> Allowed:
    """What a document states of a field, without bounds where it states none."""
    schema, _ = schema_at(document, operation, place, field)
    least, most = (_first(schema, names) for names in (_LEAST, _MOST))
    members, pattern = schema.get("enum"), schema.get("pattern")
    return Allowed(
        least=least,
        most=most,
        members=tuple(map(str, members)) if isinstance(members, list) else _listed(document, operation, constraint),
        pattern=pattern if isinstance(pattern, str) else "",
    )


def _listed(document: Document, operation: Operation, constraint: Constraint) -> tuple[str, ...]:
    """The members of a set that the prose of an operation lists."""
    if constraint.listed is None:
        return ()
    said = (text.words for text in texts(document, operation) if not text.in_example)
    found = next(filter(None, map(constraint.listed.search, said)), None)
    return tuple(re.findall(r"\.(\w+)", found[1])) if found else ()


def in_force(constraint: Constraint, stated: Allowed) -> Allowed:
    """What a deployment is held to: its own document where that states a value, else the table."""
    own = {name: value for name in ("least", "most", "members", "pattern") if (value := getattr(stated, name))}
    own |= {"least": 0} if stated.least == 0 and constraint.allowed.least is not None else {}
    return replace(constraint.allowed, **own) if own else constraint.allowed


def differences(constraint: Constraint, stated: Allowed) -> str:
    """Where a document states another value than the table, in words; empty where it does not."""
    table = constraint.allowed
    for name in ("least", "most", "members", "pattern"):
        own, documented = getattr(stated, name), getattr(table, name)
        both = own not in (None, (), "") and documented not in (None, (), "")
        if both and (sorted(own) != sorted(documented) if isinstance(own, tuple) else own != documented):
            return f"the document states {stated.words}, the table {table.words} {constraint.unit}".rstrip()
    return ""


def schema_at(
    document: Document, operation: Operation, place: Place, field: str
) -> tuple[Mapping[str, Any], DocumentPlace]:
    """The schema of the field that a place bounds, and where the document has it; empty where it has none."""
    steps = (*place.stated, *([field] if field else []))
    if not place.stated:
        return {}, operation.place
    if steps[0] == _QUERY:
        for parameter in declared_parameters(document, operation):
            if (parameter.get("in"), parameter.get("name")) == (_QUERY, steps[1]):
                return flat(document, parameter.get("schema")), (*operation.place, "parameters")
        return {}, operation.place
    body = resolved(document, operation.definition.get("requestBody")) or {}
    media = (body.get("content") or {}).get("application/json") or {}
    node, at = media.get("schema"), (*operation.place, "requestBody", "content", "application/json", "schema")
    for step in steps:
        at = _at(node, at)
        node, at = next(_inner(document, flat(document, node), step, at), ({}, at))
    return flat(document, node), _at(node, at)


def _inner(document: Document, schema: Document, step: str, at: DocumentPlace) -> Iterator[tuple[Any, DocumentPlace]]:
    if step == "[]":
        yield schema.get("items"), (*at, "items")
    elif step.startswith("?"):
        for keyword in ("oneOf", "anyOf"):
            for number, each in enumerate(schema.get(keyword) or ()):
                kind = flat(document, (flat(document, each).get("properties") or {}).get("type"))
                if step[1:] in (kind.get("enum") or [kind.get("const")]):
                    yield each, (*at, keyword, str(number))
    elif step in (schema.get("properties") or {}):
        yield schema["properties"][step], (*at, "properties", step)


def _at(node: Any, at: DocumentPlace) -> DocumentPlace:
    reference = node.get("$ref") if isinstance(node, Mapping) else None
    return ("components", "schemas", reference.rpartition("/")[2]) if isinstance(reference, str) else at


def _first(schema: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    found = (schema.get(name) for name in names)
    return next((int(each) for each in found if isinstance(each, int | float) and not isinstance(each, bool)), None)
