"""Pages: the parts of a listing that limit and skip ask for."""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers("openapi.pages")
def test_a_listing_shows_each_entry_once_on_pages_of_any_size(judge: Judge, case: Case) -> None:
    """Walked by limit and skip and by next_page to its end and one past it, no entry is lost, doubled or foreign.

    Source: limit and skip, as the document has them, and the pages that the answers name.
    """
    judge(case)
