"""What a client may have relied on in one OpenAPI document and no longer can in another. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from contract.audited import Defect, Place
from contract.openapi import Operation, declared_parameters, open_to_all, operations, resolved
from contract.operations import shape_of
from contract.schema_changes import Document, SchemaComparison

# The kinds of changes, each with the sentence that a client relied on.
KINDS: Final = {
    "operation": "an operation is there",
    "key": "an operation that asked for no key asks for none",
    "parameter": "a parameter is taken as it was, and no other must be given",
    "request": "a body is taken as it was",
    "status": "a status that was declared is declared",
    "answer": "an answer holds what it held",
}


@dataclass(frozen=True, slots=True)
class Break:
    """One thing that can no longer be relied on: its ``kind``, and where the new document has it, or would have it."""

    kind: str
    defect: Defect


def breaks(old: Document, new: Document) -> list[Break]:
    """Everything that a client of ``old`` may have relied on and that ``new`` does not keep; both are bundled."""
    later = {(each.method, shape_of(each.prefix + each.path)): each for each in operations(new)}
    found = []
    for each in operations(old):
        after = later.get((each.method, shape_of(each.prefix + each.path)))
        if after is None:
            found.append(Break("operation", Defect(each.place, f"{each.method} {each.path}", "is gone")))
        else:
            found += list(_OperationComparison(old, new, each, after).breaks())
    return found


@dataclass(frozen=True, slots=True)
class _OperationComparison:
    old_document: Document
    new_document: Document
    old: Operation
    new: Operation

    def breaks(self) -> Iterator[Break]:
        if open_to_all(self.old_document, self.old) and not open_to_all(self.new_document, self.new):
            yield self._break("key", self.new.place, "asks for a key now")
        yield from self._of_parameters()
        yield from self._of_body()
        yield from self._of_answers()

    def _break(self, kind: str, place: Place, message: str) -> Break:
        return Break(kind, Defect(place, f"{self.new.method} {self.new.path}", message))

    def _of_parameters(self) -> Iterator[Break]:
        before, after = (
            {(each.get("in"), each.get("name")): each for each in declared_parameters(document, operation)}
            for document, operation in ((self.old_document, self.old), (self.new_document, self.new))
        )
        place = (*self.new.place, "parameters")
        comparison = SchemaComparison(self.old_document, self.new_document, of_request=True)
        for (where, name), parameter in after.items():
            if where == "path":
                continue  # its name is not sent, and it is always required
            said = f"the {where} parameter {name}"
            earlier = before.get((where, name))
            if parameter.get("required") is True and (earlier is None or earlier.get("required") is not True):
                yield self._break("parameter", place, f"must now be given {said}")
        for (where, name), parameter in before.items():
            later = after.get((where, name))
            if where == "path" or later is None:
                if where != "path":
                    yield self._break("parameter", place, f"no longer has the {where} parameter {name}")
                continue
            for change in comparison.changes(parameter.get("schema"), later.get("schema"), place):
                yield self._break("parameter", change.place, f"{where} {name}{_of(change.what)} {change.message}")

    def _of_body(self) -> Iterator[Break]:
        before, after = (
            _mapping(resolved(document, operation.definition.get("requestBody")))
            for document, operation in ((self.old_document, self.old), (self.new_document, self.new))
        )
        place = (*self.new.place, "requestBody")
        if after.get("required") is True and before.get("required") is not True:
            yield self._break("request", place, "must now be given a body")
        yield from self._of_content("request", before, after, place, "body")

    def _of_answers(self) -> Iterator[Break]:
        before, after = (_mapping(each.definition.get("responses")) for each in (self.old, self.new))
        for status, response in before.items():
            place = (*self.new.place, "responses")
            if status not in after:
                if not str(status).isdecimal() or not self.new.declares(int(status)):
                    yield self._break("status", place, f"no longer declares {status}")
                continue
            one, other = resolved(self.old_document, response), resolved(self.new_document, after[status])
            yield from self._of_content("answer", _mapping(one), _mapping(other), (*place, status), f"{status}")

    def _of_content(
        self, kind: str, before: Mapping[str, Any], after: Mapping[str, Any], place: Place, what: str
    ) -> Iterator[Break]:
        old, new = _mapping(before.get("content")), _mapping(after.get("content"))
        comparison = SchemaComparison(self.old_document, self.new_document, of_request=kind == "request")
        for media_type, media in old.items():
            if media_type not in new:
                yield self._break(kind, place, f"{what} is no longer {media_type}")
                continue
            inner = (*place, "content", media_type, "schema")
            schemas = (_mapping(media).get("schema"), _mapping(new[media_type]).get("schema"))
            for change in comparison.changes(*schemas, inner):
                yield self._break(kind, change.place, f"{what}{_of(change.what)} {change.message}")


def _of(what: str) -> str:
    return f", {what}," if what else ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
