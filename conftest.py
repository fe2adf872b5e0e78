"""Options of a run, and the plugin that makes one when the suites are asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.options import add_options, read_options

collect_ignore = ["tests/sdk"]  # Geti's own client lives in an environment of its own: make sdk
SUITES = Path(__file__).parent / "suites"


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


def pytest_configure(config: pytest.Config) -> None:
    """Make a run where the suites are among what is to be collected."""
    if config.option.collectonly:
        from harness.collection import Collection
        from harness.manifest import listed

        config.pluginmanager.register(Collection(listed(read_options(config))), "geti-collection")
        return
    paths = [(config.invocation_params.dir / arg.split("::")[0]).resolve() for arg in config.args]
    if not any(path.is_relative_to(SUITES) for path in paths):
        return
    from harness.run import Run
    from harness.workers import INPUT, WorkerConfig

    given = getattr(config, "workerinput", None)
    told, name = (WorkerConfig.unpacked(given[INPUT]), given["workerid"]) if given else (None, "")
    run = Run(read_options(config), told, name)
    for name, plugin in (
        ("geti-run", run),
        ("geti-sharing", run.sharing),
        ("geti-telling", run.terminal),
        ("geti-collection", run.collection),
        ("geti-case-runner", run.case_runner),
    ):
        config.pluginmanager.register(plugin, name)
    if run.options.stop_at is not None:
        from benchmarks.power.early_stop import EarlyStop, ExpectedFinding

        config.pluginmanager.register(EarlyStop(ExpectedFinding.parse(run.options.stop_at), run), "geti-stopping")
