"""What is asked of all answers together, once everything was sent; named to be collected last."""

from __future__ import annotations

from harness.run import Run
from suites.openapi.cases import Case
from suites.openapi.conftest import Judge
from suites.openapi.coverage import coverage, judge_echo, told
from suites.openapi.plan import Plan
from suites.openapi.sending import Sender


def test_no_key_is_echoed(judge: Judge, run: Run, plan: Plan, sender: Sender, echo_case: Case) -> None:
    """No answer carries a key; what the run reached is noted beside it."""
    found = coverage(plan.operations, sender)
    run.notes.extend(told(found, sender))
    finding = judge_echo(sender)
    finding.facts = {"coverage": found, "held_back": dict(sender.held_back)}
    judge(echo_case, lambda: finding)
