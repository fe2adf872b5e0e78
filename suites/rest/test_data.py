"""Every operation, fed with what the document allows and with what it does not."""

from __future__ import annotations

from judges.rest.cases import Case
from judges.rest.fuzzer import Fuzzer
from suites.rest.conftest import Judge


def test_data(judge: Judge, fuzzer: Fuzzer, data_case: Case) -> None:
    """The answers are those that the document declares, and what it does not allow is refused without effect."""
    judge(data_case, lambda: fuzzer.judge(data_case))
