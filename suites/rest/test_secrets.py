"""Secrets: judged after everything else was sent, so that every answer was looked at; named to be collected last."""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers("openapi.key-never-echoed")
def test_no_answer_shows_a_key(judge: Judge, case: Case) -> None:
    """No header and no body of any answer carries a key. Source: a key is a secret of the client that sends it."""
    judge(case)
