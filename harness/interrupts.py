"""Ctrl-C and SIGTERM: they end a run between two steps, and do nothing while it writes its reports."""

from __future__ import annotations

import signal
from types import FrameType
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from _pytest._code.code import TracebackEntry


class Interrupts:
    """What interrupts do to this process. ``came`` is set once one has interrupted it."""

    def __init__(self) -> None:
        self.came = False
        self._enabled = True

    def listen(self) -> None:
        """Handle both signals."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._interrupt)

    def stop_here(self) -> None:
        """Stop if not before: an interrupt that falls into a destructor is lost, and the run would go on."""
        if self.came:
            raise KeyboardInterrupt

    def ignore(self) -> None:
        """From here on the work is short, and an interrupt would cost the reports and leave processes behind."""
        self._enabled = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Leave the place where it came alone: to write down the others takes pytest longer than anybody waits.

        It prints that one place, yet writes down every object that was at hand in each, and parses their sources, which
        Python 3.11 cannot while others are under way; a place without a line it cannot print at all.
        """
        excinfo.traceback = excinfo.traceback.filter(_has_line)[-1:]
        excinfo.value.__suppress_context__ = True  # what was under way when the interrupt came has such places too

    def _interrupt(self, _signal: int, _frame: FrameType | None) -> None:
        if self._enabled:
            self.came = True
            raise KeyboardInterrupt


def _has_line(entry: TracebackEntry) -> bool:
    try:
        return entry.lineno >= 0
    except TypeError:
        return False
