"""The OpenAPI document: what it must say by itself, before any request is judged.

Source of what it must say of limits: "System Constraints and Limit Handling", platform 2.0.0: "Any endpoint that can
create or update these entities can throw a 409 (CONFLICT) whenever the limits have been reached."
"""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers("document.available")
def test_there_is_a_document(judge: Judge, case: Case) -> None:
    """A deployment offers its document at /openapi-spec.json, unless one is given with --geti-openapi."""
    judge(case)


@covers("document.valid")
def test_the_document_is_valid(judge: Judge, case: Case) -> None:
    """The document is valid OpenAPI. Source: the OpenAPI Specification, 3.0 or 3.1, whichever it names."""
    judge(case)


@covers("document.complete")
def test_everything_that_the_document_declares_is_judged(judge: Judge, case: Case) -> None:
    """No operation, parameter, body or schema of the document is left out. Source: OpenAPI Specification, section 4."""
    judge(case)


@covers("document.operation-ids")
def test_every_operation_has_an_id_of_its_own(judge: Judge, case: Case) -> None:
    """Each operation has an id that no other has. Source: OpenAPI Specification, Operation Object, operationId."""
    judge(case)


@covers("document.security")
def test_every_operation_declares_its_security(judge: Judge, case: Case) -> None:
    """Each operation asks for a key by a scheme that the document defines. Source: Security Requirement Object."""
    judge(case)


@covers("document.error-bodies")
def test_every_operation_declares_the_documented_error_body(judge: Judge, case: Case) -> None:
    """Each error of each operation has error_code, message and http_status. Source: the platform's error body."""
    judge(case)


@covers("document.unique-names")
def test_no_name_stands_twice_in_one_object(judge: Judge, case: Case) -> None:
    """What is said twice is said once at most: a reader keeps one of the two. Source: RFC 8259, section 4."""
    judge(case)


@covers("document.bodiless-answers")
def test_no_answer_that_http_leaves_without_a_body_declares_one(judge: Judge, case: Case) -> None:
    """204, 205, 304, 1xx and each answer to HEAD have no body to declare. Source: RFC 9110, 15.3.5 and others."""
    judge(case)


@covers("document.upload-parts")
def test_every_upload_describes_its_parts(judge: Judge, case: Case) -> None:
    """Who uploads a form learns from the document which parts it has. Source: Media Type Object, multipart."""
    judge(case)


@covers("document.limits-declared")
def test_where_a_limit_bites_409_is_declared(judge: Judge, case: Case) -> None:
    """Each operation that a limit can refuse declares 409. Source: "can throw a 409 (CONFLICT)", see above."""
    judge(case)


@covers("document.numbers")
def test_the_numbers_stated_for_a_limit_are_those_of_the_table(judge: Judge, case: Case) -> None:
    """What the document's prose says of a limit is what the table says. Source: the row of the limit."""
    judge(case)
