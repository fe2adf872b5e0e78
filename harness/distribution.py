"""A run in several processes by pytest-xdist: the controller's events of its workers."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from xdist.scheduler import LoadScopeScheduling

from harness.collection import Collection
from harness.events import CaseJudged, Connected, Emit, Event, WorkerEnded
from harness.manifest import Manifest
from harness.options import Options
from harness.run import Run
from harness.workers import SUMMARY, WorkerConfig, WorkerSummary

# Names of what goes through xdist's pipe, which takes plain values alone: pickled, from our own processes.
_CONFIG: Final = "geti_config"
_RESULT: Final = "geti_result"


class UnitScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out cases to workers so that those which share what was filled or sent stay in one process."""

    def __init__(self, config: pytest.Config, log: Any, manifest: Manifest) -> None:
        super().__init__(config, log)
        self._manifest = manifest

    def _split_scope(self, nodeid: str) -> str:
        entry = self._manifest.entries.get(nodeid.partition("[")[2].removesuffix("]"))
        return entry[1].unit if entry else nodeid


class Controller:
    """Gives the workers what they need, and emits what they do as if it had happened here."""

    def __init__(self, options: Options, emit: Emit, collection: Collection) -> None:
        self._options, self._emit, self._collection = options, emit, collection
        self._shared: tempfile.TemporaryDirectory[str] | None = None
        self._connected: Connected

    def pytest_geti_event(self, event: Event) -> None:
        """Keep the connection, for the workers."""
        if isinstance(event, Connected):
            self._connected = event

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> UnitScheduling:
        """Whatever ``--dist`` says: results must not depend on who judged what beside whom."""
        return UnitScheduling(config, log, self._collection.manifest)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Give a worker what it needs."""
        connection = self._connected.connection
        if self._shared is None:
            # Within what an embedded deployment removes when this process is killed.
            within = connection.embedded.directory.name if connection.embedded is not None else None
            self._shared = tempfile.TemporaryDirectory(prefix="geti-contract-workers-", dir=within)
            node.config.add_cleanup(self._shared.cleanup)
        config = connection.config_of_worker(
            shared=Path(self._shared.name), seed=self._options.seed, count=node.config.option.numprocesses
        )
        node.workerinput[_CONFIG] = pickle.dumps(config)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Emit the result that a worker's report carries."""
        pickled = getattr(report, _RESULT, None)
        if pickled is not None:
            self._emit(CaseJudged(pickle.loads(pickled)))  # noqa: S301

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Emit what each worker came to: all have ended now, one that died or was interrupted too."""
        if self._shared is not None:
            for summary in WorkerSummary.kept(Path(self._shared.name)):
                self._emit(WorkerEnded(summary))


class Worker:
    """Hands results and the rest over to the controller."""

    def __init__(self, run: Run, config: WorkerConfig) -> None:
        self._run, self._summary = run, (config.shared / run.process).with_suffix(SUMMARY)
        self._judged: CaseJudged | None = None

    def pytest_geti_event(self, event: Event) -> None:
        """Keep a result for the report of its test."""
        if isinstance(event, CaseJudged):
            self._judged = event

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Let a report carry its result."""
        report = yield
        if self._judged is not None:
            setattr(report, _RESULT, pickle.dumps(self._judged.result))
            self._judged = None
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self) -> Generator[None, object, object]:
        """Hand over after each case what the run has come to: an interrupt may leave no time for it at the end."""
        try:
            return (yield)
        finally:
            self._keep_summary()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Hand over what the deletions at the end came to, too."""
        self._keep_summary()

    def _keep_summary(self) -> None:
        """Hand over what the controller's report needs, by a file: a worker that is killed hands over nothing more."""
        client, journal = self._run.client, self._run.journal
        WorkerSummary(
            notes=journal.notes,
            coverage=journal.coverage,
            requests=client.traffic.requests,
            purposes=client.traffic.purposes,
            waited_s=client.traffic.waited_s,
            lag_s=client.settling.longest_s,
            tally=client.traffic.tally,
        ).keep(self._summary)


def config_of_worker(config: pytest.Config) -> WorkerConfig | None:
    """The configuration of this process as a worker of a run; None where it is none."""
    given = getattr(config, "workerinput", None)
    return None if given is None else pickle.loads(given[_CONFIG])  # noqa: S301


def share(options: Options, config: WorkerConfig) -> Options:
    """The options of one worker: the same seed, and its share of the rate and of the budgets."""
    return replace(
        options,
        seed=config.seed,
        rate=None if options.rate is None else options.rate / config.count,
        max_requests=options.max_requests // config.count,
        max_bytes=None if options.max_bytes is None else options.max_bytes // config.count,
    )
