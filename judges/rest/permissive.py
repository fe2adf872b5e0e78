"""The document as Schemathesis is given it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from contract.document_parts import part
from contract.document_shape import OPERATION, SCHEMA, inner_kind

# OpenAPI says that the definitions of these are ignored: they are the client's own.
OF_THE_CLIENT: Final = frozenset({"header accept", "header content-type", "header authorization"})


def permissive(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document without what would have the client's key sent, or more taken for wrong than it forbids."""
    permitted: dict[str, Any] = _permitting(document, "document")
    return permitted


def _permitting(node: Any, kind: str) -> Any:
    if isinstance(node, list):
        return [_permitting(each, kind[1:-1]) for each in node]
    if not isinstance(node, Mapping):
        return node
    permitted = {}
    for key, value in node.items():
        if key == "security" and kind in ("document", OPERATION):
            continue  # the client sends the key, and a request without one is a case of its own
        inner = inner_kind(kind, key)
        if inner == "[parameter]":
            value = [each for each in value if not _ignored(each)]
        # What fits two of the alternatives is ambiguous, and no more: they seldom exclude one another.
        name = "anyOf" if key == "oneOf" and kind == SCHEMA and "anyOf" not in node else key
        permitted[name] = _permitting(value, inner)
    return permitted


def _ignored(parameter: Any) -> bool:
    return isinstance(parameter, Mapping) and part(parameter).lower() in OF_THE_CLIENT
