"""The pytest plugin of a run: sets up before collection, judges and records, and concludes after the last test."""

from __future__ import annotations

import inspect
import secrets
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from contract.openapi import Operation
from contract.profiles import Profile, ProfileError
from contract.results import Conclusion, ExitStatus, Result, RunInfo, RunVerdict, Shard, conclude
from contract.tally import operations_seen
from contract.verdicts import Verdict
from contract.waivers import WaiverError
from deployment.client import Client
from deployment.discovery import Discovery
from deployment.errors import SetupError
from deployment.ledger import run_prefix
from deployment.resume import resumed_projects
from harness.case_runner import CaseRunner
from harness.collection import Collection
from harness.confirmation import Confirmation, DisturbedError
from harness.connection import Connection, join, reach
from harness.distribution import Distribution, share
from harness.interrupts import Interrupts
from harness.options import Options
from harness.redaction import hide
from harness.run_info import facts
from harness.terminal import TerminalReporter, finding
from harness.waivers import Waivers
from harness.workers import WorkerConfig, WorkerSummary
from reports.files import ReportError, clear, write_reports

# What pytest ends with where the suites themselves went well; all else is an error of its own.
_OURS = (
    pytest.ExitCode.OK,
    pytest.ExitCode.TESTS_FAILED,
    pytest.ExitCode.INTERRUPTED,
    pytest.ExitCode.NO_TESTS_COLLECTED,
)


