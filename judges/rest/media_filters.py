"""A filter of media that the deployment's document declares, and what it lets pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from contract.openapi import Operation, properties, resolved, schema_of

# What of an entry each field of a rule is about, the simplest first: the letters' case is the document's.
_FIELDS: Final = {"media_type": "type", "media_name": "name"}
_OPERATOR: Final = "equal"
_TWO: Final = 2


@dataclass(frozen=True, slots=True)
class MediaFilter:
    """One rule of a query: ``body`` is sent, ``matched`` are the ids of what it lets pass, in order."""

    words: str
    body: Mapping[str, Any]
    matched: tuple[str, ...]


def media_filter(
    document: Mapping[str, Any], operation: Operation, entries: Sequence[Mapping[str, Any]]
) -> MediaFilter | None:
    """The filter that parts ``entries``; None where the document declares none that does."""
    for declared in _rules(document, operation):
        fields = {each.lower(): each for each in _values(document, declared.get("field"))}
        operator = {each.lower(): each for each in _values(document, declared.get("operator"))}.get(_OPERATOR)
        for name, shown in _FIELDS.items():
            counts = Counter(each[shown] for each in entries if isinstance(each.get(shown), str))
            if name not in fields or operator is None or len(counts) < _TWO:
                continue
            value = counts.most_common(1)[0][0]
            rule = {"field": fields[name], "operator": operator, "value": value}
            matched = tuple(str(each["id"]) for each in entries if each.get(shown) == value)
            return MediaFilter(f"{fields[name]} {operator} {value}", {"condition": "and", "rules": [rule]}, matched)
    return None


def _rules(document: Mapping[str, Any], operation: Operation) -> Iterator[Mapping[str, Any]]:
    """The properties of each form that a rule may have."""
    rules = resolved(document, properties(document, schema_of(document, operation)).get("rules"))
    items = resolved(document, rules.get("items")) if isinstance(rules, Mapping) else None
    forms = [*items.get("oneOf", ()), *items.get("anyOf", ())] if isinstance(items, Mapping) else []
    for form in (items, *forms):
        yield properties(document, form)


def _values(document: Mapping[str, Any], schema: Any) -> list[str]:
    """The texts that a schema allows by name."""
    declared = resolved(document, schema)
    if not isinstance(declared, Mapping):
        return []
    return [each for each in declared.get("enum", [declared.get("const")]) if isinstance(each, str)]
