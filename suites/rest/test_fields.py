"""Fields: what was sent is what is there, in the answer, in its reading and in a listing."""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers("openapi.fields")
def test_every_field_that_is_sent_reads_back(judge: Judge, case: Case) -> None:
    """Long names in several scripts, colours, hotkeys, groups, coordinates, the order of labels; after an edit, too.

    Source: the fields of the request bodies, as the document has them.
    """
    judge(case)
