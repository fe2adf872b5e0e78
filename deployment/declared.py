"""What an OpenAPI document declares, counted in the document as it was read: the other side of what is judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contract.document_parts import part
from contract.document_shape import METHODS, is_no_operation
from deployment.references import References


def declared(references: References) -> frozenset[str]:
    """Every operation, parameter and body, as ``GET /a: query limit``; and what is called back, which nobody judges."""
    found: set[str] = set()
    for path, item in references.root["paths"].items():
        if not path.startswith("x-"):
            found |= set(_declared(references, path, *references.followed(item, references.location)))
    hooks = references.root.get("webhooks")
    return frozenset(found | {f"webhook {name}" for name in (hooks if isinstance(hooks, Mapping) else ())})


def _declared(references: References, path: str, item: Any, at: str) -> Iterator[str]:
    if not isinstance(item, Mapping):
        yield path
        return
    for name, definition in item.items():
        if is_no_operation(name) or not (isinstance(definition, Mapping) or name.lower() in METHODS):
            continue
        operation = f"{name.upper()} {path}" if name in METHODS else f"{path}/{name}"
        yield operation
        if not isinstance(definition, Mapping):
            continue
        for holder in (item, definition):
            listed = holder.get("parameters")
            for each in listed if isinstance(listed, list) else ():
                parameter, _ = references.followed(each, at)
                if isinstance(parameter, Mapping) and isinstance(parameter.get("$ref"), str):
                    yield f"{operation}: {parameter['$ref']}"
                elif isinstance(parameter, Mapping):
                    yield f"{operation}: {part(parameter)}"
        body, _ = references.followed(definition.get("requestBody"), at)
        content = body.get("content") if isinstance(body, Mapping) else None
        for media_type in content if isinstance(content, Mapping) else ():
            yield f"{operation}: body {media_type}"
        callbacks = definition.get("callbacks")
        for callback in callbacks if isinstance(callbacks, Mapping) else ():
            yield f"{operation}: callback {callback}"
