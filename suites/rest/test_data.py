"""Data: what the document allows is taken, what it does not allow is refused, and both as it declares.

Source: the parameters, request bodies and responses that the deployment's OpenAPI document declares.
"""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers("openapi.positive-data")
def test_what_the_document_allows_is_answered_as_it_declares(judge: Judge, case: Case) -> None:
    """An allowed request gets a declared status, with the declared media type, headers and body.

    A 409 need not be declared where something is created or updated: "System Constraints and Limit Handling", platform
    2.0.0, says that such an operation can throw it.
    """
    judge(case)


@covers("openapi.negative-data")
def test_what_the_document_does_not_allow_is_refused_and_changes_nothing(judge: Judge, case: Case) -> None:
    """A request that the document does not allow gets a declared error and leaves what it names as it was."""
    judge(case)


@covers("openapi.damaged-bodies")
def test_a_good_body_with_one_field_damaged_breaks_nothing(judge: Judge, case: Case) -> None:
    """Each field is left out, nulled, emptied, of another type and doubled in turn; what is taken can be read.

    Source: RFC 9110, 15.5 and 15.6: what is wrong with a request is told by 4xx, 5xx says that the server erred.
    """
    judge(case)