class Run:
    """One run against one deployment. ``manifest`` is every case that must be judged, in order.

    ``documented`` are the operations of the deployment's document.
    ``whole`` is what the manifest was chosen from: where this is one ``shard`` of several, that of all of them.
    ``worker`` names the process, where the run has several.
    """

    def __init__(self, options: Options, told: WorkerConfig | None = None, worker: str = "") -> None:
        self.options = options if told is None else share(options, told)
        self.worker = worker
        self.manifest: list[str] = []
        self.results: list[Result] = []
        self.notes: list[str] = []
        self.coverage: dict[str, Any] = {}
        self.conclusion: Conclusion | None = None
        self.info: RunInfo | None = None
        self.report_error: str | None = None
        self.interrupts = Interrupts()
        self.connection: Connection
        self.evidence: Confirmation
        self.session: pytest.Session
        self.waivers = Waivers()
        self.documented: Sequence[Operation] = ()
        self.shard: Shard | None = options.shard
        self.whole: Sequence[str] = ()
        self.keeps = False
        self.sharing, self.terminal = Distribution(self, told), TerminalReporter(self)
        self.collection = Collection()
        self.case_runner = CaseRunner(self, self.collection)
        self._recorded: Result | None = None
        self.started = time.time()

    @property
    def reached(self) -> bool:
        """Whether the deployment was reached."""
        return hasattr(self, "connection")

    @property
    def client(self) -> Client:
        """The one client."""
        return self.connection.client

    @property
    def discovery(self) -> Discovery:
        """What was learnt of the deployment."""
        return self.connection.discovery

    @property
    def profile(self) -> Profile:
        """What the deployment is held to."""
        return self.connection.profile

    @property
    def other_keys(self) -> Mapping[str, str]:
        """Further keys, by name."""
        return self.connection.other_keys

    @property
    def run_id(self) -> str:
        """Eight hex digits."""
        return self.connection.run_id

    @property
    def prefix(self) -> str:
        """What the names of all that this process creates begin with."""
        return run_prefix(self.run_id) + (f"-{self.worker}" if self.worker else "")

    def set_up(self) -> None:
        """Reach the deployment and learn what it is held to.

        Raises ``SetupError``, ``ProfileError`` or ``WaiverError``.
        """
        self.waivers, told = Waivers.read(self.options.waivers), self.sharing.told
        self.connection = reach(self.options, secrets.token_hex(4)) if told is None else join(self.options, told)
        self.evidence = Confirmation(self.client)
        self.client.breaker.say = self.terminal.say
        self.notes += self.connection.notes

    def take_over(self, keeps: Callable[[str], bool]) -> dict[str, str]:
        """The projects of earlier processes of this run that ``keeps`` wants, ids by title; the others are deleted."""
        if self.connection.earlier is None:
            return {}
        kept = resumed_projects(self.client, self.discovery.root, self.connection.earlier, keeps)
        told = ", ".join(sorted(kept)[:4]) + (" ..." if len(kept) > 4 else "")
        self.terminal.say(f"going on with run {self.run_id}: {len(kept)} of its projects can be filled further {told}")
        return kept

    def tear_down(self) -> None:
        """Stop what was started here."""
        if self.reached:
            self.connection.leave()
        self.sharing.close()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Set up before collection: the boundaries, and so the cases, depend on the profile."""
        self.session = session
        self.interrupts.listen()
        try:
            if self.sharing.told is None:
                clear(self.options.report_dir)
            self.set_up()
        except (SetupError, ProfileError, WaiverError, ReportError) as error:
            self.tear_down()
            raise pytest.UsageError(str(error)) from None

    def pytest_runtest_setup(self) -> None:
        """Stop before a case where an interrupt came."""
        self.interrupts.stop_here()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Delete what is left, conclude, write the reports, and set the exit status."""
        if self.sharing.told is not None:
            operations = operations_seen(self.client.tally, self.documented)
            self.sharing.hand_back(
                session.config,
                WorkerSummary(self.notes, self.coverage, self.client.requests, self.client.waited_s, list(operations)),
            )
            return
        others, teardown = self.sharing.others, self.connection.teardown
        for other in others:
            self.notes += [note for note in other.notes if note not in self.notes]
            self.coverage |= other.coverage
        ended = session.exitstatus in _OURS and session.exitstatus != pytest.ExitCode.INTERRUPTED
        teardown.delete_everything(keeps=self.keeps or (self.connection.earlier is not None and not ended))
        self.interrupts.ignore()
        place = {case: number for number, case in enumerate(self.whole)}
        self.results.sort(key=lambda result: place.get(result.case, len(place)))
        self.conclusion = self._conclude(session)
        self.info = facts(self)
        try:
            write_reports(
                self.info, self.results, self.manifest, self.conclusion, self.options.report_dir, self.options.history
            )
        except ReportError as error:
            self.report_error = str(error)
            self.conclusion = self.conclusion.not_kept()
        if session.exitstatus in _OURS or self.conclusion.verdict is RunVerdict.BROKEN:
            session.exitstatus = int(self.conclusion.exit_status)

    def _conclude(self, session: pytest.Session) -> Conclusion:
        """The conclusion over the manifest, and over what pytest itself saw: an interrupt, an error of the suite."""
        # What other shards judge is not judged here: a waiver that is needed there is left alone.
        missing = conclude(self.results, self.whole if self.shard else self.manifest).missing
        worn = self.waivers.stale(self.results, missing)
        conclusion = conclude(self.results, self.manifest, worn)
        errors = session.exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
        if errors or self.connection.teardown.left:
            conclusion = conclusion.not_kept()
        if session.exitstatus == pytest.ExitCode.INTERRUPTED:
            return replace(conclusion, exit_status=ExitStatus.INTERRUPTED)
        return conclusion

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool:
        """Judge a case, and again where the way may have had a part in what was found."""
        __tracebackhide__ = True
        test = pyfuncitem.obj
        arguments = {name: pyfuncitem.funcargs[name] for name in inspect.signature(test).parameters}
        self.evidence.open_case()
        while True:
            self.evidence.begin()
            try:
                test(**arguments)
            except DisturbedError:
                continue
            return True

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Stop what was started."""
        self.tear_down()

    def record(self, result: Result) -> None:
        """Take one result; fails or skips the running test so that pytest shows the same verdict."""
        __tracebackhide__ = True
        seen = self.client.redactor.cleaned(self.evidence.weigh(result))
        result = self.waivers.applied(seen)
        self._recorded = result
        self.take(result)
        if result.broken:
            pytest.fail(finding(result), pytrace=False)
        if result.verdict is not Verdict.KEPT:
            pytest.skip(f"{result.verdict}: {result.reason}")

    def take(self, result: Result) -> None:
        """Take a result of this process or of a worker, and tell what is new of it."""
        self.results.append(result)
        self.terminal.tell_first(result)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Name the verdict on the report of the test that recorded it, and take the key out of what it tells."""
        report = yield
        hide(report, self.client.redactor)
        if self._recorded is not None:
            report.user_properties.append(("verdict", self._recorded.verdict.value))
            self.sharing.carry(report, self._recorded)
            self._recorded = None
        return report
