"""Options of a run, and the start of one when the suites are asked for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from harness.options import add_options

collect_ignore = ["tests/sdk"]  # Geti's own client lives in an environment of its own: make sdk
SUITES = Path(__file__).parent / "suites"


def pytest_configure() -> None:
    """Refuse where this cannot run: without assertions, which tests and generators rely on, and without file locks."""
    if os.name == "nt":
        raise pytest.UsageError("geti-contract runs on Linux and macOS, not on Windows itself; use WSL 2 there")
    if not __debug__:
        raise pytest.UsageError("Python runs without assertions here; unset PYTHONOPTIMIZE, and leave -O away")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options of a run, and the one that lets slow tests of the project's own run too."""
    add_options(parser)
    parser.addoption("--slow", action="store_true", help="run the tests that take minutes too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes minutes, unless it is asked for."""
    if not config.getoption("--slow"):
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(pytest.mark.skip(reason="takes minutes: run with --slow"))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Start a run where the suites are among what is to be collected, and judged."""
    config = session.config
    if config.option.collectonly:
        from harness.collection import Collection
        from harness.manifest import listed
        from harness.options import read_options

        config.pluginmanager.register(Collection(listed(read_options(config))))
        return
    paths = [(config.invocation_params.dir / arg.split("::")[0]).resolve() for arg in config.args]
    if any(path.is_relative_to(SUITES) for path in paths):
        from harness.plugins import start

        start(config)
