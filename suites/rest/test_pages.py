"""Pages: the parts of a listing that limit and skip ask for."""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers("openapi.pages")
def test_the_pages_of_a_listing_are_parts_of_one_whole(judge: Judge, case: Case) -> None:
    """Each entry is on one page, none is lost, none comes twice. Source: limit and skip, as the document has them."""
    judge(case)
