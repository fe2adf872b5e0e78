"""A run's connection to one deployment, and what that deployment is held to."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from contract.profiles import PUBLISHED_PROFILES, Profile, scaled_down
from contract.releases import DEFAULT_RELEASE, release_of
from deployment import embedded
from deployment.budget import Budget
from deployment.client import Client
from deployment.discovery import Discovery, discover
from deployment.errors import SetupError
from deployment.ledger import Ledger, LedgerError, default_directory, prove_writable
from deployment.ledger_records import Record, read_record
from deployment.options import AUTO, profile_named
from deployment.resume import chosen, left_behind, sweep_command
from deployment.target import read_token
from harness.options import Options
from harness.teardown import Teardown
from harness.turns import directory_of_shards
from harness.workers import WorkerConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One deployment, as it was reached.

    ``other_keys`` are further keys by name, ``scaled`` the limits that are set low in an embedded deployment.
    ``earlier`` is what the run's processes before this one noted, ``process`` how many they were; ``notes`` are for
    the report. The processes of the run take turns in the directory ``turns``; None where this is the only one.
    """

    client: Client
    discovery: Discovery
    profile: Profile
    teardown: Teardown
    other_keys: Mapping[str, str] = field(repr=False)
    scaled: Mapping[str, int]
    earlier: Record | None = None
    process: int = 0
    notes: tuple[str, ...] = ()
    turns: Path | None = None
    embedded: embedded.Embedded | None = None

    def close(self) -> None:
        """Close the connections, and stop what was started here."""
        self.client.close()
        if self.embedded is not None:
            self.embedded.stop()

    def config_of_worker(self, *, shared: Path, seed: int, count: int) -> WorkerConfig:
        """What one of ``count`` workers needs to take part; where this is a shard, they take turns with the others."""
        return WorkerConfig(
            run_id=self.client.run_id,
            url=self.client.base,
            token=self.client.token,
            other_keys=self.other_keys,
            ledger_dir=self.teardown.directory,
            shared=shared,
            turns=self.turns or shared,
            discovery=self.discovery,
            profile=self.profile,
            scaled=self.scaled,
            foreign=self.client.area.foreign,
            seed=seed,
            count=count,
        )


def reach(options: Options, run_id: str) -> Connection:
    """Reach the deployment, or start the embedded one, and begin the ledger.

    Raises ``SetupError`` or ``ProfileError``; what was started is then stopped.
    """
    asked = profile_named(options.profile)
    release = options.contract
    scaled: dict[str, int] = {}
    with contextlib.ExitStack() as undo:
        started = None
        if options.url is None:
            name = "cloud" if options.profile == "auto" else options.profile
            release = DEFAULT_RELEASE.id if release == AUTO else release
            if options.tier != "capacity" and name in PUBLISHED_PROFILES:
                asked = scaled_down(replace(PUBLISHED_PROFILES[name], release=release))
                scaled = {key: value for key, value in asked.changed().items() if isinstance(value, int)}
            started = embedded.start(name, options.fault, scaled)
            undo.callback(started.stop)
            url, token = started.url, started.token
            keys = {"expired": started.expired_token, "foreign": started.foreign_token}
        else:
            url, token = options.url, read_token(options.token_file)
            files = {"expired": options.expired_token_file, "foreign": options.foreign_token_file}
            keys = {name: read_token(file) for name, file in files.items() if file is not None}
        directory = _ledger_directory(options, started)
        prove_writable(directory)
        run_id, earlier, process, notes = _earlier(options, run_id, directory, url)
        client = _client(options, url, token, run_id, keys)
        undo.callback(client.close)
        discovery = discover(client, options.workspace)
        teardown = Teardown(client, discovery.root, directory)
        teardown.open()
        undo.pop_all()
    return Connection(
        client=client,
        discovery=discovery,
        profile=replace(
            asked or discovery.profile,
            release=release_of(discovery.product.get("product-version", "")).id if release == AUTO else release,
        ),
        teardown=teardown,
        other_keys=keys,
        scaled=scaled,
        earlier=earlier,
        process=process,
        notes=(*discovery.remarks, *notes),
        turns=directory_of_shards(url) if options.shard is not None and started is None else None,
        embedded=started,
    )


def join(options: Options, config: WorkerConfig) -> Connection:
    """Take part in the run of a controller. Raises ``SetupError``."""
    client = _client(options, config.url, config.token, config.run_id, config.other_keys)
    client.area.root, client.area.foreign = config.discovery.root, config.foreign
    try:
        client.ledger = Ledger(config.ledger_dir, config.run_id, config.url, config.foreign)
    except LedgerError as error:
        client.close()
        raise SetupError(f"{error}; free space or give --geti-ledger-dir") from None
    return Connection(
        client=client,
        discovery=config.discovery,
        profile=config.profile,
        teardown=Teardown(client, config.discovery.root, config.ledger_dir),
        other_keys=config.other_keys,
        scaled=config.scaled,
        turns=config.turns,
    )


def _ledger_directory(options: Options, started: embedded.Embedded | None) -> Path:
    """Where the ledger lies; that of an embedded deployment goes with it, since nothing outlives it."""
    if options.ledger_dir is not None:
        return options.ledger_dir
    return Path(started.directory.name, "ledger") if started is not None else default_directory()


def _client(options: Options, url: str, token: str, run_id: str, other_keys: Mapping[str, str]) -> Client:
    budget = Budget(options.rate, options.max_requests, options.max_bytes, options.max_seconds)
    client = Client(
        base=url,
        token=token,
        run_id=run_id,
        ca_bundle=options.ca_bundle,
        timeout=options.timeout,
        # The embedded deployment is on this machine: no proxy could ask it.
        asked_proxy=options.proxy if options.url is not None else None,
        budget=budget,
    )
    client.area.read_only = options.read_only
    client.settling.patience_s = options.settle
    client.redactor.hide(*other_keys.values())
    return client


def _earlier(
    options: Options, run_id: str, directory: Path, url: str
) -> tuple[str, Record | None, int, tuple[str, ...]]:
    """The run to go on with, where one is to be: its id, what it noted, how many processes it had, and notes."""
    if options.resume is not None:
        run_id = chosen(options.resume, directory, url) or run_id
    if (directory / run_id).is_dir():
        return run_id, read_record(directory / run_id), len(list((directory / run_id).glob("*.jsonl"))), ()
    left = left_behind(directory, url) if options.tier == "capacity" and options.url is not None else []
    if not left:
        return run_id, None, 0, ()
    newest = left[0].name
    note = (
        f"run {newest} left something behind; go on with it: --geti-resume {newest}; remove it: "
        f"{sweep_command(directory, newest)}"
    )
    return run_id, None, 0, (note,)
