"""How Hypothesis draws in the project's own tests: the same examples every time, few, and more with ``--slow``."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("few", derandomize=True, database=None, deadline=None, max_examples=20)
settings.register_profile("many", settings.get_profile("few"), max_examples=500)


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("many" if config.getoption("--slow") else "few")
