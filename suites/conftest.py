"""What the tests of the suites are given: the harness brings the cases, this brings what judges them."""

from __future__ import annotations

import pytest

from harness.case_runner import CASE_RUNNER, CaseRunner
from suites.covering import Judge


@pytest.fixture
def judge(pytestconfig: pytest.Config) -> Judge:
    """Judges a case against the deployment, and fails or skips the test as the verdict says."""
    runner = pytestconfig.pluginmanager.get_plugin(CASE_RUNNER)
    assert isinstance(runner, CaseRunner), "the suites need a run: start them as `pytest suites`"
    return runner.judge
