"""What a schema allowed and no longer does, or promised and no longer does. Pure functions.

A schema of a request allows: what it takes less of can break who sends. One of an answer promises: what it gives more
of can break who reads. Where a change cannot be told to be harmless, as that of a pattern, it is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from contract.audited import Place
from contract.openapi import resolved

Document = Mapping[str, Any]
# Bounds by keyword: whether a larger value allows more.
_BOUNDS: Final = {
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), True),
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), False),
}
# Bounds that allow everything all the same.
_NO_BOUND: Final = {("minLength", 0), ("minItems", 0), ("minProperties", 0)}
_UNCLEAR: Final = ("pattern", "multipleOf", "format", "not", "uniqueItems")
_ALTERNATIVES: Final = ("anyOf", "oneOf")
_DEPTH: Final = 32


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """One change: ``place`` is where the new schema has it, ``what`` the path of fields, ``""`` for the whole."""

    place: Place
    what: str
    message: str


@dataclass(slots=True)
class SchemaComparison:
    """Compares schemas of two documents; ``of_request`` says in which direction."""

    old_document: Document
    new_document: Document
    of_request: bool
    _seen: set[tuple[Any, Any]] = field(default_factory=set)

    def changes(self, old: Any, new: Any, place: Place, what: str = "", depth: int = 0) -> Iterator[SchemaChange]:
        """Every change from ``old`` to ``new`` that can break a client; of a pair of components once."""
        pair = _reference(old), _reference(new)
        if pair in self._seen or depth > _DEPTH:
            return
        if None not in pair:
            self._seen.add(pair)
        if pair[1] is not None:
            place = ("components", "schemas", pair[1].rpartition("/")[2])
        old, new = flat(self.old_document, old), flat(self.new_document, new)
        yield from (SchemaChange(place, what, message) for message in self._of_values(old, new))
        yield from (SchemaChange(place, what, message) for message in self._of_fields(old, new))
        before, after = (_mapping(schema.get("properties")) for schema in (old, new))
        for name in before:
            inner, named = (*place, "properties", name), f"{what}.{name}" if what else name
            if name in after:
                yield from self.changes(before[name], after[name], inner, named, depth + 1)
            else:
                yield SchemaChange(place, named, "is gone")
        if isinstance(old.get("items"), Mapping) and isinstance(new.get("items"), Mapping):
            yield from self.changes(old["items"], new["items"], (*place, "items"), f"{what}[]", depth + 1)
        for keyword in _ALTERNATIVES:
            yield from self._of_alternatives(old, new, keyword, place, what, depth)

    def _of_values(self, old: Document, new: Document) -> Iterator[str]:
        types, later = _types(old), _types(new)
        lost = _without(types, later) if self.of_request else _without(later, types)
        if lost:
            yield f"was {_words(types)}, is {_words(later)}"
        yield from self._of_enums(old, new)
        for keyword, larger_allows_more in _BOUNDS.items():
            before, after = (_bound(schema, keyword) for schema in (old, new))
            if before != after and self._is_narrower(before, after, larger_allows_more):
                yield f"{keyword} was {_said(before)}, is {_said(after)}"
        for keyword in _UNCLEAR:
            before, after = old.get(keyword), new.get(keyword)
            added = (after if self.of_request else before) not in (None, False)
            if before != after and added:
                yield f"{keyword} was {_said(before)}, is {_said(after)}"

    def _of_enums(self, old: Document, new: Document) -> Iterator[str]:
        before, after = (_members(schema) for schema in (old, new))
        narrow, wide = (after, before) if self.of_request else (before, after)
        if narrow is None:
            return
        lost = [] if wide is None else [each for each in wide if each not in narrow]
        if wide is None:
            yield f"was {_any(before)}, is {_any(after)}"
        elif lost:
            yield f"{'no longer' if self.of_request else 'may now be'} {', '.join(map(repr, lost))}"

    def _is_narrower(self, before: Any, after: Any, larger_allows_more: bool) -> bool:
        narrow, wide = (after, before) if self.of_request else (before, after)
        if narrow is None or wide is None:
            return narrow is not None
        return bool(narrow < wide) is larger_allows_more

    def _of_fields(self, old: Document, new: Document) -> Iterator[str]:
        before, after = (set(schema.get("required") or ()) for schema in (old, new))
        if self.of_request:
            yield from (f"must now hold {name}" for name in sorted(after - before))
            if new.get("additionalProperties") is False and old.get("additionalProperties") is not False:
                yield "takes no field any more that it does not name"
        else:
            there = _mapping(new.get("properties"))
            yield from (f"need no longer hold {name}" for name in sorted(before - after) if name in there)

    def _of_alternatives(
        self, old: Document, new: Document, keyword: str, place: Place, what: str, depth: int
    ) -> Iterator[SchemaChange]:
        before, after = (list(schema.get(keyword) or ()) for schema in (old, new))
        for number, (one, other) in enumerate(zip(before, after, strict=False)):
            yield from self.changes(one, other, (*place, keyword, str(number)), what, depth + 1)
        lost = len(before) - len(after) if self.of_request else len(after) - len(before)
        if lost > 0:
            yield SchemaChange(place, what, f"{keyword} had {len(before)} alternatives, has {len(after)}")


def flat(document: Document, schema: Any, depth: int = 8) -> Document:
    """A schema with what its reference and its ``allOf`` add to it: fields and requirements together, else the last."""
    target = resolved(document, schema)
    if not isinstance(target, Mapping) or not depth:
        return {}
    node: Document = {**target, **{name: value for name, value in schema.items() if name != "$ref"}}
    parts = [flat(document, each, depth - 1) for each in node.get("allOf") or ()]
    if not parts:
        return node
    whole: dict[str, Any] = {}
    for part in (*parts, {name: value for name, value in node.items() if name != "allOf"}):
        fields = {**_mapping(whole.get("properties")), **_mapping(part.get("properties"))}
        required = [*(whole.get("required") or ()), *(part.get("required") or ())]
        whole |= part
        whole |= {"properties": fields} if fields else {}
        whole |= {"required": required} if required else {}
    return whole


def _reference(schema: Any) -> str | None:
    """The component of a bundle that a schema refers to; None where it stands for itself."""
    reference = schema.get("$ref") if isinstance(schema, Mapping) else None
    return reference if isinstance(reference, str) else None


def _types(schema: Document) -> frozenset[str] | None:
    """The types that a schema allows; None for all."""
    given = schema.get("type")
    if given is None:
        return None
    named = {given} if isinstance(given, str) else set(given)
    return frozenset(named | ({"null"} if schema.get("nullable") is True else set()))


def _without(wide: frozenset[str] | None, narrow: frozenset[str] | None) -> bool:
    """Whether ``wide`` has a type that ``narrow`` has not; an integer is a number, too."""
    if narrow is None:
        return False
    if wide is None:
        return True
    return bool(wide - narrow - ({"integer"} if "number" in narrow else set()))


def _bound(schema: Document, keyword: str) -> Any:
    value = schema.get(keyword)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and (keyword, value) not in _NO_BOUND else None


def _members(schema: Document) -> list[Any] | None:
    given = [schema["const"]] if "const" in schema else schema.get("enum")
    return given if isinstance(given, list) else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _words(types: frozenset[str] | None) -> str:
    return "of any type" if types is None else " or ".join(sorted(types))


def _any(members: list[Any] | None) -> str:
    return "any" if members is None else f"one of {', '.join(map(repr, members))}"


def _said(value: Any) -> str:
    return "not given" if value is None else str(value)
