"""The pytest plugin of a run: sets up before collection, records, and concludes after the last test."""

from __future__ import annotations

import contextlib
import inspect
import json
import secrets
import shlex
import signal
import ssl
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from contract.openapi import Operation
from contract.profiles import PUBLISHED_PROFILES, Profile, ProfileError, parse_profile, scaled_down
from contract.results import Conclusion, ExitStatus, Result, RunInfo, RunVerdict, Shard, conclude
from contract.tally import joined, operations_seen
from contract.verdicts import BROKEN, Verdict
from contract.waivers import Waiver, WaiverError, apply, parse_waivers, stale
from deployment import embedded
from deployment.allowance import Allowance
from deployment.client import Client
from deployment.discovery import Discovery, discover
from deployment.errors import SetupError
from deployment.ledger import Ledger, LedgerError, default_directory, run_prefix
from deployment.record import Record, read_record
from deployment.resuming import chosen, left_behind, sweep_command, take_over
from deployment.target import base_url, read_token
from deployment.transport import tool_version
from harness.belongings import Belongings
from harness.evidence import DisturbedError, Evidence
from harness.hiding import hide
from harness.options import Options
from harness.processes import INPUT, HandedBack, Told, Turns, UnitScheduling, counts_alone
from harness.progress import shown
from reports.console import print_closing
from reports.ctrf import test_of
from reports.reading import result_of
from reports.text import inert
from reports.writing import REPORTS, ReportError, clear, write_reports

# What pytest ends with where the suites themselves went well; all else is an error of its own.
_OURS = (
    pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED, pytest.ExitCode.NO_TESTS_COLLECTED,
)  # fmt: skip


_CARRIED = "geti_result"  # where a worker's report holds its result
_SHOWN = {
    **{verdict.value: ("broken", "F", verdict.upper()) for verdict in BROKEN},
    Verdict.WAIVED.value: ("waived", "w", "WAIVED"),
    Verdict.INCONCLUSIVE.value: ("not judged", "?", "NOT JUDGED"),
}


