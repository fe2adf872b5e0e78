"""Which object of OpenAPI stands where: what tells a keyword from a name that is spelt like one. Pure data.

A kind is the name of an object, ``[kind]`` a list of them, ``{kind}`` a map from names to them; ``TEXT`` is a text,
``LITERAL`` any value, ``EXAMPLE`` a value that judges nothing. Source: OpenAPI Specification 3.0.4 and 3.1.1, 4,
and JSON Schema 2020-12, sections 10 and 11.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
LITERAL: Final = ""
TEXT: Final = "text"
EXAMPLE: Final = "example"
SCHEMA: Final = "schema"
PATH: Final = "path"
OPERATION: Final = "operation"

_EXAMPLES: Final = {"example": EXAMPLE, "examples": EXAMPLE}
_VALUE: Final = {"schema": SCHEMA, "content": "{media}", **_EXAMPLES}
_FIELDS: Final[Mapping[str, Mapping[str, str]]] = {
    "document": {
        "paths": "{path}",
        "webhooks": "{path}",
        "components": "components",
        "servers": "[server]",
        "security": "[requirement]",
    },
    "components": {
        "schemas": "{schema}",
        "responses": "{response}",
        "parameters": "{parameter}",
        "examples": EXAMPLE,
        "requestBodies": "{body}",
        "headers": "{header}",
        "securitySchemes": "{scheme}",
        "links": "{link}",
        "callbacks": "{callback}",
        "pathItems": "{path}",
    },
    "server": {"url": TEXT, "variables": "{variable}"},
    "variable": {},
    "requirement": {},
    "scheme": {},
    "link": {},
    PATH: {"parameters": "[parameter]", "servers": "[server]", **dict.fromkeys(METHODS, OPERATION)},
    OPERATION: {
        "operationId": TEXT,
        "parameters": "[parameter]",
        "requestBody": "body",
        "responses": "{response}",
        "callbacks": "{callback}",
        "servers": "[server]",
        "security": "[requirement]",
    },
    "callback": {},
    "parameter": {"name": TEXT, "in": TEXT, **_VALUE},
    "header": _VALUE,
    "body": {"content": "{media}"},
    "media": {"schema": SCHEMA, "encoding": "{encoding}", **_EXAMPLES},
    "encoding": {"headers": "{header}"},
    "response": {"headers": "{header}", "content": "{media}", "links": "{link}"},
    SCHEMA: {
        **dict.fromkeys(("properties", "patternProperties", "$defs", "definitions", "dependentSchemas"), "{schema}"),
        **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), "[schema]"),
        **dict.fromkeys(("items", "additionalItems", "contains", "unevaluatedItems", "contentSchema"), SCHEMA),
        **dict.fromkeys(("additionalProperties", "unevaluatedProperties", "propertyNames"), SCHEMA),
        **dict.fromkeys(("not", "if", "then", "else"), SCHEMA),
        "required": "[text]",
        **_EXAMPLES,
    },
}
# Maps that take extensions beside their entries; in another map such a name is one as good as any.
_EXTENDED: Final = frozenset({"{path}", "{response}"})
_OF_A_PATH: Final = frozenset({"$ref", "summary", "description", *_FIELDS[PATH]})


def inner_kind(kind: str, name: str) -> str:
    """The kind of what stands under ``name`` in an object or a map of a kind."""
    if name.startswith("x-") and (kind in _FIELDS or kind in _EXTENDED):
        return LITERAL
    if kind == "callback":
        return PATH
    return kind[1:-1] if kind.startswith("{") else _FIELDS.get(kind, {}).get(name, LITERAL)


def is_object(kind: str) -> bool:
    """Whether a kind is that of an object, which a reference can stand for."""
    return kind in _FIELDS


def is_judged(kind: str) -> bool:
    """Whether operations, parameters, bodies or schemas stand in what has this kind."""
    return kind.strip("[]{}") not in ("server", "variable", "requirement", "scheme", "link", TEXT)


def is_no_operation(name: str) -> bool:
    """Whether a name in a path item is one that OpenAPI gives to something else than an operation, or an extension."""
    return name.startswith("x-") or (name in _OF_A_PATH and name not in METHODS)
