"""The cases of a run: what must be judged is fixed before anything is judged."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from deployment.errors import SetupError
from deployment.media import Dataset, create_dataset, delete_project
from harness.run import Run
from suites.limits.media_cases import MediaCase, media_cases
from suites.openapi.plan import Plan, make_plan

_CASES = pytest.StashKey[tuple[MediaCase, ...]]()
PLAN = pytest.StashKey[Plan]()


def _run(config: pytest.Config) -> Run | None:
    run = config.pluginmanager.get_plugin("geti-run")
    return run if isinstance(run, Run) else None


def pytest_collection(session: pytest.Session) -> None:
    """Write the manifest."""
    run = _run(session.config)
    if run is not None:
        cases = media_cases(run.profile, run.options.seed)
        session.config.stash[_CASES] = cases
        try:
            plan = session.config.stash[PLAN] = make_plan(run)
        except SetupError as error:
            raise pytest.UsageError(str(error)) from None
        run.manifest = [case.id for case in cases] + [case.id for case in plan.cases]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each case of the manifest."""
    for kind in ("image", "video"):
        name = f"{kind}_case"
        if name in metafunc.fixturenames:
            cases = metafunc.config.stash.get(_CASES, ())
            mine = [case for case in cases if case.probe.limit.entity == kind]
            metafunc.parametrize(name, mine, ids=[case.id for case in mine])
    plan = metafunc.config.stash.get(PLAN, None)
    for name, found in plan.by_fixture.items() if plan else ():
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, found, ids=[case.id for case in found])


@pytest.fixture(scope="session")
def run(pytestconfig: pytest.Config) -> Run:
    """The run that this test is part of."""
    found = _run(pytestconfig)
    assert found is not None, "the suites need a run: start them as `pytest suites`"
    return found


@pytest.fixture(scope="session")
def dataset(run: Run) -> Iterator[Dataset]:
    """A project of the run with an empty dataset; deleted at the end, whatever happens."""
    made = create_dataset(run.client, run.discovery, f"geti-contract-{run.run_id}")
    try:
        yield made
    finally:
        answer = None
        with contextlib.suppress(KeyboardInterrupt):
            answer = delete_project(made)
        if answer is None or not answer.accepted:
            words = answer.words if answer else "interrupted"
            run.notes.append(f"project geti-contract-{run.run_id} could not be deleted ({words}); delete it by hand")
