"""The Locust file: one process, or Locust's own master and workers on any number of machines.

    python -m locust -f harness/load/locustfile.py --headless --time 5m --uploads 50/s
    python -m locust -f harness/load/locustfile.py --headless --time 5m --uploads 50/s --master --expect-workers 4
    python -m locust -f harness/load/locustfile.py --worker --master-host HOST

Each process reads address and key from its own environment (GETI_URL, GETI_TOKEN_FILE): no key goes over Locust's wire.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import gevent
import gevent.event
from locust import events
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment
from locust.runners import MasterRunner, Runner, WorkerRunner

from contract.profiles import ProfileError
from contract.results import ExitStatus
from deployment.errors import SetupError
from harness.load.coordinator import LoadCoordinator, connect, open_ledger
from harness.load.settings import Settings, add_options, rate, read_settings
from harness.load.users import USERS, Downloader, LoadProcess, Querier, Uploader
from harness.load.worker import LoadWorker, Tally
from reports.console import print_closing
from reports.files import ReportError, write_reports

__all__ = ["Downloader", "Querier", "Uploader"]
# How long users may take to end their last request, and workers to hand over the rest of their tally.
_STOP_WITHIN_S = 30
_TALLY_WITHIN_S = 60
_TALLY_EVERY_S = 1.0
_PROGRESS_EVERY_S = 10.0


@events.init_command_line_parser.add_listener
def declare_options(parser: LocustArgumentParser) -> None:
    """Let Locust's command take the options of a load."""
    add_options(parser)


@events.init.add_listener
def set_up(environment: Environment, **_: Any) -> None:
    """Prepare this process; ends it with one line where the deployment cannot be loaded."""
    assert environment.parsed_options is not None
    assert environment.runner is not None
    try:
        settings = LoadProcess.settings = read_settings(environment.parsed_options)
        if isinstance(environment.runner, WorkerRunner):
            _Worker(environment, environment.runner, settings)
        else:
            _Master(environment, environment.runner, LoadCoordinator(settings))
    except (SetupError, ProfileError, ReportError) as error:
        print(f"load: {error}", file=sys.stderr)
        sys.exit(int(ExitStatus.USAGE))


class _Worker:
    """A worker: asks for the dataset, loads it, hands over its tally."""

    def __init__(self, environment: Environment, runner: WorkerRunner, settings: Settings) -> None:
        self._runner, self._settings = runner, settings
        # Listening comes first: the master may start the users while the deployment is still being reached.
        runner.register_message("target", self._enter, concurrent=True)
        environment.events.test_start.add_listener(self._join)
        environment.events.test_stop.add_listener(self._leave)
        connect(settings)[0].close()  # where address or key are wrong it ends here, with its line

    def _join(self, environment: Environment, **_: Any) -> None:
        """Take the rates that the master was given; address, key and paths stay this machine's own."""
        asked = vars(environment.parsed_options)
        uploads, queries, downloads = (rate(each.rate, asked[each.rate]) for each in USERS)
        LoadProcess.settings = replace(self._settings, uploads=uploads, queries=queries, downloads=downloads)
        self._runner.send_message("joined", {})

    def _enter(self, msg: Any, **_: Any) -> None:
        client, _discovery = connect(self._settings, msg.data["run"])
        open_ledger(client, self._settings)
        LoadProcess.worker = LoadWorker(client)
        LoadProcess.worker.enter(msg.data["project"], msg.data["dataset"])
        self._hand_over(last=False)
        LoadProcess.ready.set()
        while LoadProcess.ready.is_set():
            gevent.sleep(_TALLY_EVERY_S)
            self._hand_over(last=False)

    def _leave(self, environment: Environment, **_: Any) -> None:
        environment.stop_timeout = 0  # its users have stopped; Locust would wait as long again before it listens
        if LoadProcess.ready.is_set():
            LoadProcess.ready.clear()
            self._hand_over(last=True)

    def _hand_over(self, *, last: bool) -> None:
        data = {"last": last, "tally": LoadProcess.worker.drain().packed()}
        self._runner.send_message("tally", data)


