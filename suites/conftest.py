"""The cases of a run: what must be judged is fixed before anything is judged."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from contract.limits import EnforcementPoint
from contract.probes import Probe
from contract.results import Result
from contract.verdicts import Verdict
from deployment.errors import SetupError
from deployment.media import Dataset, create_dataset, delete_project
from harness.run import Run
from harness.selection import chosen
from judges.costs import bytes_of, requests_of
from judges.counts.cases import CountCase, count_cases
from judges.imports.cases import ImportCase, import_cases
from judges.media.agreement import AgreementCase, agreement_cases
from judges.media.cases import MediaCase, media_cases
from judges.media.combinations import CombinationCase, combination_cases
from judges.rest.cases import Case
from judges.rest.plan import AuditCase, Plan, make_plan
from judges.results import unjudged
from judges.uploads.cases import HostileCase
from judges.uploads.files import file_cases
from judges.uploads.forms import form_cases

_ByFixture = Mapping[
    str, Sequence[MediaCase | AgreementCase | CombinationCase | CountCase | ImportCase | HostileCase | AuditCase | Case]
]
_CASES = pytest.StashKey[_ByFixture]()
PLAN = pytest.StashKey[Plan]()


def _run(config: pytest.Config) -> Run | None:
    run = config.pluginmanager.get_plugin("geti-run")
    return run if isinstance(run, Run) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Write the manifest, in the controller of several processes too, which collects nothing itself."""
    run = _run(session.config)
    if run is not None:
        media = media_cases(run.profile, run.options.seed)
        agreements = agreement_cases(media)
        combined = combination_cases(run.profile, run.options.seed)
        counts = count_cases(run.profile, run.options.tier)
        imports = import_cases(run.profile, run.options.seed)
        hostile = [*file_cases(run.profile, run.options.seed), *form_cases(run.profile, run.options.seed)]
        try:
            plan = session.config.stash[PLAN] = make_plan(
                run.client, run.profile, run.options.openapi, run.options.ca_bundle
            )
        except SetupError as error:
            raise pytest.UsageError(str(error)) from None
        run.documented = plan.operations
        by_fixture: _ByFixture = {
            "image_case": [case for case in media if case.probe.limit.entity == "image"],
            "video_case": [case for case in media if case.probe.limit.entity == "video"],
            "image_agreement": [case for case in agreements if case.point is EnforcementPoint.IMAGE_UPLOAD],
            "video_agreement": [case for case in agreements if case.point is EnforcementPoint.VIDEO_UPLOAD],
            "combination_case": combined,
            "count_case": counts,
            "import_case": imports,
            "hostile_case": hostile,
            **plan.by_fixture,
        }
        session.config.stash[_CASES] = by_fixture
        run.whole = [
            case.id for each in (media, agreements, combined, counts, imports, hostile, plan.cases) for case in each
        ]
        run.manifest = chosen(run.whole, run.options)
        run.announce_cost(
            requests_of((*media, *combined, *hostile), counts, run.profile) + plan.requests,
            bytes_of(counts, run.profile),
        )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the cases of the manifest, where it is not the whole."""
    run = _run(config)
    if run is not None and len(run.manifest) < len(run.whole):
        mine = set(run.manifest)
        kept, left = list[pytest.Item](), list[pytest.Item]()
        for item in items:
            (kept if getattr(_case_of(item), "id", None) in mine else left).append(item)
        config.hook.pytest_deselected(items=left)
        items[:] = kept


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Hold back, before anything is made for it, a case that this run can no longer or must not judge."""
    run, case = _run(item.config), _case_of(item)
    if run is None or case is None or isinstance(case, AuditCase):
        return
    reason = run.client.budget.stopped
    if run.options.read_only and not (isinstance(case, Case) and case.only_reads):
        reason = "held back: --geti-read-only, and to judge this something must be created or changed"
    if reason:
        run.confirmation.start_case()
        run.record(_held_back(case, run, reason))


def _case_of(item: pytest.Item) -> Any:
    """The case that a test judges; None for a test that has none."""
    callspec = getattr(item, "callspec", None)
    return next(iter(callspec.params.values()), None) if callspec is not None else None


def _held_back(case: Any, run: Run, reason: str) -> Result:
    probe = getattr(case, "probe", None)
    if isinstance(probe, Probe):
        return replace(unjudged(case.id, probe, run.profile, ""), reason=reason)
    requirement = getattr(case, "requirement", case.id)
    return Result(case.id, requirement, getattr(case, "title", case.id), Verdict.INCONCLUSIVE, reason)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each case of the manifest."""
    for name, cases in metafunc.config.stash.get(_CASES, {}).items():
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, cases, ids=[case.id for case in cases])


@pytest.fixture(scope="session")
def run(pytestconfig: pytest.Config) -> Run:
    """The run that this test is part of."""
    found = _run(pytestconfig)
    assert found is not None, "the suites need a run: start them as `pytest suites`"
    return found


@pytest.fixture(scope="session")
def dataset(run: Run) -> Iterator[Dataset]:
    """A project of the run with an empty dataset; deleted after its last test, else when the run ends."""
    made = create_dataset(run.client, run.discovery, run.prefix)
    try:
        yield made
    finally:
        with contextlib.suppress(KeyboardInterrupt):
            delete_project(made)
