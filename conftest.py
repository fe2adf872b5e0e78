"""Options of a run, and the plugin that makes one when the suites are asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.options import add_options, read_options

collect_ignore = ["tests/sdk"]  # Geti's own client lives in an environment of its own: make sdk
SUITES = Path(__file__).parent / "suites"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options of a run."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Make a run where the suites are among what is to be collected."""
    paths = [(config.invocation_params.dir / arg.split("::")[0]).resolve() for arg in config.args]
    if config.option.collectonly or not any(path.is_relative_to(SUITES) for path in paths):
        return
    from harness.run import Run

    config.pluginmanager.register(Run(read_options(config)), "geti-run")
