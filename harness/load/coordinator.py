"""The load as a whole, in the master or the only process: makes the project, gathers tallies, judges, cleans up."""

from __future__ import annotations

import secrets
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from contract.load import WORDS, Load, judge_load
from contract.profiles import Profile, Setting
from contract.results import Conclusion, Result, RunInfo, conclude
from contract.verdicts import Judgement, Verdict
from contract.version import VERSION
from deployment.cleanup import Cleanup
from deployment.client import Client
from deployment.discovery import Discovery, discover
from deployment.errors import SetupError
from deployment.ledger import Ledger, LedgerError, prove_writable, run_prefix
from deployment.ledger_records import forget, read_record
from deployment.media import Dataset, create_dataset
from deployment.options import profile_named
from deployment.target import read_token
from harness.load.settings import Settings
from harness.load.worker import Tally
from reports.files import prepare

LIMIT: Final = "project.media.max"
_PERCENTILES: Final = (50, 90, 95, 99)


def connect(settings: Settings, run_id: str = "0" * 8) -> tuple[Client, Discovery]:
    """A client for this process and what it found. Raises ``SetupError``."""
    client = Client(
        base=settings.url,
        token=read_token(settings.token_file),
        run_id=run_id,
        ca_bundle=settings.ca_bundle,
        asked_proxy=settings.proxy,
    )
    return client, discover(client, settings.workspace)


def open_ledger(client: Client, settings: Settings) -> None:
    """Give a client the ledger of this process. Raises ``SetupError``."""
    try:
        client.ledger = Ledger(settings.ledger_dir, client.run_id, settings.url)
    except LedgerError as error:
        raise SetupError(f"{error}; free space or give --geti-ledger-dir") from None


