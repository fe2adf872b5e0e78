"""The cases of a run: what must be judged is fixed before anything is judged."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from deployment.errors import SetupError
from deployment.media import Dataset, create_dataset, delete_project
from harness.run import Run
from suites.limits.costs import bytes_of, requests_of
from suites.limits.count_cases import CountCase, count_cases
from suites.limits.import_cases import ImportCase, import_cases
from suites.limits.media_cases import MediaCase, media_cases
from suites.openapi.plan import Plan, make_plan

_MEDIA = pytest.StashKey[tuple[MediaCase, ...]]()
_COUNTS = pytest.StashKey[tuple[CountCase, ...]]()
_IMPORTS = pytest.StashKey[tuple[ImportCase, ...]]()
PLAN = pytest.StashKey[Plan]()


def _run(config: pytest.Config) -> Run | None:
    run = config.pluginmanager.get_plugin("geti-run")
    return run if isinstance(run, Run) else None


def pytest_collection(session: pytest.Session) -> None:
    """Write the manifest."""
    run = _run(session.config)
    if run is not None:
        media = media_cases(run.profile, run.options.seed)
        counts = count_cases(run.profile, run.options.tier)
        imports = import_cases(run.profile, run.options.seed)
        session.config.stash[_MEDIA], session.config.stash[_COUNTS] = media, counts
        session.config.stash[_IMPORTS] = imports
        try:
            plan = session.config.stash[PLAN] = make_plan(run)
        except SetupError as error:
            raise pytest.UsageError(str(error)) from None
        run.manifest = [case.id for each in (media, counts, imports, plan.cases) for case in each]
        run.announce_cost(requests_of(media, counts, run.profile) + plan.requests, bytes_of(counts, run.profile))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the one case to be replayed, where there is one."""
    run = _run(config)
    if run is not None and run.options.replay is not None:
        name = run.options.replay
        run.manifest = [name] if name in run.manifest else []
        if not run.manifest:
            raise pytest.UsageError(f"--geti-replay {name} is no case of this run; see the names in results.json")
        chosen = [item for item in items if item.name.endswith(f"[{name}]")]
        config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
        items[:] = chosen


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each case of the manifest."""
    for kind in ("image", "video"):
        name = f"{kind}_case"
        if name in metafunc.fixturenames:
            cases = metafunc.config.stash.get(_MEDIA, ())
            mine = [case for case in cases if case.probe.limit.entity == kind]
            metafunc.parametrize(name, mine, ids=[case.id for case in mine])
    if "count_case" in metafunc.fixturenames:
        counts = metafunc.config.stash.get(_COUNTS, ())
        metafunc.parametrize("count_case", counts, ids=[case.id for case in counts])
    if "import_case" in metafunc.fixturenames:
        imports = metafunc.config.stash.get(_IMPORTS, ())
        metafunc.parametrize("import_case", imports, ids=[case.id for case in imports])
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
