"""Every operation refuses who may not call, what is not declared, and ids that name nothing of the caller's."""

from __future__ import annotations

from harness.run import Run
from judges.rest import access
from judges.rest.cases import Case
from judges.rest.pages import judge_pages
from judges.rest.plan import Plan
from judges.rest.resources import Resources
from judges.rest.sender import Sender
from suites.rest.conftest import Judge


def test_key(judge: Judge, run: Run, sender: Sender, resources: Resources, key_case: Case) -> None:
    """A key that must not open the operation is refused with 401 or 403."""
    judge(key_case, lambda: access.judge_key(key_case, sender, resources, run.other_keys))


def test_methods(judge: Judge, plan: Plan, sender: Sender, resources: Resources, methods_case: Case) -> None:
    """A method that the path does not declare is answered with 405 or 404."""
    declared = plan.methods(methods_case.operation.path) if methods_case.operation else frozenset()
    judge(methods_case, lambda: access.judge_methods(methods_case, sender, resources, declared))


def test_deleted(judge: Judge, sender: Sender, resources: Resources, deleted_case: Case) -> None:
    """The id of a deleted resource is gone."""
    judge(deleted_case, lambda: access.judge_deleted(deleted_case, sender, resources))


def test_elsewhere(judge: Judge, sender: Sender, resources: Resources, elsewhere_case: Case) -> None:
    """A resource of one project cannot be reached through another."""
    judge(elsewhere_case, lambda: access.judge_elsewhere(elsewhere_case, sender, resources))


def test_pages(judge: Judge, sender: Sender, resources: Resources, pages_case: Case) -> None:
    """Each entry of a listing is on one page."""
    judge(pages_case, lambda: judge_pages(pages_case, sender, resources))


def test_malformed(judge: Judge, sender: Sender, resources: Resources, malformed_case: Case) -> None:
    """A malformed id is refused, and breaks nothing."""
    judge(malformed_case, lambda: access.judge_malformed(malformed_case, sender, resources))
