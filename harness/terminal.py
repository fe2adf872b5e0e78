"""What a run tells on the console: its settings, its findings as they come, how far long work is, the closing table."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

import pytest

from contract.results import Result
from contract.verdicts import BROKEN, Verdict
from deployment.resume import sweep_command
from harness.progress import shown
from reports.console import print_closing
from reports.files import REPORTS
from reports.text import escape

if TYPE_CHECKING:
    from harness.run import Run

_SHOWN: Final = {
    **{verdict.value: ("broken", "F", verdict.upper()) for verdict in BROKEN},
    Verdict.WAIVED.value: ("waived", "w", "WAIVED"),
    Verdict.INCONCLUSIVE.value: ("not judged", "?", "NOT JUDGED"),
}


class TerminalReporter:
    """The hooks of a run that write to the console; no key comes through."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._told: set[str] = set()
        self._saying = threading.RLock()

    @property
    def _clean(self) -> Callable[[str], str]:
        return self.run.client.redactor.clean

    def say(self, line: str) -> None:
        """Tell the user how long work goes on, at once, whatever is captured; a worker has nobody to tell."""
        if self.run.sharing.told is None:
            with self._saying, self._uncaptured():  # several threads may fill at once
                print(f"\n{self._clean(line)}", flush=True)

    @contextlib.contextmanager
    def watch(self, label: str, done: int, total: int) -> Iterator[Callable[[int], None]]:
        """Show how far long work has come, at once, whatever is captured."""
        with self._uncaptured(), shown(label, done, total) as tell:
            yield tell

    def _uncaptured(self) -> contextlib.AbstractContextManager[None]:
        manager = self.run.session.config.pluginmanager.getplugin("capturemanager")
        uncaptured: contextlib.AbstractContextManager[None] = manager.global_and_fixture_disabled()
        return uncaptured

    def tell_first(self, result: Result) -> None:
        """Say the first finding of a limit or rule at once: a run of an hour is not waited for to see it."""
        name = f"{result.verdict.upper()}: {result.requirement if result.side else result.requirement.split('@')[0]}"
        if result.broken and name not in self._told:
            self._told.add(name)
            self.say(f"{name}: {escape(result.title)}: {escape(result.reason)}")

    def announce_cost(self, requests: int, size: int) -> None:
        """Say what the run will send; a fill of thousands that ``--geti-max-requests`` would cut off is not begun."""
        options, cost = (
            self.run.options,
            f"about {requests:,} requests" + (f" and {size / 1e6:,.0f} MB" if size >= 1e6 else ""),
        )
        if options.tier != "capacity":
            return
        if requests > options.max_requests:
            raise pytest.UsageError(
                f"the {options.tier} tier takes {cost}, --geti-max-requests allows "
                f"{options.max_requests:,}; raise it, or take another tier"
            )
        self.say(f"capacity tier: {cost}")
        if options.url is not None:
            self.say(
                f"should this run be killed, go on with --geti-resume {self.run.run_id}, or remove what it left with "
                f"{sweep_command(self.run.connection.teardown.directory, self.run.run_id)}"
            )

    def pytest_report_header(self) -> list[str]:
        """The settings in force, to make typos visible."""
        connection = self.run.connection
        scaled = ", ".join(f"{key} {value}" for key, value in connection.scaled.items())
        version = connection.discovery.product.get("build-version", "version unknown")
        return [
            *([f"set low in the embedded deployment, so that every limit is filled: {scaled}"] if scaled else []),
            f"deployment: {connection.client.base} {version}, "
            f"profile {connection.profile.name}, tier {self.run.options.tier}, run {connection.run_id}",
        ]

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Show verdicts in place of failures: the closing table tells findings by cause, not one by one."""
        verdict = dict(report.user_properties).get("verdict") if isinstance(report, pytest.TestReport) else None
        return _SHOWN.get(str(verdict))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The closing table and the verdict."""
        run = self.run
        if run.info is None or run.conclusion is None:
            return
        print_closing(run.info, run.results, run.manifest, run.conclusion, terminalreporter.write)
        for line in run.connection.teardown.lines:
            terminalreporter.write_line(line, red=bool(run.connection.teardown.left))
        for note in run.notes:
            terminalreporter.write_line(f"Note: {self._clean(note)}")
        if run.report_error:
            terminalreporter.write_line(f"REPORTS NOT WRITTEN: {run.report_error}", red=True)
        else:
            terminalreporter.write_line(f"Reports: {run.options.report_dir}/{{{','.join(REPORTS)}}}")

    def pytest_internalerror(self, excrepr: object) -> bool | None:
        """Tell an error of pytest or of the suite itself without the key."""
        told = str(excrepr)
        clean = self.run.client.redactor.clean_cut(told) if self.run.reached else told
        if clean == told:
            return None
        print(clean, file=sys.stderr)
        return True


def finding(result: Result) -> str:
    """A broken case in a few lines: what, where, what it should be, and the command to see it."""
    boundary = f"; documented {result.documented_words}, observed {result.boundary}" if result.boundary else ""
    where = f"{result.limit}, {result.side}, enforced at {result.enforcement_point}"
    return (
        f"{result.verdict.upper()} {where if result.side else result.requirement}\n"
        f"  {result.reason} [{result.title}]{boundary}" + (f"\n  {result.curl}" if result.curl else "")
    )