class _Master:
    """Locust's master, or its only process: leads the load from its first request to its verdict."""

    def __init__(self, environment: Environment, runner: Runner, coordinator: LoadCoordinator) -> None:
        coordinator.reach()
        self._environment, self._runner, self._coordinator = environment, runner, coordinator
        self._over = gevent.event.Event()
        self._ending = False
        environment.stop_timeout = _STOP_WITHIN_S
        settings = coordinator.settings
        counts = {each: each.count_for(getattr(settings, each.rate)) for each in USERS}
        environment.user_classes = [each for each, count in counts.items() if count]
        for each, count in counts.items():
            each.fixed_count = count
        assert environment.parsed_options is not None
        environment.parsed_options.num_users = environment.parsed_options.spawn_rate = sum(counts.values())
        runner.register_message("joined", self._admit)
        runner.register_message("tally", self._take)
        environment.events.test_start.add_listener(self._begin)
        environment.events.quitting.add_listener(lambda **_: self._end(interrupted=True))

    def _begin(self, **_: Any) -> None:
        try:
            self._coordinator.make_project()
        except (SetupError, ProfileError) as error:
            print(f"load: {error}", file=sys.stderr)
            self._environment.process_exit_code = int(ExitStatus.USAGE)
            self._ending = True
            self._over.set()
            gevent.spawn(self._runner.quit)
            return
        if not isinstance(self._runner, MasterRunner):
            worker = LoadProcess.worker = LoadWorker(self._coordinator.client)
            worker.dataset = self._coordinator.dataset
            self._coordinator.workers.add(worker.label)
            LoadProcess.ready.set()
        gevent.spawn(self._lead)

    def _admit(self, msg: Any, **_: Any) -> None:
        dataset = self._coordinator.dataset
        target = {"run": self._coordinator.run_id, "project": dataset.project, "dataset": dataset.id}
        self._coordinator.workers.add(msg.node_id)
        self._runner.send_message("target", target, msg.node_id)

    def _take(self, msg: Any, **_: Any) -> None:
        self._coordinator.take(msg.node_id, Tally.unpacked(msg.data["tally"]), last=msg.data["last"])

    def _lead(self) -> None:
        left = self._coordinator.settings.seconds
        while left > 0 and self._runner.state != "stopped":
            gevent.sleep(min(left, _PROGRESS_EVERY_S))
            left -= _PROGRESS_EVERY_S
            print(f"load: {self._coordinator.progress(self._local())}", flush=True)
        self._end(interrupted=False)
        self._runner.quit()

    def _local(self) -> Tally:
        return Tally() if isinstance(self._runner, MasterRunner) else LoadProcess.worker.tally

    def _end(self, *, interrupted: bool) -> None:
        """Stop, gather, judge, delete and report: once, whoever asks for it."""
        if self._ending:
            self._over.wait()
            return
        self._ending = True
        coordinator = self._coordinator
        coordinator.end()
        if isinstance(self._runner, MasterRunner):
            coordinator.workers.update(client.id for client in self._runner.clients.all)  # joined or not
        self._runner.stop()
        if not isinstance(self._runner, MasterRunner) and LoadProcess.ready.is_set():
            coordinator.take(LoadProcess.worker.label, LoadProcess.worker.drain(), last=True)
        with gevent.Timeout(_TALLY_WITHIN_S, False):
            while coordinator.missing:
                gevent.sleep(0.1)
        status = self._report()
        self._environment.process_exit_code = int(ExitStatus.INTERRUPTED if interrupted else status)
        self._over.set()

    def _report(self) -> ExitStatus:
        coordinator = self._coordinator
        results = coordinator.judged()
        coordinator.clear()
        info, conclusion = coordinator.info(), coordinator.conclusion(results)
        manifest = [result.case for result in results]
        print_closing(info, results, manifest, conclusion, print)
        for line in info.notes:
            print(f"Note: {line}")
        try:
            write_reports(info, results, manifest, conclusion, coordinator.settings.report_dir)
        except ReportError as error:
            print(f"REPORTS NOT WRITTEN: {error}", file=sys.stderr)
            return conclusion.not_kept().exit_status
        print(f"Reports: {coordinator.settings.report_dir}/results.json, junit.xml", flush=True)
        return conclusion.exit_status
