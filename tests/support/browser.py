"""A real headless Chromium for tests; where there is none they are skipped, unless CI says that it must be there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def require(program: str) -> str:
    """The path of a program that a test needs; skips the test where it is missing and CI is not set."""
    path = shutil.which(program)
    if path is None and os.environ.get("CI") != "true":
        pytest.skip(f"{program} is not installed (apt-get install {program})")
    assert path is not None, f"CI must have {program}"
    return path


def started_browser() -> Iterator[Browser]:
    """A browser for the tests of a module."""
    path = require("chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS, timeout=300_000)
        yield started
        started.close()
