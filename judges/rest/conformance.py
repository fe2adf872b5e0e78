"""Whether an answer is one that the document declares, and whether what it does not allow was refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import httpx
import schemathesis
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.core import NotSet
from schemathesis.core.failures import AcceptedNegativeData, FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.openapi.checks import MalformedMediaType
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
)

from contract.audit import declares_other_error
from contract.identifiers import IDENTIFIER
from contract.observations import documented_error
from contract.openapi import Operation
from contract.verdicts import Judgement, Verdict
from judges.rest.findings import Sent, unjudgeable

load_all_checks()
_CHECKS: Final = [content_type_conformance, response_schema_conformance, response_headers_conformance]
# Answers that speak of the caller or of the moment: any operation may give them, declared or not.
_ALWAYS_ALLOWED: Final = frozenset({401, 403, 429})
_SHOWN: Final = 400
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
    if status in _ALWAYS_ALLOWED:
        return None
    # The platform's limits are documented in prose alone: whatever creates or updates may answer 409.
    conflict = status == 409 and operation.mutates
    if not operation.declares(status) and "DEFAULT" not in operation.statuses and not conflict:
        declared = ", ".join(sorted(operation.statuses))
        return Judgement(Verdict.WRONG_STATUS, f"got {sent.answer.words}, which is not declared ({declared})")
    return _error_body(document, operation, sent) or _as_declared(
        case, sent, [*_CHECKS, negative_data_rejection] if negative else _CHECKS
    )


def _error_body(document: Mapping[str, Any], operation: Operation, sent: Sent) -> Judgement | None:
    status = sent.answer.status or 0
    if status < 400 or operation.method == "HEAD" or declares_other_error(document, operation, status):
        return None
    error = documented_error(sent.answer)
    return Judgement(Verdict.NONCONFORMING, f"got {status}, but not as documented: {error}") if error else None


def _as_declared(case: schemathesis.Case[Any], sent: Sent, checks: list[Any]) -> Judgement | None:
    assert sent.response is not None, "judged only where an answer came"
    try:
        case.validate_response(_ids_in_small_letters(sent.response), checks=checks)
    except FailureGroup as group:
        # A media type that is none ("zip file") is a flaw of the document, and no answer can match it.
        failures = sorted(
            failure
            for failure in group.exceptions
            if not isinstance(failure, MalformedMediaType) and not _same_as_allowed(case, failure)
        )
        if not failures:
            return None
        worst = next((each for each in failures if isinstance(each, AcceptedNegativeData)), failures[0])
        message = " ".join(f"{worst.title}: {worst.message}".split())[:_SHOWN]
        verdict = Verdict.NOT_ENFORCED if isinstance(worst, AcceptedNegativeData) else Verdict.NONCONFORMING
        return Judgement(verdict, f"got {sent.answer.words}. {message}")
    return None


def _ids_in_small_letters(response: httpx.Response) -> httpx.Response:
    """The response as it would be with every id in small letters: hex has no case, whatever pattern is declared."""
    if not response.headers.get("content-type", "").startswith("application/json"):
        return response
    text = IDENTIFIER.sub(lambda found: found[0].lower(), response.text)
    if text == response.text:
        return response
    headers = {name: value for name, value in response.headers.items() if name not in _OF_THE_WIRE}
    same = httpx.Response(response.status_code, headers=headers, content=text.encode(), request=response.request)
    same.elapsed = response.elapsed
    return same


def _same_as_allowed(case: schemathesis.Case[Any], failure: BaseException) -> bool:
    """Whether what is called negative is the same as what is allowed once it is sent.

    A part of a form has no type: the number 0 in place of a text is the text "0". And a body that is generated as
    nothing is no wrong one where none is needed.
    """
    if not isinstance(failure, AcceptedNegativeData):
        return False
    multipart = (case.media_type or "").startswith("multipart/")
    return (multipart and "violates `type`" in failure.message) or _bodiless(case)


def _bodiless(case: schemathesis.Case[Any]) -> bool:
    """Whether the body alone is negative, and there is none."""
    negative = {
        location
        for location, component in (case.meta.components if case.meta else {}).items()
        if component.mode is GenerationMode.NEGATIVE
    }
    needed = any(body.is_required for body in case.operation.body)
    return negative == {ParameterLocation.BODY} and isinstance(case.body, NotSet) and not needed
