"""What a run stands on: the deployment it has reached, and what that deployment is held to."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from contract.profiles import PUBLISHED_PROFILES, Profile, parse_profile, scaled_down
from deployment import embedded
from deployment.budget import Budget
from deployment.client import Client
from deployment.discovery import Discovery, discover
from deployment.errors import SetupError
from deployment.ledger import Ledger, LedgerError, default_directory
from deployment.ledger_records import Record, read_record
from deployment.resume import chosen, left_behind, sweep_command
from deployment.target import base_url, read_token
from harness.options import Options
from harness.teardown import Teardown
from harness.workers import WorkerConfig


@dataclass(slots=True)
class Connection:
    """The way to one deployment and what is known of it.

    ``other_keys`` are further keys by name, ``scaled`` the limits that are set low in an embedded deployment.
    ``earlier`` is what the run's processes before this one noted, ``process`` how many they were; ``notes`` are for
    the report.
    """

    run_id: str
    client: Client
    discovery: Discovery
    profile: Profile
    teardown: Teardown
    other_keys: Mapping[str, str] = field(repr=False)
    scaled: Mapping[str, int]
    earlier: Record | None = None
    process: int = 0
    notes: list[str] = field(default_factory=list)
    embedded: embedded.Embedded | None = None

    def leave(self) -> None:
        """Close the connections, and stop what was started here."""
        self.client.close()
        if self.embedded is not None:
            self.embedded.stop()


def reach(options: Options, run_id: str) -> Connection:
    """Reach the deployment, or start the embedded one, and begin the ledger.

    Raises ``SetupError`` or ``ProfileError``; what was started is then stopped.
    """
    asked = _asked_profile(options.profile)
    scaled: dict[str, int] = {}
    with contextlib.ExitStack() as undo:
        started = None
        if options.url is None:
            profile = "cloud" if options.profile == "auto" else options.profile
            if options.tier != "capacity" and profile in PUBLISHED_PROFILES:
                asked = scaled_down(PUBLISHED_PROFILES[profile])
                scaled = {key: value for key, value in asked.changed().items() if isinstance(value, int)}
            started = embedded.start(profile, options.faults, scaled)
            undo.callback(started.stop)
            url, token = started.url, started.token
            keys = {"expired": started.expired_token, "foreign": started.foreign_token}
        else:
            url, token = base_url(options.url), read_token(options.token_file)
            given = {"expired": options.expired_token_file, "foreign": options.foreign_token_file}
            keys = {name: read_token(file) for name, file in given.items() if file is not None}
        directory = _ledger_directory(options, started)
        run_id, earlier, process, notes = _earlier(options, run_id, directory, url)
        client = _client(options, url, token, run_id, keys)
        undo.callback(client.close)
        discovery = discover(client)
        teardown = Teardown(client, discovery.root, directory)
        teardown.open()
        undo.pop_all()
    profile_in_force = asked or discovery.profile
    return Connection(
        run_id, client, discovery, profile_in_force, teardown, keys, scaled, earlier, process, notes, started
    )


def join(options: Options, told: WorkerConfig) -> Connection:
    """Take part in the run of a controller. Raises ``SetupError``."""
    client = _client(options, told.url, told.token, told.run_id, told.other_keys)
    client.area.root, client.area.foreign = told.discovery.root, frozenset(told.foreign)
    directory = Path(told.ledger_dir)
    try:
        client.ledger = Ledger(directory, told.run_id, told.url, client.area.foreign)
    except LedgerError as error:
        client.close()
        raise SetupError(f"{error}; free space or give --geti-ledger-dir") from None
    teardown = Teardown(client, told.discovery.root, directory)
    return Connection(
        told.run_id, client, told.discovery, told.profile, teardown, dict(told.other_keys), dict(told.scaled)
    )


def _asked_profile(name: str) -> Profile | None:
    if name == "auto" or name in PUBLISHED_PROFILES:
        return PUBLISHED_PROFILES.get(name)
    try:
        return parse_profile(Path(name).read_text(encoding="utf-8"), name)
    except (OSError, UnicodeDecodeError):
        raise SetupError(f"--geti-profile {name} is neither auto, cloud, on-prem nor a readable file") from None


def _ledger_directory(options: Options, started: embedded.Embedded | None) -> Path:
    """Where the ledger lies; that of an embedded deployment goes with it, since nothing outlives it."""
    if options.ledger_dir is not None:
        return options.ledger_dir
    return Path(started.directory.name, "ledger") if started is not None else default_directory()


def _client(options: Options, url: str, token: str, run_id: str, other_keys: Mapping[str, str]) -> Client:
    budget = Budget(options.rate, options.max_requests, options.max_bytes, options.max_seconds)
    try:
        client = Client(url, token, run_id, options.ca_bundle, options.timeout, budget=budget)
    except ssl.SSLError:
        raise SetupError(f"{options.ca_bundle} holds no certificate; give a PEM file") from None
    client.area.read_only = options.read_only
    client.redactor.hide(*other_keys.values())
    return client


def _earlier(options: Options, run_id: str, directory: Path, url: str) -> tuple[str, Record | None, int, list[str]]:
    """The run to go on with, where one is to be: its id, what it noted, how many processes it had, and what to say."""
    if options.resume is not None:
        run_id = chosen(options.resume, directory, url) or run_id
    if (directory / run_id).is_dir():
        return run_id, read_record(directory / run_id), len(list((directory / run_id).glob("*.jsonl"))), []
    left = left_behind(directory, url) if options.tier == "capacity" and options.url is not None else []
    if not left:
        return run_id, None, 0, []
    newest = left[0].name
    told = (
        f"run {newest} left something behind; go on with it: --geti-resume {newest}; remove it: "
        f"{sweep_command(directory, newest)}"
    )
    return run_id, None, 0, [told]
