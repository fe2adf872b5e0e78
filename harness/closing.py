"""The end of a run: delete what is left, conclude, have it reported, and set the exit status."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import pytest

from contract.purposes import added_up
from contract.results import Conclusion, ExitStatus, Result, RunInfo, RunVerdict, conclude
from contract.tally import joined, operations_seen
from contract.version import VERSION
from deployment.settling import lag_words
from harness.events import Concluded, Event, ReportsWritten
from harness.run import Run
from reports.comparison import comparison_of
from reports.files import ReportError, write_reports
from reports.record import Recorded, write_record

# What pytest ends with where the suites themselves went well; all else is an error of its own.
_OURS = (
    pytest.ExitCode.OK,
    pytest.ExitCode.TESTS_FAILED,
    pytest.ExitCode.INTERRUPTED,
    pytest.ExitCode.NO_TESTS_COLLECTED,
)


class Closing:
    """Ends the run of this process and of its workers."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._conclusion: Conclusion

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Delete, conclude, report; from the conclusion on an interrupt changes nothing any more."""
        run, teardown = self._run, self._run.connection.teardown
        ended = session.exitstatus in _OURS and session.exitstatus != pytest.ExitCode.INTERRUPTED
        teardown.delete_everything(keeps=run.keeps or (run.connection.earlier is not None and not ended))
        run.interrupts.ignore()
        order = {case: number for number, case in enumerate(run.whole)}
        results = sorted(run.journal.results, key=lambda result: order.get(result.case, len(order)))
        self._conclusion = _conclusion(run, session.exitstatus)
        info = run_info(run)
        if run.first is not None:
            info, self._conclusion = _compared(run.first, info, results, run, self._conclusion)
        run.emit(Concluded(info, results, run.manifest, self._conclusion, teardown.lines))
        if session.exitstatus in _OURS or self._conclusion.verdict is RunVerdict.BROKEN:
            session.exitstatus = int(self._conclusion.exit_status)

    def pytest_geti_event(self, event: Event) -> None:
        """Let what became of the reports count."""
        if isinstance(event, ReportsWritten):
            self._conclusion = event.conclusion


class ReportWriter:
    """Writes the reports, the history and the record of what was concluded."""

    def __init__(self, run: Run) -> None:
        self._run, self._emit = run, run.emit

    def pytest_geti_event(self, event: Event) -> None:
        """Write, and emit what came of it."""
        if not isinstance(event, Concluded):
            return
        options, concluded = self._run.options, (event.info, event.results, event.manifest, event.conclusion)
        try:
            write_reports(*concluded, options.report_dir, options.history)
            if options.record is not None:
                write_record(options.record, *concluded, self._run.client.redactor.cleaned(self._run.document))
        except ReportError as error:
            self._emit(ReportsWritten(event.conclusion.not_kept(), str(error)))
        else:
            self._emit(ReportsWritten(event.conclusion))


def _conclusion(run: Run, pytest_status: int) -> Conclusion:
    """The conclusion over the manifest, and over what pytest itself saw: an interrupt, an error of the suite."""
    results = run.journal.results
    # What other shards judge is not judged here: a waiver that is needed there is left alone.
    missing = conclude(results, run.whole if run.options.shard else run.manifest).missing
    conclusion = conclude(results, run.manifest, run.waivers.stale(results, missing))
    errors = pytest_status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
    if errors or run.connection.teardown.left:
        conclusion = conclusion.not_kept()
    if pytest_status == pytest.ExitCode.INTERRUPTED:
        return replace(conclusion, exit_status=ExitStatus.INTERRUPTED)
    return conclusion


def _compared(
    first: Recorded, info: RunInfo, results: Sequence[Result], run: Run, conclusion: Conclusion
) -> tuple[RunInfo, Conclusion]:
    """The facts of the run with the comparison in them, and the conclusion whose exit status is that of it.

    What ended with neither 0 nor 1, or could not delete what it made, is not overruled.
    """
    second = (info, results, run.manifest)
    documents = (first.document, run.document) if first.document and run.document else None
    comparison = comparison_of(first.side, second, documents)
    info = replace(info, comparison=comparison)
    if conclusion.exit_status is ExitStatus.INTERRUPTED:
        return info, conclusion
    status = ExitStatus(comparison["exit_status"])
    left = status is ExitStatus.KEPT and bool(run.connection.teardown.left)
    return info, replace(conclusion, exit_status=ExitStatus.INCOMPLETE if left else status)


def run_info(run: Run) -> RunInfo:
    """What was judged, how, and at what cost, over all processes of the run; no key is in it."""
    workers, client, options = run.journal.workers, run.client, run.options
    lag_s = max(client.settling.longest_s, *(worker.lag_s for worker in workers), 0.0)
    tallies = [client.traffic.tally, *(worker.tally for worker in workers)]
    info = RunInfo(
        run_id=client.run_id,
        tool_version=VERSION,
        tier=options.tier,
        profile=run.profile.name,
        contract=run.profile.release,
        profile_changes={key: str(value) for key, value in run.profile.changed().items()},
        base_url=client.base,
        deployment=run.discovery.product,
        switches=run.discovery.switches,
        seed=options.seed,
        started_ms=int(run.journal.started * 1000),
        stopped_ms=int(time.time() * 1000),
        requests=client.traffic.requests + sum(worker.requests for worker in workers),
        purposes=added_up([client.traffic.purposes, *(worker.purposes for worker in workers)]),
        waited_s=client.traffic.waited_s + sum(worker.waited_s for worker in workers),
        notes=(*dict.fromkeys(run.notes), *([lag_words(lag_s)] if lag_s else [])),
        coverage=run.coverage,
        embedded=run.connection.embedded is not None,
        operations=joined(operations_seen(tally, run.documented) for tally in tallies),
        shard=options.shard,
        whole=run.whole if options.shard else (),
        waivers=run.waivers.file,
        replay=options.replay_command,
        inventory=run.connection.teardown.facts,
    )
    cleaned: RunInfo = client.redactor.cleaned(info)
    return cleaned
