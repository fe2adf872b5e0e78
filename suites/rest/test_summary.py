"""What is asked of all answers together, once everything was sent; named to be collected last."""

from __future__ import annotations

from harness.run import Run
from judges.rest.cases import Case
from judges.rest.coverage import coverage, judge_echo, told
from judges.rest.generator import Generator
from judges.rest.plan import Plan
from judges.rest.sender import Sender
from suites.rest.conftest import Judge


def test_no_key_is_echoed(
    judge: Judge, run: Run, plan: Plan, sender: Sender, generator: Generator, echo_case: Case
) -> None:
    """No answer carries a key; what the run reached is noted beside it."""
    found = run.coverage["openapi"] = coverage(plan.operations, plan.links, sender, generator)
    run.notes.extend(told(found))
    judge(echo_case, lambda: judge_echo(sender))