class Run:
    """One run against one deployment. ``manifest`` is every case that must be judged, in order.

    ``documented`` are the operations of the deployment's document.
    ``whole`` is what the manifest was chosen from: where this is one ``shard`` of several, that of all of them.
    """

    def __init__(self, options: Options, told: Told | None = None, worker: str = "") -> None:
        self.options = options if told is None else _share(options, told)
        self.run_id = secrets.token_hex(4) if told is None else told.run_id
        self.prefix = run_prefix(self.run_id) + (f"-{worker}" if worker else "")
        self.manifest: list[str] = []
        self.results: list[Result] = []
        self.notes: list[str] = []
        self.coverage: dict[str, Any] = {}
        self.conclusion: Conclusion | None = None
        self.info: RunInfo | None = None
        self.report_error: str | None = None
        self.scaled: dict[str, int] = {}
        self.interrupted = False
        self.client: Client
        self.evidence: Evidence
        self.belongings: Belongings
        self.discovery: Discovery
        self.profile: Profile
        self.other_keys: dict[str, str] = {}
        self.waivers: Sequence[Waiver] = ()
        self.documented: Sequence[Operation] = ()
        self.shard: Shard | None = options.shard
        self.whole: Sequence[str] = ()
        self.process = 0
        self.keeps = False
        self._earlier: Record | None = None
        self._told: set[str] = set()
        self._recorded: Result | None = None
        self._waivers_file: dict[str, str] = {}
        self._embedded: embedded.Embedded | None = None
        self._started = time.time()
        self._mine = told
        self._turns = Turns(Path(told.turns)) if told is not None else None
        self._turns_dir: tempfile.TemporaryDirectory[str] | None = None
        self._others: list[HandedBack] = []

    def set_up(self) -> None:
        """Reach the deployment and learn what it is held to.

        Raises ``SetupError``, ``ProfileError`` or ``WaiverError``.
        """
        self.waivers = self._read_waivers()
        if self._mine is not None:
            self._join(self._mine)
            return
        asked = self._asked_profile()
        if self.options.url is None:
            profile = "cloud" if self.options.profile == "auto" else self.options.profile
            if self.options.tier != "capacity" and profile in PUBLISHED_PROFILES:
                asked = scaled_down(PUBLISHED_PROFILES[profile])
                self.scaled = {key: value for key, value in asked.changed().items() if isinstance(value, int)}
            self._embedded = embedded.start(profile, self.options.faults, self.scaled)
            url, token = self._embedded.url, self._embedded.token
            self.other_keys = {"expired": self._embedded.expired_token, "foreign": self._embedded.foreign_token}
        else:
            url, token = base_url(self.options.url), read_token(self.options.token_file)
            given = {"expired": self.options.expired_token_file, "foreign": self.options.foreign_token_file}
            self.other_keys = {name: read_token(file) for name, file in given.items() if file is not None}
        self._go_on(url)
        try:
            self.client = self._made_client(url, token)
        except ssl.SSLError:
            raise SetupError(f"{self.options.ca_bundle} holds no certificate; give a PEM file") from None
        self.discovery = discover(self.client)
        self.evidence = Evidence(self.client)
        self.profile = asked or self.discovery.profile
        self.belongings = Belongings(self.client, self.discovery.root, self._ledger_directory())
        self.belongings.open()

    def _join(self, told: Told) -> None:
        """Take part in the run of a controller."""
        self.other_keys, self.scaled = dict(told.other_keys), dict(told.scaled)
        self.client = self._made_client(told.url, told.token)
        self.discovery, self.profile = told.discovery, told.profile
        self.client.area.root = self.discovery.root
        self.evidence = Evidence(self.client)
        self.client.area.foreign = frozenset(told.foreign)
        self.belongings = Belongings(self.client, self.discovery.root, Path(told.ledger_dir))
        try:
            self.client.ledger = Ledger(Path(told.ledger_dir), self.run_id, told.url, self.client.area.foreign)
        except LedgerError as error:
            raise SetupError(f"{error}; free space or give --geti-ledger-dir") from None

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> UnitScheduling:
        """Whatever ``--dist`` says: results must not depend on who judged what beside whom."""
        return UnitScheduling(config, log)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker what it needs."""
        if self._turns_dir is None:
            self._turns_dir = tempfile.TemporaryDirectory(prefix="geti-contract-turns-")
        told = Told(
            self.run_id, self.client.base, self.client.token, self.other_keys, str(self._ledger_directory()),
            self._turns_dir.name, self.discovery.organization, self.discovery.workspace, dict(self.discovery.product),
            self.profile.name, {key: value if isinstance(value, int) else value.value
                                for key, value in self.profile.settings.items()},
            self.scaled, self.options.seed, node.config.option.numprocesses, sorted(self.client.area.foreign),
        )  # fmt: skip
        node.workerinput[INPUT] = told.packed()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take what a worker hands back; of one that died only its results have come."""
        text = getattr(node, "workeroutput", {}).get(INPUT)
        if text is not None:
            self._others.append(HandedBack.unpacked(text))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the result that a worker's report carries."""
        test = getattr(report, _CARRIED, None)
        if test is not None and self._mine is None:
            result = result_of(test)
            self.results.append(result)
            self._tell_first(result)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, object, object]:
        """In a worker, wait for the turn of a case; whoever counts alone keeps it until its last such case."""
        if self._turns is None:
            return (yield)
        self._turns.begin(alone=counts_alone(item))
        try:
            return (yield)
        finally:
            if not counts_alone(item) or nextitem is None or not counts_alone(nextitem):
                self._turns.end()

    def _ledger_directory(self) -> Path:
        """Where the ledger lies; that of an embedded deployment goes with it, since nothing outlives it."""
        if self.options.ledger_dir is not None:
            return self.options.ledger_dir
        return Path(self._embedded.directory.name, "ledger") if self._embedded is not None else default_directory()

    def _made_client(self, url: str, token: str) -> Client:
        options = self.options
        allowance = Allowance(options.rate, options.max_requests, options.max_bytes, options.max_seconds)
        client = Client(url, token, self.run_id, options.ca_bundle, options.timeout, allowance=allowance)
        client.area.read_only = options.read_only
        client.transport.redactor.hide(*self.other_keys.values())
        return client

    def _go_on(self, url: str) -> None:
        """Become the next process of a run that ended early, where one is to be gone on with."""
        directory = self._ledger_directory()
        if self.options.resume is not None:
            self.run_id = chosen(self.options.resume, directory, url) or self.run_id
        if (directory / self.run_id).is_dir():
            self._earlier = read_record(directory / self.run_id)
            self.process = len(list((directory / self.run_id).glob("*.jsonl")))
        elif self.options.tier == "capacity" and self.options.url is not None and left_behind(directory, url):
            newest = left_behind(directory, url)[0].name
            self.notes.append(
                f"run {newest} left something behind; go on with it: --geti-resume {newest}; remove it: "
                f"{sweep_command(directory, newest)}"
            )

    def take_over(self, keeps: Callable[[str], bool]) -> dict[str, str]:
        """The projects of earlier processes of this run that ``keeps`` wants, ids by title; the others are deleted."""
        if self._earlier is None:
            return {}
        kept = take_over(self.client, self.discovery.root, self._earlier, keeps)
        told = ", ".join(sorted(kept)[:4]) + (" ..." if len(kept) > 4 else "")
        self.say(f"going on with run {self.run_id}: {len(kept)} of its projects can be filled further {told}")
        return kept

    def _asked_profile(self) -> Profile | None:
        name = self.options.profile
        if name == "auto" or name in PUBLISHED_PROFILES:
            return PUBLISHED_PROFILES.get(name)
        try:
            return parse_profile(Path(name).read_text(encoding="utf-8"), name)
        except (OSError, UnicodeDecodeError):
            raise SetupError(f"--geti-profile {name} is neither auto, cloud, on-prem nor a readable file") from None

    def _read_waivers(self) -> tuple[Waiver, ...]:
        file = self.options.waivers
        if file is None:
            return ()
        try:
            self._waivers_file = {"source": str(file), "text": file.read_text(encoding="utf-8")}
            return parse_waivers(self._waivers_file["text"], str(file))
        except (OSError, UnicodeDecodeError):
            raise SetupError(f"--geti-waivers {file} is no readable file") from None

    def tear_down(self) -> None:
        """Stop what was started here."""
        if hasattr(self, "client"):
            self.client.close()
        if self._embedded is not None:
            self._embedded.stop()
        if self._turns_dir is not None:
            self._turns_dir.cleanup()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Set up before collection: the boundaries, and so the cases, depend on the profile."""
        self._session = session
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._interrupt)
        try:
            if self._mine is None:
                clear(self.options.report_dir)
            self.set_up()
        except (SetupError, ProfileError, WaiverError, ReportError) as error:
            self.tear_down()
            raise pytest.UsageError(str(error)) from None

    def _interrupt(self, _signal: int, _frame: FrameType | None) -> None:
        self.interrupted = True
        raise KeyboardInterrupt

    def pytest_runtest_setup(self) -> None:
        """Stop here if not before: an interrupt that falls into a destructor is lost, and the run would go on."""
        if self.interrupted:
            raise KeyboardInterrupt

    def pytest_report_header(self) -> list[str]:
        """The settings in force, to make typos visible."""
        product = self.discovery.product
        scaled = ", ".join(f"{key} {value}" for key, value in self.scaled.items())
        return [
            *([f"set low in the embedded deployment, so that every limit is filled: {scaled}"] if scaled else []),
            f"deployment: {self.client.base} {product.get('build-version', 'version unknown')}, "
            f"profile {self.profile.name}, tier {self.options.tier}, run {self.run_id}",
        ]

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Delete what is left, conclude, write the reports, and set the exit status."""
        operations = operations_seen(self.client.tally, self.documented)
        if self._mine is not None:
            session.config.workeroutput[INPUT] = HandedBack(  # type: ignore[attr-defined]
                self.notes, self.coverage, self.client.requests, self.client.waited_s, list(operations)
            ).packed()
            return
        for other in self._others:
            self.notes += [note for note in other.notes if note not in self.notes]
            self.coverage |= other.coverage
        ended = session.exitstatus in _OURS and session.exitstatus != pytest.ExitCode.INTERRUPTED
        self.belongings.take_away(keeps=self.keeps or (self._earlier is not None and not ended))
        place = {case: number for number, case in enumerate(self.whole)}
        self.results.sort(key=lambda result: place.get(result.case, len(place)))
        self.conclusion = self._conclude(session)
        self.info = RunInfo(
            self.run_id, tool_version(), self.options.tier, self.profile.name,
            {key: str(value) for key, value in self.profile.changed().items()}, self.client.base,
            self.discovery.product, self.options.seed, int(self._started * 1000), int(time.time() * 1000),
            self.client.requests + sum(other.requests for other in self._others),
            self.client.waited_s + sum(other.waited_s for other in self._others), tuple(self.notes), self.coverage,
            embedded=self._embedded is not None,
            operations=joined((operations, *(other.operations for other in self._others))),
            shard=self.shard, whole=self.whole if self.shard else (), waivers=self._waivers_file, replay=self._replay(),
            inventory=self.belongings.facts,
        )  # fmt: skip
        self.info = self.client.transport.redactor.cleaned(self.info)
        try:
            write_reports(
                self.info, self.results, self.manifest, self.conclusion, self.options.report_dir, self.options.history
            )
        except ReportError as error:
            self.report_error = str(error)
            self.conclusion = self.conclusion.not_kept()
        if session.exitstatus in _OURS or self.conclusion.verdict is RunVerdict.BROKEN:
            session.exitstatus = int(self.conclusion.exit_status)

    def _replay(self) -> str:
        """The command that judges cases again, up to the name of the case."""
        options = self.options
        given = {
            "url": options.url, "token-file": options.token_file, "ca-bundle": options.ca_bundle,
            "openapi": options.openapi, "profile": None if options.profile == "auto" else options.profile,
            "tier": None if options.tier == "gate" else options.tier, "seed": str(options.seed or ""),
        }  # fmt: skip
        words = [word for name, value in given.items() if value for word in (f"--geti-{name}", value)]
        words += [word for name in options.faults for word in ("--geti-fault", name)]
        return shlex.join([".venv/bin/python", "-m", "pytest", "suites", *words, "--geti-replay"])

    def _conclude(self, session: pytest.Session) -> Conclusion:
        """The conclusion over the manifest, and over what pytest itself saw: an interrupt, an error of the suite."""
        # What other shards judge is not judged here: a waiver that is needed there is left alone.
        missing = conclude(self.results, self.whole if self.shard else self.manifest).missing
        worn = stale(self.waivers, self.results, missing, _today())
        conclusion = conclude(self.results, self.manifest, worn)
        errors = session.exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
        if errors or self.belongings.left:
            conclusion = conclusion.not_kept()
        if session.exitstatus == pytest.ExitCode.INTERRUPTED:
            return replace(conclusion, exit_status=ExitStatus.INTERRUPTED)
        return conclusion

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The closing table and the verdict."""
        if self.info is None or self.conclusion is None:
            return
        print_closing(self.info, self.results, self.manifest, self.conclusion, terminalreporter.write)
        for line in self.belongings.lines:
            terminalreporter.write_line(line, red=bool(self.belongings.left))
        for note in self.notes:
            terminalreporter.write_line(f"Note: {self.client.transport.redactor.clean(note)}")
        if self.report_error:
            terminalreporter.write_line(f"REPORTS NOT WRITTEN: {self.report_error}", red=True)
        else:
            terminalreporter.write_line(f"Reports: {self.options.report_dir}/{{{','.join(REPORTS)}}}")

    def pytest_internalerror(self, excrepr: object) -> bool | None:
        """Tell an error of pytest or of the suite itself without the key."""
        told = str(excrepr)
        clean = self.client.transport.redactor.clean_cut(told) if hasattr(self, "client") else told
        if clean == told:
            return None
        print(clean, file=sys.stderr)
        return True

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

    def announce_cost(self, requests: int, size: int) -> None:
        """Say what the run will send; a fill of thousands that ``--geti-max-requests`` would cut off is not begun."""
        cost = f"about {requests:,} requests" + (f" and {size / 1e6:,.0f} MB" if size >= 1e6 else "")
        if requests > self.options.max_requests and self.options.tier == "capacity":
            raise pytest.UsageError(
                f"the {self.options.tier} tier takes {cost}, --geti-max-requests allows "
                f"{self.options.max_requests:,}; raise it, or take another tier"
            )
        if self.options.tier == "capacity":
            self.say(f"capacity tier: {cost}")
            if self.options.url is not None:
                self.say(
                    f"should this run be killed, go on with --geti-resume {self.run_id}, or remove what it left with "
                    f"{sweep_command(self._ledger_directory(), self.run_id)}"
                )

    def say(self, line: str) -> None:
        """Tell the user how long work goes on, at once, whatever is captured; a worker has nobody to tell."""
        if self._mine is not None:
            return
        capture = self._session.config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled():
            print(f"\n{self.client.transport.redactor.clean(line)}", flush=True)

    @contextlib.contextmanager
    def watch(self, label: str, done: int, total: int) -> Iterator[Callable[[int], None]]:
        """Show how far long work has come, at once, whatever is captured."""
        capture = self._session.config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled(), shown(label, done, total) as tell:
            yield tell

    def record(self, result: Result) -> None:
        """Take one result; fails or skips the running test so that pytest shows the same verdict."""
        __tracebackhide__ = True
        seen = self.client.transport.redactor.cleaned(self.evidence.weigh(result))
        result = apply(seen, self.waivers, _today())
        self.results.append(result)
        self._recorded = result
        self._tell_first(result)
        if result.broken:
            pytest.fail(finding(result), pytrace=False)
        if result.verdict is not Verdict.KEPT:
            pytest.skip(f"{result.verdict}: {result.reason}")

    def _tell_first(self, result: Result) -> None:
        """Say the first finding of a limit or rule at once: a run of an hour is not waited for to see it."""
        name = f"{result.verdict.upper()}: {result.requirement if result.side else result.requirement.split('@')[0]}"
        if result.broken and name not in self._told:
            self._told.add(name)
            self.say(f"{name}: {inert(result.title)}: {inert(result.reason)}")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Name the verdict on the report of the test that recorded it, and take the key out of what it tells."""
        report = yield
        hide(report, self.client.transport.redactor)
        if self._recorded is not None:
            report.user_properties.append(("verdict", self._recorded.verdict.value))
            if self._mine is not None:
                setattr(report, _CARRIED, json.loads(json.dumps(test_of(self._recorded))))
            self._recorded = None
        return report

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Show verdicts in place of failures: the closing table tells findings by cause, not one by one."""
        verdict = dict(report.user_properties).get("verdict") if isinstance(report, pytest.TestReport) else None
        return _SHOWN.get(str(verdict))


def _share(options: Options, told: Told) -> Options:
    """The options of one worker: the same seed, and its share of the rate and of the budgets."""
    return replace(
        options, seed=told.seed, rate=None if options.rate is None else options.rate / told.count,
        max_requests=options.max_requests // told.count,
        max_bytes=None if options.max_bytes is None else options.max_bytes // told.count,
    )  # fmt: skip


def finding(result: Result) -> str:
    """A broken case in a few lines: what, where, what it should be, and the command to see it."""
    boundary = f"; documented {result.documented_words}, observed {result.boundary}" if result.boundary else ""
    where = f"{result.limit}, {result.side}, enforced at {result.enforcement_point}"
    return (
        f"{result.verdict.upper()} {where if result.side else result.requirement}\n"
        f"  {result.reason} [{result.title}]{boundary}" + (f"\n  {result.curl}" if result.curl else "")
    )


def _today() -> date:
    return datetime.now(UTC).date()
