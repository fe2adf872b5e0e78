"""The console of a run: its settings, messages, first findings and progress as they come, the closing table."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Final

import pytest

from contract.results import Result
from contract.verdicts import BROKEN, Verdict
from harness.events import CaseJudged, Concluded, Connected, Event, Message, Progress, ReportsWritten
from harness.options import Options
from harness.progress import shown
from reports.cause_keys import cause_key
from reports.console import print_closing
from reports.files import REPORTS
from reports.text import escape

_SHOWN: Final = {
    **{verdict.value: ("broken", "F", verdict.upper()) for verdict in BROKEN},
    Verdict.WAIVED.value: ("waived", "w", "WAIVED"),
    Verdict.INCONCLUSIVE.value: ("not judged", "?", "NOT JUDGED"),
}


class TerminalReporter:
    """Writes to the console what it hears of."""

    def __init__(self, config: pytest.Config, options: Options) -> None:
        self._config, self._options = config, options
        self._connected: Connected
        self._concluded: Concluded | None = None
        self._written: ReportsWritten | None = None
        self._shown: set[tuple[str, ...]] = set()
        self._bars: dict[str, tuple[contextlib.ExitStack, Callable[[int], None]]] = {}
        self._lock = threading.RLock()  # several threads may fill, and say so, at once

    def pytest_geti_event(self, event: Event) -> None:
        """Show what is to be seen at once, whatever is captured, and keep the rest for the end."""
        match event:
            case Connected():
                self._connected = event
            case Message(text):
                self._print(text)
            case Progress():
                self._show(event)
            case CaseJudged(result):
                self._show_first(result)
            case Concluded():
                self._concluded = event
            case ReportsWritten():
                self._written = event

    def _print(self, line: str) -> None:
        with self._lock, self._uncaptured():
            print(f"\n{line}", flush=True)

    def _show(self, progress: Progress) -> None:
        with self._lock:
            if progress.label not in self._bars:
                stack = contextlib.ExitStack()
                stack.enter_context(self._uncaptured())
                update = stack.enter_context(shown(progress.label, progress.done, progress.total))
                self._bars[progress.label] = stack, update
            stack, update = self._bars[progress.label]
            if progress.ended:
                del self._bars[progress.label]
                stack.close()
            else:
                update(progress.done)

    def _uncaptured(self) -> contextlib.AbstractContextManager[None]:
        manager = self._config.pluginmanager.getplugin("capturemanager")
        uncaptured: contextlib.AbstractContextManager[None] = manager.global_and_fixture_disabled()
        return uncaptured

    def _show_first(self, result: Result) -> None:
        """The first finding of each cause at once: nobody waits an hour for the end of a run to see it."""
        name = result.requirement if result.side else result.requirement.split("@")[0]
        key = cause_key(result)
        if result.broken and key not in self._shown:
            self._shown.add(key)
            self._print(f"{result.verdict.upper()}: {name}: {escape(result.title)}: {escape(result.reason)}")

    def pytest_report_header(self) -> list[str]:
        """The settings in force, to make typos visible."""
        connection = self._connected.connection
        scaled = ", ".join(f"{key} {value}" for key, value in connection.scaled.items())
        version = connection.discovery.product.get("build-version", "version unknown")
        return [
            *([f"set low in the embedded deployment, so that every limit is filled: {scaled}"] if scaled else []),
            f"deployment: {connection.client.base} {version}, "
            f"{connection.profile.words}, tier {self._options.tier}, run {connection.client.run_id}",
            *([f"through the proxy {connection.client.proxy}"] if connection.client.proxy else []),
            *connection.discovery.remarks,
        ]

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Show verdicts in place of failures: the closing table lists findings by cause, not one by one."""
        verdict = dict(report.user_properties).get("verdict") if isinstance(report, pytest.TestReport) else None
        return _SHOWN.get(str(verdict))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The closing table and the verdict."""
        run, written = self._concluded, self._written
        if run is None or written is None:
            return
        print_closing(run.info, run.results, run.manifest, written.conclusion, terminalreporter.write)
        for line in run.teardown:
            terminalreporter.write_line(line, red=bool(run.info.inventory["left"]))
        for note in run.info.notes:
            terminalreporter.write_line(f"Note: {note}")
        if written.error:
            terminalreporter.write_line(f"REPORTS NOT WRITTEN: {written.error}", red=True)
        else:
            terminalreporter.write_line(f"Reports: {self._options.report_dir}/{{{','.join(REPORTS)}}}")
