"""Ids: what is gone, what belongs to another project and what is no id at all cannot be reached.

Source: the paths and the error responses that the deployment's OpenAPI document declares.
"""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers("openapi.deleted-ids")
def test_a_deleted_resource_is_gone(judge: Judge, case: Case) -> None:
    """What was deleted is answered with 404 and the documented error body, whatever is asked of it."""
    judge(case)


@covers("openapi.ids-of-another-project")
def test_a_resource_cannot_be_reached_through_another_project(judge: Judge, case: Case) -> None:
    """A path that names a project leads only to what belongs to that project."""
    judge(case)


@covers("openapi.malformed-ids")
def test_a_malformed_id_is_refused(judge: Judge, case: Case) -> None:
    """What is no id is a mistake of the client, answered with 4xx; it breaks nothing."""
    judge(case)
