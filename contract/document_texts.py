"""The prose of an operation and its examples, each text with its place in the document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract.audited import Place
from contract.document_shape import EXAMPLE, OPERATION, SCHEMA, inner_kind
from contract.openapi import Operation, resolved

_PROSE = ("summary", "description")


@dataclass(frozen=True, slots=True)
class Text:
    """One text: ``in_example`` says that it is part of an example, not of what is said of the operation."""

    place: Place
    words: str
    in_example: bool = False


def texts(document: Mapping[str, Any], operation: Operation) -> Iterator[Text]:
    """Every summary, description and text of an example, at every depth and in the schemas that it refers to."""
    left: list[tuple[Any, str, Place]] = [(operation.definition, OPERATION, operation.place)]
    seen = set[str]()
    while left:
        node, kind, place = left.pop()
        if kind == EXAMPLE:
            yield from _of_example(node, place)
        elif isinstance(node, list):
            left += [(each, kind[1:-1], (*place, str(number))) for number, each in enumerate(node)][::-1]
        elif isinstance(node, Mapping):
            reference = node.get("$ref")
            if kind == SCHEMA and isinstance(reference, str) and reference not in seen:
                seen.add(reference)
                left.append((resolved(document, node), kind, ("components", "schemas", reference.rpartition("/")[2])))
            inner = [(name, value, inner_kind(kind, name)) for name, value in node.items()]
            yield from (
                Text((*place, name), " ".join(value.split()))
                for name, value, of in inner
                if name in _PROSE and not of and not kind.startswith("{") and isinstance(value, str)
            )
            left += [(value, of, (*place, name)) for name, value, of in inner if of][::-1]


def _of_example(node: Any, place: Place) -> Iterator[Text]:
    if isinstance(node, str):
        yield Text(place, " ".join(node.split()), in_example=True)
    for name, inner in _entries(node):
        yield from _of_example(inner, (*place, name))


def _entries(node: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(node, Mapping):
        yield from node.items()
    elif isinstance(node, list):
        yield from ((str(number), each) for number, each in enumerate(node))
