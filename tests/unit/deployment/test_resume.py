"""Which earlier run a capacity run goes on with."""

from __future__ import annotations

from pathlib import Path

import pytest

from deployment.errors import SetupError
from deployment.ledger import Ledger
from deployment.resume import chosen

PROJECTS = "/organizations/o/workspaces/w/projects"
MADE = {"id": "0123456789abcdef01234567"}


def test_a_run_that_cannot_be_resumed_is_refused_with_the_next_step(tmp_path: Path) -> None:
    living = Ledger(tmp_path, "0123abcd", "http://127.0.0.1:1")
    ended = Ledger(tmp_path, "4567cdef", "http://127.0.0.1:2")
    for ledger in (living, ended):
        ledger.outcome(ledger.intend(PROJECTS, {"name": f"geti-contract-{ledger.run_id}-media"}), PROJECTS, 201, MADE)
    ended.close()
    assert chosen("auto", tmp_path, "http://127.0.0.1:2") == "4567cdef"
    assert chosen("auto", tmp_path, "http://127.0.0.1:1") is None
    for run, words in (("89ab0123", "there is: none"), ("0123abcd", "goes on"), ("4567cdef", "http://127.0.0.1:2")):
        with pytest.raises(SetupError, match=words):
            chosen(run, tmp_path, "http://127.0.0.1:1")
    living.close()
