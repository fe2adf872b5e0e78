"""Causes, and the promise that a finding stands under."""

from __future__ import annotations

from dataclasses import replace

from contract.results import Result
from contract.verdicts import Verdict
from reports.causes import causes, cited, promise
from tests.unit.reports.samples import broken_width


def rule(operation: str, reason: str) -> Result:
    name = f"openapi.missing-key@{operation}"
    return Result(name, name, f"a missing key is refused [{operation}]", Verdict.WRONG_STATUS, reason, citation="doc")


def test_a_limit_is_cited_as_its_row_of_the_table() -> None:
    result = replace(broken_width()[0], citation='The page, "Limits". How it was read.')
    assert cited(result) == 'video width: at most 7,860 px, at video upload (The page, "Limits")'


def test_a_limit_that_the_profile_switches_off_promises_nothing() -> None:
    assert promise(replace(broken_width()[0], documented=None)) == (
        "video width: no limit in this profile, at video upload"
    )


def test_a_rule_is_cited_without_its_operation() -> None:
    assert cited(rule("GET /jobs", "got 200")) == "a missing key is refused (doc)"


def test_a_promise_that_is_the_title_is_not_said_twice() -> None:
    assert cited(replace(rule("x", "got 200"), title="the document is valid")) == "doc"


def test_operations_that_break_a_rule_alike_are_one_cause_and_others_are_another() -> None:
    found = causes([rule("a", "got 200"), rule("b", "got 200"), rule("c", "got 500")], Verdict.WRONG_STATUS)
    assert [(cause.requirement, cause.others) for cause in found] == [
        ("openapi.missing-key@a", 1),
        ("openapi.missing-key@c", 0),
    ]
