"""A run works in one workspace of several, says which, and says in one line where it may not."""

from __future__ import annotations

import pytest

from tests.support.behaviours import several_workspaces, unknown_environment

LAB = {"id": "11111111-2222-4333-8444-555555555555", "name": "Lab"}
ONE = ("--geti-replay", "openapi.key-missing@list_projects")


def test_the_first_workspace_and_an_unknown_environment_are_said_in_the_header(
    run_suites, start_proxy, deployment
) -> None:
    proxy = start_proxy(deployment, behaviours=[several_workspaces(LAB), unknown_environment])
    run = run_suites(*ONE, deployment=deployment, proxy=proxy)
    assert run.status == 0, run.console
    header = run.console.partition("collected")[0]
    assert "workspace Default" in header
    assert "the first of 2; another: --geti-workspace" in header
    assert "the environment 'edge' is none of saas, on-prem" in header
    assert len(run.results["extra"]["run"]["notes"]) >= 2


def test_a_workspace_is_named_on_the_command_line_or_in_the_environment(run_suites, start_proxy, deployment) -> None:
    proxy = start_proxy(deployment, behaviours=[several_workspaces(LAB, first=True)])
    for given, environment in ((("--geti-workspace", "Default"), {}), ((), {"GETI_WORKSPACE": "Default"})):
        run = run_suites(*ONE, *given, deployment=deployment, proxy=proxy, **environment)
        assert run.status == 0, run.console
        assert "the first of" not in run.console


@pytest.mark.parametrize(("asked", "words"), [("Lab", "may not read the projects"), ("Moon", "is no workspace")])
def test_a_workspace_without_permission_is_one_line_and_nothing_is_sent(
    run_suites, start_proxy, deployment, asked: str, words: str
) -> None:
    proxy = start_proxy(deployment, behaviours=[several_workspaces(LAB)])
    run = run_suites(*ONE, "--geti-workspace", asked, deployment=deployment, proxy=proxy)
    assert run.status == 4, run.console
    assert words in run.console
    assert "Traceback" not in run.console
    assert {each.method for each in proxy.seen} == {"GET"}
