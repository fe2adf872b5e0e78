"""The pytest plugins that make a session a run of the suites."""

from __future__ import annotations

import io
import secrets
import sys

import pytest

from contract.profiles import ProfileError
from contract.waivers import WaiverError
from deployment.errors import SetupError
from deployment.ledger import LedgerError
from harness.baseline import check_comparable, judged_first, recorded
from harness.case_runner import CASE_RUNNER, CaseRunner
from harness.closing import Closing, ReportWriter, run_info
from harness.collection import Collection
from harness.connection import join, reach
from harness.distribution import Controller, Worker, config_of_worker, share
from harness.events import Connected, Emit, emitter
from harness.interrupts import Interrupts
from harness.judging import Judging
from harness.memory import keep_little
from harness.options import Options, read_options
from harness.planting import Planting, begun
from harness.run import Run
from harness.terminal import TerminalReporter
from harness.verification import to_verify
from harness.waivers import Waivers
from reports.files import ReportError, prepare
from reports.record import prove_writable


def start(config: pytest.Config) -> None:
    """Reach the deployment, and register what judges it, listens and reports.

    It comes before collection: the boundaries, and so the cases, depend on the profile. Raises ``pytest.UsageError``
    with the next step.
    """
    keep_little()
    options, worker, emit = read_options(config), config_of_worker(config), emitter(config)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a console that has not every character gets the rest
    interrupts = Interrupts()
    interrupts.listen()
    try:
        earlier, planted, first = begun(options), to_verify(options.verify), recorded(options)
        if worker is None and options.plant is None:
            prepare(options.report_dir, options.history)
            if options.record is not None:
                prove_writable(options.record)
        elif worker is not None:
            options = share(options, worker)
        waivers = Waivers.read(options.waivers)
        connection = (
            reach(options, earlier.run if earlier else secrets.token_hex(4))
            if worker is None
            else join(options, worker)
        )
        config.add_cleanup(connection.close)
    except (SetupError, ProfileError, WaiverError, ReportError) as error:
        raise pytest.UsageError(str(error)) from None
    process = config.workerinput["workerid"] if worker is not None else ""  # type: ignore[attr-defined]
    run = Run(
        options=options,
        connection=connection,
        waivers=waivers,
        interrupts=interrupts,
        emit=emit,
        process=process,
        first=first,
        planted=planted,
    )
    connection.client.breaker.say = run.say
    config.pluginmanager.register(interrupts)
    if options.plant is not None:
        _plant(config, Planting(run, options.plant, earlier), options, emit)
        return
    config.pluginmanager.register(run, "geti-run")
    if worker is None and options.against is not None:
        _compare(run, config, options.against)
    collection = Collection()
    config.pluginmanager.register(CaseRunner(run, collection), CASE_RUNNER)
    listeners: list[object] = [run.journal, Judging(run), collection]
    if worker is not None:
        listeners.append(Worker(run, worker))
    else:
        listeners += [
            Controller(options, emit, collection),
            TerminalReporter(config, options),
            ReportWriter(run),
            Closing(run),
        ]
    for listener in listeners:
        config.pluginmanager.register(listener)
    emit(Connected(connection))


def _compare(run: Run, config: pytest.Config, against: str) -> None:
    """Have the first side of a comparison at hand. Raises ``pytest.UsageError`` where it cannot be compared with."""
    try:
        run.first = run.first or judged_first(run.options, config, against)
        check_comparable(run.first, run_info(run))
    except SetupError as error:
        raise pytest.UsageError(str(error)) from None


def _plant(config: pytest.Config, planting: Planting, options: Options, emit: Emit) -> None:
    """Register what plants in place of what judges. Raises ``pytest.UsageError`` where nothing can be noted."""
    try:
        planting.begin()
    except (SetupError, LedgerError) as error:
        raise pytest.UsageError(str(error)) from None
    for listener in (TerminalReporter(config, options), planting):
        config.pluginmanager.register(listener)
    emit(Connected(planting.run.connection))
