"""Fixtures that start a deployment, and what judges it; the tests that start more than the one shared deployment.

``make test`` leaves those that start more to ``make test-all``: they are marked ``processes`` here, by their fixtures.
So is whatever is slow, so that ``make test-all ARGS=--slow`` leaves nothing out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from deployment import embedded
from tests.support.browser import started_browser
from tests.support.deployments import Deployment
from tests.support.processes import Process, SuitesRun
from tests.support.proxy import Proxy

STARTING = {"start", "start_deployment", "browser"}
browser = pytest.fixture(scope="module")(started_browser)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if STARTING & set(getattr(item, "fixturenames", ())) or item.get_closest_marker("slow"):
            item.add_marker("processes")


@pytest.fixture(scope="session")
def shared_deployment() -> Iterator[Deployment]:
    """The one embedded deployment of this process, for fixtures that outlive a test."""
    deployment = Deployment(embedded.start("cloud"))
    yield deployment
    deployment.stop()


@pytest.fixture
def deployment(shared_deployment: Deployment) -> Iterator[Deployment]:
    """The shared deployment: empty, keeping the contract, with the limits as published for the cloud."""
    yield shared_deployment
    shared_deployment.clear()


@pytest.fixture
def start_deployment() -> Iterator[Callable[..., Deployment]]:
    """Starts an embedded deployment with a profile, faults and limits of its own."""
    with ExitStack() as stack:

        def start(
            profile: str = "cloud",
            faults: Sequence[str] = (),
            limits: Mapping[str, int] | None = None,
            lag_s: float = 0.0,
        ) -> Deployment:
            deployment = Deployment(embedded.start(profile, faults, limits, lag_s))
            stack.callback(deployment.stop)
            return deployment

        yield start


@pytest.fixture
def start_proxy() -> Iterator[Callable[..., Proxy]]:
    """Starts a proxy before a deployment: ``start_proxy(deployment, answer, ...)``."""
    with ExitStack() as stack:

        def start(deployment: Deployment, *given: object, **more: object) -> Proxy:
            proxy = Proxy(deployment.url, *given, **more)  # type: ignore[arg-type]
            stack.callback(proxy.stop)
            return proxy

        yield start


@pytest.fixture
def start() -> Iterator[Callable[..., Process]]:
    """Starts ``python ARGUMENTS``, by default as a process that is ours to end."""
    with ExitStack() as stack:

        def started(*arguments: object, kind: type[Process] = Process, **given: object) -> Process:
            process = kind(*arguments, **given)  # type: ignore[arg-type]
            stack.callback(process.kill)
            return process

        yield started


@pytest.fixture
def start_suites(start: Callable[..., SuitesRun], tmp_path: Path) -> Callable[..., SuitesRun]:
    """Starts the suites: against ``deployment`` (through ``proxy``), or else against one that they start themselves."""

    def started(
        *options: str,
        deployment: Deployment | None = None,
        proxy: Proxy | None = None,
        out: Path = tmp_path / "out",
        paths: tuple[str, ...] = ("suites",),
        kind: type[SuitesRun] = SuitesRun,
        **environment: str,
    ) -> SuitesRun:
        target = proxy or deployment
        where = ("--geti-url", target.url) if target else ()
        key = deployment.environment if deployment else {}
        return start(out, *where, *options, kind=kind, paths=paths, environment=key | environment)

    return started


@pytest.fixture
def run_suites(start_suites: Callable[..., SuitesRun]) -> Callable[..., SuitesRun]:
    """Runs the suites to their end: exit status, console, and what the report says."""
    return lambda *options, **given: start_suites(*options, **given).finish()


@pytest.fixture
def sweep(start: Callable[..., Process], tmp_path: Path) -> Callable[..., Process]:
    """Runs ``python -m deployment sweep`` over the ledgers of the test."""

    def run(deployment: Deployment | None, *options: str) -> Process:
        command = ("-m", "deployment", "sweep", "--ledger-dir", str(tmp_path / "ledger"), *options)
        return start(*command, environment=deployment.environment if deployment else None).finish()

    return run
