"""The load as a whole, in the master or the only process: makes the project, gathers accounts, judges, cleans up."""

from __future__ import annotations

import secrets
import ssl
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
from deployment.entities import count_media
from deployment.errors import SetupError
from deployment.ledger import Ledger, LedgerError, run_prefix
from deployment.ledger_records import forget, read_record
from deployment.media import Dataset, create_dataset
from deployment.target import base_url, read_token
from harness.load.settings import Settings
from harness.load.worker import Tally

LIMIT: Final = "project.media.max"
_PERCENTILES: Final = (50, 90, 95, 99)


def reach(settings: Settings, run_id: str = "0" * 8) -> tuple[Client, Discovery]:
    """A client for this process and what it found. Raises ``SetupError``."""
    try:
        client = Client(base_url(settings.url), read_token(settings.token_file), run_id, settings.ca_bundle)
    except OSError as error:
        told = "holds no certificate" if isinstance(error, ssl.SSLError) else f"cannot be read ({error.strerror})"
        raise SetupError(f"--geti-ca-bundle {settings.ca_bundle} {told}; give a PEM file") from None
    return client, discover(client)


def note(client: Client, settings: Settings) -> None:
    """Give a client the ledger of this process. Raises ``SetupError``."""
    try:
        client.ledger = Ledger(settings.ledger_dir, client.run_id, settings.url)
    except LedgerError as error:
        raise SetupError(f"{error}; free space or give --geti-ledger-dir") from None


@dataclass(slots=True)
class LoadCoordinator:
    """One load. ``workers`` are those that take part, ``ended`` those of them whose whole account has come."""

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
        """Reach the deployment and learn what it is held to. Raises ``SetupError`` or ``ProfileError``."""
        asked = self.settings.asked_profile()
        self.client, self._discovery = reach(self.settings, self.run_id)
        self.profile = asked or self._discovery.profile

    def make_project(self) -> None:
        """Make the project that is loaded; the load begins. Raises ``SetupError``."""
        note(self.client, self.settings)
        self.dataset = create_dataset(self.client, self._discovery, f"{run_prefix(self.run_id)}-load")
        self._started = time.time()

    def end(self) -> None:
        """Note when the load ended, for the rates that were held."""
        self._stopped = time.time()

    def take(self, worker: str, tally: Tally, *, last: bool) -> None:
        """Join the account of a worker."""
        self.workers.add(worker)
        self.tally.join(tally)
        if last:
            self.ended.add(worker)

    @property
    def missing(self) -> tuple[str, ...]:
        """The workers that have not handed over the end of their account."""
        return tuple(sorted(self.workers - self.ended))

    def progress(self, tally: Tally) -> str:
        """How far the load has come, by the accounts so far and one that is not joined yet."""
        uploads = [*self.tally.uploads, *tally.uploads]
        refused, elapsed = sum(upload.refused for upload in uploads), time.time() - self._started
        return (
            f"{elapsed:.0f} of {self.settings.seconds:.0f} s, {len(uploads) - refused:,} uploads, {refused:,} refused, "
            f"{len(uploads) / elapsed:.0f}/s"
        )

    def judged(self) -> list[Result]:
        """Read everything back and judge it."""
        listing, total = self.dataset.listing(), count_media(self.dataset)
        tally, timings = self.tally, self.tally.timings
        listed = None if listing is None else {key: str(item.get("name")) for key, item in listing.items()}
        load = Load(
            tally.uploads,
            listed,
            total,
            len(timings.get("query", ())),
            len(timings.get("download", ())),
            tally.short,
            tally.damaged,
            tally.failures,
            tally.put_off,
            self.missing,
        )
        judgements = judge_load(load, self.profile.value(LIMIT))
        if self.profile[LIMIT] is Setting.UNKNOWN:
            judgements["load.limit"] = Judgement(Verdict.NOT_APPLICABLE, "the profile file says: unknown")
        self.notes += [*self._rates(), *(f"worker {worker} was lost with its account" for worker in self.missing)]
        self.notes += [f"{name}: {judgement.verdict}, {judgement.reason}" for name, judgement in judgements.items()]
        return [self._result(name, judgement, listed) for name, judgement in judgements.items()]

    def conclusion(self, results: Sequence[Result]) -> Conclusion:
        """The verdict over every requirement of a load."""
        return conclude(results, WORDS)

    def info(self) -> RunInfo:
        """What the reports say of the load itself."""
        timings = self.tally.timings
        return RunInfo(
            self.run_id,
            VERSION,
            "load",
            self.profile.name,
            {key: str(value) for key, value in self.profile.changed().items()},
            self.settings.url,
            self._discovery.product,
            0,
            int(self._started * 1000),
            int(time.time() * 1000),
            sum(map(len, timings.values())),
            sum(map(sum, timings.values())),
            tuple(self.notes),
        )

    def _result(self, name: str, judgement: Judgement, listed: dict[str, str] | None) -> Result:
        started, elapsed = int(self._started * 1000), self._stopped - self._started
        made = Result(
            name, name, WORDS[name], judgement.verdict, judgement.reason, started_ms=started, elapsed_s=elapsed
        )
        if name != "load.limit":
            return made
        limit, held = self.profile.value(LIMIT), None if listed is None else len(listed)
        broken = judgement.verdict in (Verdict.NOT_ENFORCED, Verdict.OVER_ENFORCED)
        return replace(
            made,
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
            f"{name}: {len(taken):,}, {len(taken) / elapsed:.1f}/s, {percentiles(taken)}"
            for name, taken in sorted(self.tally.timings.items())
        ]

    def clear(self) -> None:
        """Delete the project; what cannot be deleted is left to the sweep, and said."""
        ledger = self.client.ledger
        if ledger is None:
            return
        directory = ledger.path.parent
        clearing = Cleanup(self.client, read_record(directory))
        clearing.clear()
        ledger.close()
        if clearing.left:
            told = "; ".join(clearing.left)
            self.notes.append(f"LEFT BEHIND: {told}\n  python -m deployment sweep --ledger-dir {directory.parent}")
        else:
            forget(directory)
        self.client.close()


def percentiles(taken: Sequence[float]) -> str:
    """The latency percentiles of some seconds, in milliseconds and words."""
    if len(taken) < 2:
        return f"{1000 * sum(taken):.0f} ms"
    cuts = statistics.quantiles(taken, n=100, method="inclusive")
    told = [f"p{each} {1000 * cuts[each - 1]:.0f}" for each in _PERCENTILES]
    return f"{' '.join(told)} max {1000 * max(taken):.0f} ms"
