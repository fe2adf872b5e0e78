"""A pytest plugin that interrupts its own run, as Ctrl-C does, before the reports are written and after."""

from __future__ import annotations

import os
import signal

import pytest

from harness.events import Concluded, Event, ReportsWritten


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_geti_event(event: Event) -> None:
    if isinstance(event, Concluded | ReportsWritten):
        print(f"interrupted at {type(event).__name__}")
        os.kill(os.getpid(), signal.SIGINT)
