"""The pytest hooks around each case: stop in time, name its verdict, keep the key out of what is shown."""

from __future__ import annotations

import sys
from collections.abc import Generator

import pytest

from harness.events import CaseJudged, Event
from harness.run import Run


class Judging:
    """The hooks of one process, the only one or a worker."""

    def __init__(self, run: Run) -> None:
        self._run, self._redactor = run, run.client.redactor
        self._verdict: str | None = None

    def pytest_runtest_setup(self) -> None:
        """Stop before a case where an interrupt came."""
        self._run.interrupts.stop_here()

    def pytest_geti_event(self, event: Event) -> None:
        """Keep the verdict for the report of the test that recorded it."""
        if isinstance(event, CaseJudged):
            self._verdict = event.result.verdict.value

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Name the verdict on the report, and take the key out of its traceback and of captured output."""
        report = yield
        clean, traceback = self._redactor.clean_cut, str(report.longrepr or "")
        if clean(traceback) != traceback:
            report.longrepr = clean(traceback)
        report.sections[:] = [(clean(name), clean(content)) for name, content in report.sections]
        if self._verdict is not None:
            report.user_properties.append(("verdict", self._verdict))
            self._verdict = None
        return report

    def pytest_internalerror(self, excrepr: object) -> bool | None:
        """Show an error of pytest or of the suite itself without the key."""
        shown = self._redactor.clean_cut(str(excrepr))
        if shown == str(excrepr):
            return None
        print(shown, file=sys.stderr)
        return True
