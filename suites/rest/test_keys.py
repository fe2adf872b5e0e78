"""Keys: what must not open an operation is refused with 401 or 403.

Source: the security that the deployment's OpenAPI document declares for the operation.
"""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers("openapi.key-missing")
def test_a_request_without_a_key_is_refused(judge: Judge, case: Case) -> None:
    """Without a key an operation answers 401 or 403, unless the document declares it open to all."""
    judge(case)


@covers("openapi.key-garbage")
def test_a_garbage_key_is_refused(judge: Judge, case: Case) -> None:
    """A key that was never issued opens nothing."""
    judge(case)


@covers("openapi.key-expired")
def test_an_expired_key_is_refused(judge: Judge, case: Case) -> None:
    """A key whose time is over opens nothing; judged where --geti-expired-token-file names one."""
    judge(case)


@covers("openapi.key-foreign")
def test_a_key_of_another_organization_is_refused(judge: Judge, case: Case) -> None:
    """A key opens nothing of another organization; judged where --geti-foreign-token-file names one."""
    judge(case)


@covers("openapi.key-altered")
def test_a_key_that_is_not_written_as_it_was_issued_is_refused(judge: Judge, case: Case) -> None:
    """The run's own key in other case, cut, longer or with another character is a key that was never issued."""
    judge(case)


@covers("openapi.key-elsewhere")
def test_a_key_opens_nothing_but_in_the_place_declared_for_it(judge: Judge, case: Case) -> None:
    """In the query, a cookie, another header or as a bearer token it opens nothing that the document does not say."""
    judge(case)


@covers("openapi.key-other-methods")
def test_head_and_options_show_nothing_without_a_key(judge: Judge, case: Case) -> None:
    """HEAD is GET without the body, RFC 9110, 9.3.2; OPTIONS may describe a path, and shows nothing that lies there."""
    judge(case)
