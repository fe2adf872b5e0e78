"""Whether an answer is one that the document declares, and whether what it does not allow was refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import httpx
import schemathesis
from jsonschema_rs import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.core import NotSet
from schemathesis.core.failures import AcceptedNegativeData, Failure, FailureGroup
from schemathesis.core.jsonschema import make_validator
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import CoverageScenario
from schemathesis.openapi.checks import JsonSchemaError, MalformedMediaType
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
)

from contract.identifiers import IDENTIFIER
from contract.limits import EnforcementPoint
from contract.openapi import Operation, bodiless
from contract.verdicts import Judgement, Verdict
from deployment.parsing import is_json
from judges.rest.findings import Sent, error_fault, unjudgeable

load_all_checks()
_CHECKS_OF_NO_BODY: Final = [response_headers_conformance]
_CHECKS: Final = [content_type_conformance, response_schema_conformance, *_CHECKS_OF_NO_BODY]
# Answers that speak of the caller, of the moment or of how long a line is: any operation may give them undeclared.
_ALWAYS_ALLOWED: Final = frozenset({401, 403, 414, 429, 431})
_SHOWN: Final = 400
# Keywords of which the validator says what is missing or too much by name, and nothing of the values.
_NAMING: Final = frozenset({"required", "additionalProperties", "unevaluatedProperties", "dependentRequired"})
# What is no wrong data: a format only annotates (JSON Schema, 7.2.1), and nothing forbids to say a thing twice.
_PERMITTED: Final = frozenset({CoverageScenario.INVALID_FORMAT, CoverageScenario.DUPLICATE_PARAMETER})
_SENT_AS_TEXT: Final = (ParameterLocation.QUERY, ParameterLocation.HEADER, ParameterLocation.COOKIE)
_OF_A_MEDIUM: Final = frozenset({EnforcementPoint.IMAGE_UPLOAD, EnforcementPoint.VIDEO_UPLOAD})
_OF_THE_WIRE: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})


def judge_answer(
    document: Mapping[str, Any], operation: Operation, case: schemathesis.Case[Any], sent: Sent, *, negative: bool
) -> Judgement | None:
    """What is wrong with an answer; None where it is as declared.

    Only what was generated as ``negative`` must be refused: a real medium in place of a generated text is no wrong one.
    """
    judgement = unjudgeable(sent.answer)
    if judgement is not None:
        return judgement
    status = sent.answer.status or 0
    if status in _ALWAYS_ALLOWED or (400 <= status < 500 and _lacks_optional_body(case)):
        return None
    # The platform's limits are documented in prose alone: whatever creates or updates may answer 409.
    conflict = status == 409 and operation.mutates
    # A medium may be read after it was taken (GET /feature_flags says so), whatever the document says.
    later = status == 202 and not _OF_A_MEDIUM.isdisjoint(operation.points)
    if not operation.declares(status) and not conflict and not later:
        return Judgement(Verdict.WRONG_STATUS, f"got {sent.answer.words}, which is not declared")
    checks = _CHECKS_OF_NO_BODY if bodiless(operation.method, str(status)) else _CHECKS
    return error_fault(document, operation, sent) or _as_declared(
        case, sent, [*checks, negative_data_rejection] if negative else checks
    )


def _as_declared(case: schemathesis.Case[Any], sent: Sent, checks: list[Any]) -> Judgement | None:
    assert sent.response is not None, "judged only where an answer came"
    try:
        case.validate_response(_with_ids_in_small_letters(sent.response), checks=checks)
    except FailureGroup as group:
        # A media type that is none ("zip file") is a flaw of the document, and no answer can match it.
        failures = sorted(
            failure
            for failure in group.exceptions
            if not isinstance(failure, MalformedMediaType)
            and not (isinstance(failure, AcceptedNegativeData) and _permitted(case, sent, failure))
        )
        if not failures:
            return None
        worst = next((each for each in failures if isinstance(each, AcceptedNegativeData)), failures[0])
        verdict = Verdict.NOT_ENFORCED if isinstance(worst, AcceptedNegativeData) else Verdict.NONCONFORMING
        return Judgement(verdict, f"got {sent.answer.words}: {_words(worst)[:_SHOWN]}")
    return None


def _in_small_letters(text: str) -> str:
    """The text with every id in small letters: hex has no case, whatever pattern is declared."""
    return IDENTIFIER.sub(lambda found: found[0].lower(), text)


def _with_ids_in_small_letters(response: httpx.Response) -> httpx.Response:
    if not is_json(response):
        return response
    text = _in_small_letters(response.text)
    if text == response.text:
        return response
    headers = {name: value for name, value in response.headers.items() if name not in _OF_THE_WIRE}
    same = httpx.Response(response.status_code, headers=headers, content=text.encode(), request=response.request)
    same.elapsed = response.elapsed
    return same


def _words(failure: Failure) -> str:
    """What is wrong in one line that is the same wherever the same is wrong: without the values that came."""
    if isinstance(failure, AcceptedNegativeData):
        component = failure.message.partition("Invalid component: ")[2]
        return f"taken, though the document does not allow it: {' '.join(component.split()) or 'the data'}"
    if not isinstance(failure, JsonSchemaError):
        return f"{failure.title}: {' '.join(failure.message.split())}"
    keyword = str(failure.schema_path[-1]) if failure.schema_path else ""
    place = "/".join("*" if isinstance(part, int) else str(part) for part in failure.instance_path)
    demanded = failure.schema.get(keyword) if isinstance(failure.schema, dict) else None
    said = failure.validation_message if keyword in _NAMING else f"{keyword} is not {json.dumps(demanded)}"
    return f"{failure.title} at {place or 'the top'}: {said}"


def _permitted(case: schemathesis.Case[Any], sent: Sent, failure: AcceptedNegativeData) -> bool:
    """Whether what is called negative was refused, or is the same as what is allowed once it is sent.

    A part of a form has no type: the number 0 in place of a text is the text "0". And a body that is generated as
    nothing is no wrong one where none is needed.
    """
    multipart = (case.media_type or "").startswith("multipart/")
    return (
        not sent.answer.accepted
        or (multipart and "violates `type`" in failure.message)
        or (_negative_places(case) == {ParameterLocation.BODY} and _lacks_optional_body(case))
        or _breaks_only_what_annotates(case)
    )


def _negative_places(case: schemathesis.Case[Any]) -> set[ParameterLocation]:
    components = case.meta.components if case.meta else {}
    return {place for place, component in components.items() if component.mode is GenerationMode.NEGATIVE}


def _lacks_optional_body(case: schemathesis.Case[Any]) -> bool:
    """Whether there is no body where one is declared that need not be there: that it must is the document's to say."""
    bodies = list(case.operation.body)
    return bool(bodies) and isinstance(case.body, NotSet) and not any(body.is_required for body in bodies)


