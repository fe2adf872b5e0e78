"""What an OpenAPI document must say by itself of every operation, rule by rule. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from contract.audited import AuditedDocument, Checked, Defect, lacking, of_operations
from contract.document_shape import EXAMPLE
from contract.limits import EnforcementPoint
from contract.openapi import NAMES_TWICE, Operation, bodiless, declared_response, open_to_all, properties, resolved
from contract.operations import WORKSPACE, shape_of
from contract.verdicts import Judgement, Verdict

ERROR_KEYS: Final = ("error_code", "message", "http_status")
_SHOWN: Final = 8
# A training over its limit is not refused: the job carries a warning.
_NEVER_REFUSES: Final = frozenset({EnforcementPoint.TRAINING, EnforcementPoint.OPTIMIZE, EnforcementPoint.HPO})


def unique_names(document: AuditedDocument) -> Checked:
    """Whether no object has a name twice."""
    twice: Sequence[str] = document.content.get(NAMES_TWICE) or ()
    if not twice:
        return Checked(Judgement(Verdict.KEPT, "no object has a name twice"))
    defects = [Defect((NAMES_TWICE, str(number)), each, "stands twice") for number, each in enumerate(twice)]
    named = f"in one object stand twice: {', '.join(sorted(twice)[:_SHOWN])}"
    return Checked(Judgement(Verdict.NONCONFORMING, named), tuple(defects))


def ids(document: AuditedDocument) -> Checked:
    """Whether every operation has an id that no other has."""
    given = [operation.definition.get("operationId") for operation in document.operations]
    defects = [
        Defect(
            operation.place,
            f"{operation.method} {operation.path}",
            f"another operation has the operationId {identifier!r}, too" if identifier else "has no operationId",
        )
        for operation, identifier in zip(document.operations, given, strict=True)
        if not identifier or given.count(identifier) > 1
    ]
    return of_operations(document.operations, defects, "have no operationId of their own")


def security(document: AuditedDocument) -> Checked:
    """Whether every operation asks for a key by a scheme that the document defines, or is declared to be open.

    What is kept in a workspace is open to nobody without a key.
    """
    schemes = (document.content.get("components") or {}).get("securitySchemes") or {}
    without = []
    for operation in document.operations:
        options = operation.definition.get("security", document.content.get("security")) or []
        undefined = any(not set(option) <= set(schemes) for option in options)
        is_open = open_to_all(document.content, operation)
        if undefined or (operation.shape.startswith(shape_of(WORKSPACE)) if is_open else not options):
            without.append(operation)
    defects = lacking(without, "declares no security, or one that is not defined")
    return of_operations(document.operations, defects, "declare no security, or one that is not defined")


def error_bodies(document: AuditedDocument) -> Checked:
    """Whether every operation declares errors, and each with the documented body."""
    missing = f"declare no error whose body has {', '.join(ERROR_KEYS)}, or one without"
    defects = [defect for each in document.operations for defect in _errors_without_body(document.content, each)[:1]]
    return of_operations(document.operations, defects, missing)


def _errors_without_body(document: Mapping[str, Any], operation: Operation) -> list[Defect]:
    if operation.method == "HEAD":
        return []
    responses = operation.definition.get("responses") or {}
    errors = {status: resolved(document, body) for status, body in responses.items() if status[:1] in ("4", "5", "d")}
    if not errors:
        # What is open to all and asks for nothing has no error of its own to declare.
        return [] if open_to_all(document, operation) else lacking([operation], "declares no error")
    lost = [status for status, error in errors.items() if not _is_error(document, error)]
    message = f"declares no error body with {', '.join(ERROR_KEYS)} for {', '.join(lost)}"
    return [Defect((*operation.place, "responses", status), operation.name, message) for status in lost]


def _is_error(document: Mapping[str, Any], response: Any) -> bool:
    content = (response or {}).get("content") or {}
    return any(set(ERROR_KEYS) <= set(properties(document, media.get("schema"))) for media in content.values())


def declares_other_error(document: Mapping[str, Any], operation: Operation, status: int, media_type: str) -> bool:
    """Whether an operation declares a body for this status that is not the documented error body.

    ``media_type`` is that of the answer: of several declared, it decides. A JSON object without properties declares
    nothing in particular.
    """
    declared = declared_response(document, operation, status)
    content = {name.lower(): media for name, media in (declared.get("content") or {}).items()}
    chosen = {name: media for name, media in content.items() if name.partition(";")[0].strip() == media_type} or content
    return any(_declares_a_body(document, name, media) for name, media in chosen.items()) and not _is_error(
        document, {"content": chosen}
    )


def _declares_a_body(document: Mapping[str, Any], media_type: str, media: Mapping[str, Any]) -> bool:
    schema = resolved(document, media.get("schema")) or {}
    return "json" not in media_type or bool(properties(document, schema)) or schema.get("type", "object") != "object"


def bodiless_answers(document: AuditedDocument) -> Checked:
    """Whether no status that HTTP leaves without a body declares one."""
    # What is declared for HEAD describes the headers, which are those of the body that GET would send.
    defects = [
        Defect(
            (*operation.place, "responses", status, "content"),
            f"{operation.name} ({status})",
            f"declares a body for {status}, which has none",
        )
        for operation in document.operations
        if operation.method != "HEAD"
        for status, body in (operation.definition.get("responses") or {}).items()
        if bodiless(operation.method, str(status)) and (resolved(document.content, body) or {}).get("content")
    ]
    return of_operations(document.operations, defects, "declare a body where HTTP sends none")


def uploads(document: AuditedDocument) -> Checked:
    """Whether every upload of a form describes its parts."""
    taking = [operation for operation in document.operations if _form(document.content, operation) is not None]
    without = [
        operation
        for operation in taking
        if not properties(document.content, (_form(document.content, operation) or {}).get("schema"))
    ]
    missing = "describe no part of their upload"
    return of_operations(taking, lacking(without, "describes no part of its upload"), missing)


def _form(document: Mapping[str, Any], operation: Operation) -> Mapping[str, Any] | None:
    body = resolved(document, operation.definition.get("requestBody")) or {}
    form: Mapping[str, Any] | None = (body.get("content") or {}).get("multipart/form-data")
    return form


def conflict(document: AuditedDocument, point: EnforcementPoint) -> Checked:
    """Whether the operations at an enforcement point declare 409."""
    if point in _NEVER_REFUSES:
        return Checked(Judgement(Verdict.NOT_APPLICABLE, "a job over this limit is not refused, it carries a warning"))
    here = [operation for operation in document.operations if point in operation.points]
    without = [operation for operation in here if not operation.declares(409)]
    return of_operations(here, lacking(without, "does not declare 409"), "do not declare 409")


def with_key(document: AuditedDocument, status: int) -> Checked:
    """Whether the operations that ask for a key declare a status; where none does, that is one defect."""
    asked = [operation for operation in document.operations if not open_to_all(document.content, operation)]
    without = [operation for operation in asked if not operation.declares(status)]
    defects = lacking(without, f"does not declare {status}")
    if asked and len(without) == len(asked):
        defects = [Defect(("paths",), "the document", f"none of {len(asked)} operations declares {status}")]
    return of_operations(asked, defects, f"do not declare {status}")


def example_statuses(document: AuditedDocument) -> Checked:
    """Whether the http_status in each example of an error is the status that it is an example of."""
    defects = [
        Defect((*place, "http_status"), operation.name, f"an example of {status} says that http_status is {said}")
        for operation in document.operations
        for status, response in (operation.definition.get("responses") or {}).items()
        if status[:1] in ("4", "5") and status.isdecimal()
        for place, said in _said(resolved(document.content, response), (*operation.place, "responses", status))
        if said != int(status)
    ]
    return of_operations(document.operations, defects, "have an example of an error with another status")


def _said(response: Any, place: tuple[str, ...]) -> list[tuple[tuple[str, ...], int]]:
    """The http_status of each example of a response, with the place of the example."""
    content = response.get("content") if isinstance(response, Mapping) else None
    found = []
    for name, media in (content if isinstance(content, Mapping) else {}).items():
        inner = (*place, "content", name)
        single = [((*inner, EXAMPLE), media.get(EXAMPLE))]
        named = media.get("examples")
        several = [
            ((*inner, "examples", each, "value"), example.get("value"))
            for each, example in (named if isinstance(named, Mapping) else {}).items()
            if isinstance(example, Mapping)
        ]
        for at, value in (*single, *several):
            said = value.get("http_status") if isinstance(value, Mapping) else None
            if isinstance(said, int):
                found.append((at, said))
    return found
