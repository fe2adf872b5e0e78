"""What is asked of all answers together, once everything was sent; named to be collected last."""

from __future__ import annotations

from harness.run import Run
from suites.openapi.cases import Case
from suites.openapi.conftest import Judge
from suites.openapi.coverage import coverage, judge_echo, told
from suites.openapi.generation import Generator
from suites.openapi.plan import Plan
from suites.openapi.sending import Sender


def test_no_key_is_echoed(
    judge: Judge, run: Run, plan: Plan, sender: Sender, generator: Generator, echo_case: Case
) -> None:
    """No answer carries a key; what the run reached is noted beside it."""
    found = run.coverage["openapi"] = coverage(plan.operations, plan.links, sender, generator)
    run.notes.extend(told(found))
    judge(echo_case, lambda: judge_echo(sender))