def _breaks_only_what_annotates(case: schemathesis.Case[Any]) -> bool:
    data = case.meta.phase.data if case.meta else None
    mutations = getattr(data, "mutations", ())
    if getattr(data, "scenario", None) in _PERMITTED or (
        mutations and all(m.keywords == ("format",) for m in mutations)
    ):
        return True
    if mutations and not isinstance(case.body, NotSet) and _fits_without_formats(case):
        return True
    place = getattr(data, "parameter_location", None)
    undocumented = getattr(data, "scenario", None) is CoverageScenario.OBJECT_UNEXPECTED_PROPERTIES
    if (place in _SENT_AS_TEXT and undocumented) or (mutations and all(map(_adds_a_parameter, mutations))):
        return True  # whoever gets a header or a parameter that no document names ignores it: RFC 9110, 5.1
    if place not in _SENT_AS_TEXT or _negative_places(case) != {place}:
        return False
    named = [name for name in (getattr(data, "parameter", None), *(each.parameter for each in mutations)) if name]
    return bool(named) and all(_fits_as_text(case, place, one) for one in named)


def _adds_a_parameter(mutation: Any) -> bool:
    return mutation.keywords == ("additionalProperties",) and mutation.parameter_location in _SENT_AS_TEXT


def _fits_without_formats(case: schemathesis.Case[Any]) -> bool:
    """Whether a body, the only place of what is wrong, breaks no more than formats, wherever the schema has them."""
    if _negative_places(case) != {ParameterLocation.BODY}:
        return False
    schemas = [_without_formats(body.validation_schema) for body in case.operation.body]
    return any(make_validator(schema, Draft202012Validator).is_valid(case.body) for schema in schemas)


def _without_formats(schema: Any) -> Any:
    """A schema without its formats; a property of that name has a schema, no text."""
    if isinstance(schema, list):
        return [_without_formats(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    return {key: _without_formats(each) for key, each in schema.items() if key != "format" or not isinstance(each, str)}


def _fits_as_text(case: schemathesis.Case[Any], place: ParameterLocation, name: str) -> bool:
    """Whether a text that a parameter is sent as, one of several where it is repeated, breaks a format at the most."""
    parameter, values = case.operation.get_parameter_set(place).get(name), case.get_container(place)
    if parameter is None or not isinstance(values, Mapping) or name not in values:
        return False
    schema = {key: each for key, each in parameter.validation_schema.items() if key != "format"}
    validator = make_validator(schema, Draft202012Validator)
    value = values[name]
    texts = [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str | int | float)]
    return any(validator.is_valid(_in_small_letters(str(text))) for text in texts)
