"""An operation that never answers costs a run a few timeouts, is one finding, and everything else is judged."""

from __future__ import annotations


def test_an_operation_that_never_answers_is_one_finding_and_the_rest_says_why_it_was_not_asked(run_suites) -> None:
    few = ("-k", "project_status and (key or deleted or positive) and not other-methods", "--geti-timeout", "5")
    run = run_suites("--geti-fault", "status-never-comes", *few)
    assert run.status == 1, run.console
    judged = {test["name"]: test["extra"] for test in run.judged}
    crashed = [name for name, extra in judged.items() if extra["verdict"] == "crashed"]
    assert crashed == ["openapi.positive-data@project_status"]
    open_cases = [extra for name, extra in judged.items() if name not in crashed and extra["verdict"] != "kept"]
    assert len(open_cases) >= 4
    assert all("not asked again: GET" in extra["reason"] for extra in open_cases)
