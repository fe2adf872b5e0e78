"""A run in several processes, as pytest-xdist sees it: what the controller and its workers say to each other."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from contract.results import Result
from harness.collection import case_of
from harness.options import Options
from harness.workers import INPUT, Turns, UnitScheduling, WorkerConfig, WorkerSummary
from reports.ctrf import test_of
from reports.parser import result_of

if TYPE_CHECKING:
    from harness.run import Run

_CARRIED: Final = "geti_result"  # where a worker's report holds its result


class Distribution:
    """The hooks by which a run is shared; ``told`` is what a worker was told, None in the controller.

    ``others`` is what the workers handed back.
    """

    def __init__(self, run: Run, told: WorkerConfig | None) -> None:
        self.run, self.told = run, told
        self.others: list[WorkerSummary] = []
        self._turns = Turns(Path(told.turns)) if told is not None else None
        self._turns_dir: tempfile.TemporaryDirectory[str] | None = None

    def close(self) -> None:
        """Remove what the turns of the workers stood on."""
        if self._turns_dir is not None:
            self._turns_dir.cleanup()

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> UnitScheduling:
        """Whatever ``--dist`` says: results must not depend on who judged what beside whom."""
        return UnitScheduling(config, log, self.run.collection.manifest)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker what it needs."""
        connection, options = self.run.connection, self.run.options
        if self._turns_dir is None:
            # Within what an embedded deployment removes when this process is killed.
            within = connection.embedded.directory.name if connection.embedded is not None else None
            self._turns_dir = tempfile.TemporaryDirectory(prefix="geti-contract-turns-", dir=within)
        told = WorkerConfig(
            connection.run_id,
            connection.client.base,
            connection.client.token,
            connection.other_keys,
            str(connection.teardown.directory),
            self._turns_dir.name,
            connection.discovery.organization,
            connection.discovery.workspace,
            dict(connection.discovery.product),
            connection.profile.name,
            connection.profile.base,
            dict(connection.profile.overrides),
            connection.scaled,
            options.seed,
            node.config.option.numprocesses,
            sorted(connection.client.area.foreign),
        )
        node.workerinput[INPUT] = told.packed()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take what a worker hands back; of one that died only its results have come."""
        text = getattr(node, "workeroutput", {}).get(INPUT)
        if text is not None:
            self.others.append(WorkerSummary.unpacked(text))

    def hand_back(self, config: pytest.Config, handed: WorkerSummary) -> None:
        """In a worker, hand back what the controller's report needs."""
        config.workeroutput[INPUT] = handed.packed()  # type: ignore[attr-defined]

    def carry(self, report: pytest.TestReport, result: Result) -> None:
        """In a worker, let a report carry its result."""
        if self.told is not None:
            setattr(report, _CARRIED, json.loads(json.dumps(test_of(result))))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """In the controller, take the result that a worker's report carries."""
        test = getattr(report, _CARRIED, None)
        if test is not None and self.told is None:
            self.run.take(result_of(test))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, object, object]:
        """In a worker, wait for the turn of a case; whoever counts alone keeps it until its last such case."""
        if self._turns is None:
            return (yield)
        self._turns.begin(alone=_is_exclusive(item))
        try:
            return (yield)
        finally:
            if not _is_exclusive(item) or nextitem is None or not _is_exclusive(nextitem):
                self._turns.end()


def share(options: Options, told: WorkerConfig) -> Options:
    """The options of one worker: the same seed, and its share of the rate and of the budgets."""
    return replace(
        options,
        seed=told.seed,
        rate=None if options.rate is None else options.rate / told.count,
        max_requests=options.max_requests // told.count,
        max_bytes=None if options.max_bytes is None else options.max_bytes // told.count,
    )


def _is_exclusive(item: pytest.Item) -> bool:
    """Whether a test counts, or lists by pages, what any process of the run creates."""
    case = case_of(item)
    return case is not None and case.exclusive
