"""What has no test of its own in the suites yet: nothing that is in a table goes unjudged."""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers()
def test_what_no_other_test_covers(judge: Judge, case: Case) -> None:
    """Every requirement is judged, also one that was added to its table a minute ago."""
    judge(case)