@dataclass(slots=True)
class LoadCoordinator:
    """One load. ``workers`` are those that take part, ``ended`` those of them whose whole tally has come."""

    settings: Settings
    run_id: str = field(default_factory=lambda: secrets.token_hex(4))
    tally: Tally = field(default_factory=Tally)
    workers: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    client: Client = field(init=False)
    profile: Profile = field(init=False)
    dataset: Dataset = field(init=False)
    _discovery: Discovery = field(init=False)
    _started: float = field(init=False, default=0.0)
    _stopped: float = field(init=False, default=0.0)

    def reach(self) -> None:
        """Reach the deployment and learn what it is held to. Raises what a run that cannot start raises."""
        asked = profile_named(self.settings.profile)
        prepare(self.settings.report_dir)
        prove_writable(self.settings.ledger_dir)
        self.client, self._discovery = connect(self.settings, self.run_id)
        self.profile = asked or self._discovery.profile

    def make_project(self) -> None:
        """Make the project that is loaded; the load begins. Raises ``SetupError``."""
        open_ledger(self.client, self.settings)
        self.dataset = create_dataset(self.client, self._discovery, f"{run_prefix(self.run_id)}-load")
        self._started = time.time()

    def end(self) -> None:
        """Note when the load ended, for the rates that were held."""
        self._stopped = time.time()

    def take(self, worker: str, tally: Tally, *, last: bool) -> None:
        """Add the tally of a worker."""
        self.workers.add(worker)
        self.tally.join(tally)
        if last:
            self.ended.add(worker)

    @property
    def missing(self) -> tuple[str, ...]:
        """The workers that have not handed over the end of their tally."""
        return tuple(sorted(self.workers - self.ended))

    def progress(self, tally: Tally) -> str:
        """How far the load has come, by the tallies so far and one that is not added yet."""
        uploads = [*self.tally.uploads, *tally.uploads]
        refused, elapsed = sum(upload.refused for upload in uploads), time.time() - self._started
        return (
            f"{elapsed:.0f} of {self.settings.seconds:.0f} s, {len(uploads) - refused:,} uploads, {refused:,} refused, "
            f"{len(uploads) / elapsed:.0f}/s"
        )

    def judged(self) -> list[Result]:
        """Read everything back and judge it; what is not as it should be is read again."""
        listed, judgements = self.client.settling.until(
            self._read_back, lambda read: not any(judgement.broken for judgement in read[1].values())
        )
        if self.profile[LIMIT] is Setting.UNKNOWN:
            judgements["load.limit"] = Judgement(Verdict.NOT_APPLICABLE, "the profile file says: unknown")
        self.notes += [*self._rates(), *(f"worker {worker} was lost with its tally" for worker in self.missing)]
        self.notes += [f"{name}: {judgement.verdict}, {judgement.reason}" for name, judgement in judgements.items()]
        return [self._result(name, judgement, listed) for name, judgement in judgements.items()]

    def _read_back(self) -> tuple[dict[str, str] | None, dict[str, Judgement]]:
        """What is listed now, by id, and what is concluded from it."""
        listing, total = self.dataset.listing(), self.dataset.count_media()
        tally, timings = self.tally, self.tally.timings
        listed = None if listing is None else {key: str(item.get("name")) for key, item in listing.items()}
        load = Load(
            uploads=tally.uploads,
            listed=listed,
            total=total,
            queries=len(timings.get("query", ())),
            downloads=len(timings.get("download", ())),
            short=tally.short,
            damaged=tally.damaged,
            failures=tally.failures,
            put_off=tally.put_off,
            missing=self.missing,
        )
        return listed, judge_load(load, self.profile.value(LIMIT))

    def conclusion(self, results: Sequence[Result]) -> Conclusion:
        """The verdict over every requirement of a load."""
        return conclude(results, WORDS)

    def info(self) -> RunInfo:
        """What the reports say about the load itself."""
        timings = self.tally.timings
        return RunInfo(
            run_id=self.run_id,
            tool_version=VERSION,
            tier="load",
            profile=self.profile.name,
            profile_changes={key: str(value) for key, value in self.profile.changed().items()},
            base_url=self.settings.url,
            deployment=self._discovery.product,
            seed=0,
            started_ms=int(self._started * 1000),
            stopped_ms=int(time.time() * 1000),
            requests=sum(map(len, timings.values())),
            waited_s=sum(map(sum, timings.values())),
            notes=tuple(self.notes),
        )

    def _result(self, name: str, judgement: Judgement, listed: dict[str, str] | None) -> Result:
        result = Result(
            case=name,
            requirement=name,
            title=WORDS[name],
            verdict=judgement.verdict,
            reason=judgement.reason,
            started_ms=int(self._started * 1000),
            elapsed_s=self._stopped - self._started,
        )
        if name != "load.limit":
            return result
        limit, held = self.profile.value(LIMIT), None if listed is None else len(listed)
        broken = judgement.verdict in (Verdict.NOT_ENFORCED, Verdict.OVER_ENFORCED)
        return replace(
            result,
            limit=LIMIT,
            enforcement_point="image-upload",
            side="above",
            documented=limit,
            unit="media",
            observed_boundary=held if broken else None,
        )

    def _rates(self) -> list[str]:
        """For each operation: how many, how many a second, and how long they took."""
        began = min((upload.sent_at for upload in self.tally.uploads), default=self._started)
        elapsed = max(1e-9, self._stopped - began)  # the workers were still being started before
        return [
            f"{name}: {len(seconds):,}, {len(seconds) / elapsed:.1f}/s, {percentiles(seconds)}"
            for name, seconds in sorted(self.tally.timings.items())
        ]

    def clear(self) -> None:
        """Delete the project; a note names what cannot be deleted and is left to the sweep."""
        ledger = self.client.ledger
        if ledger is None:
            return
        directory = ledger.path.parent
        cleanup = Cleanup(self.client, read_record(directory))
        cleanup.clear()
        ledger.close()
        if cleanup.left:
            self.notes.append(
                f"LEFT BEHIND: {'; '.join(cleanup.left)}\n  python -m deployment sweep --ledger-dir {directory.parent}"
            )
        else:
            forget(directory)
        self.client.close()


def percentiles(seconds: Sequence[float]) -> str:
    """The latency percentiles of some seconds, in milliseconds and words."""
    if len(seconds) < 2:
        return f"{1000 * sum(seconds):.0f} ms"
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    words = [f"p{each} {1000 * cuts[each - 1]:.0f}" for each in _PERCENTILES]
    return f"{' '.join(words)} max {1000 * max(seconds):.0f} ms"
