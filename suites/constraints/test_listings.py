"""Listings: how many entries they give at once.

Where the document of the deployment states another number, that is what it is held to.
"""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers("list.limit")
def test_a_listing_gives_at_most_100_entries_at_once(judge: Judge, case: Case) -> None:
    """A listing gives at most 100 entries at once.

    Source: Intel Geti REST API 2.11, the parameter limit of listings.
    """
    judge(case)
