"""What the operations of a bundled document declare, part by part, and what of it could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from contract.document_shape import OPERATION, inner_kind, is_object
from contract.openapi import Operation, declared_parameters, resolved

# Where a document that was read says what has another form than OpenAPI gives it or refers to nothing, and in which of
# that would stand an operation, a parameter, a body or a schema.
MALFORMED: Final = "x-geti-contract-malformed"
UNREAD: Final = "x-geti-contract-unread"


def part(parameter: Mapping[str, Any]) -> str:
    """How a parameter is named among the parts of an operation: ``query limit``."""
    return f"{parameter.get('in')} {parameter.get('name')}"


def parts(document: Mapping[str, Any], operation: Operation) -> frozenset[str]:
    """The parameters and the media types of the body that an operation declares: ``query limit``, ``body text/csv``."""
    body = resolved(document, operation.definition.get("requestBody"))
    content = (body.get("content") if isinstance(body, Mapping) else None) or {}
    return frozenset(map(part, declared_parameters(document, operation))) | {f"body {each}" for each in content}


def unresolved(document: Mapping[str, Any], operation: Operation) -> list[str]:
    """The references that lead nowhere, in an operation and in the schemas that it is made of."""
    found, seen = dict[str, None](), set[str]()
    left: list[tuple[Any, str]] = [(operation.definition, OPERATION)]
    while left:
        node, kind = left.pop()
        if isinstance(node, list):
            left += [(each, kind[1:-1]) for each in node]
        elif isinstance(node, Mapping) and kind:
            reference = node.get("$ref") if is_object(kind) else None
            if isinstance(reference, str) and reference not in seen:
                seen.add(reference)
                target = resolved(document, node)
                left.append((target, kind))
                found |= {reference: None} if target is None else {}
            left += [(value, inner_kind(kind, name)) for name, value in node.items()]
    return list(found)
