"""Power by faults that somebody else wrote, as a reverse proxy before the embedded deployment."""

from __future__ import annotations

import sys

import pytest

from benchmarks.power.proxied import ProxyCommandError, faults_of, serving
from benchmarks.power.runs import run_gate
from benchmarks.power.scores import score

COMMAND = f"{sys.executable} -m tests.support.proxied_faults"
FEW = ("-k", "project.tasks.max")


def test_a_fault_of_a_proxy_is_named_right() -> None:
    fault = next(each for each in faults_of(COMMAND) if each.name == "tasks-refused-with-400")
    run = run_gate(fault, options=FEW, proxy=COMMAND)
    scored = score(fault, run)
    assert (scored.killed, scored.named, scored.false_positives) == (True, True, frozenset()), run.output


def test_a_fault_that_a_proxy_does_not_have_survives() -> None:
    fault = next(each for each in faults_of(COMMAND) if each.name == "nothing-is-wrong")
    scored = score(fault, run_gate(fault, options=FEW, proxy=COMMAND))
    assert (scored.killed, scored.broken) == (False, frozenset())


@pytest.mark.parametrize("command", [f"{sys.executable} -c 'print(1)'", f"{sys.executable} -c 1/0", "no-such-command"])
def test_a_command_that_lists_no_faults_is_told_what_to_print(command: str) -> None:
    with pytest.raises(ProxyCommandError, match="print one JSON object a line"):
        faults_of(command)


def test_a_command_that_serves_nothing_is_told_what_to_print() -> None:
    fault = faults_of(COMMAND)[0]
    command = f"{sys.executable} -c 'print()'"
    with pytest.raises(ProxyCommandError, match="print the base URL"), serving(command, fault, "http://127.0.0.1:1"):
        pass
