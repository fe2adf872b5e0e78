"""What the user asked a run for, checked."""

from __future__ import annotations

import argparse
import os
import secrets
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from contract.releases import DEFAULT_RELEASE
from contract.search import SearchSettings
from contract.shards import Shard
from deployment.errors import SetupError
from deployment.options import OPTIONS, values
from deployment.proxies import is_loopback, without_credentials

# So many cases are judged at one time, and so many where the deployment runs on this machine, beside us.
_PARALLEL: Final = 8
_PARALLEL_NEAR: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The value of each row of ``deployment.options.OPTIONS``; None where nothing was asked for."""

    url: str | None
    token_file: str | None
    workspace: str | None
    profile: str
    contract: str
    tier: str
    report_dir: Path
    ledger_dir: Path | None
    resume: str | None
    ca_bundle: str | None
    proxy: str | None = field(repr=False)
    openapi: str | None
    replay: str | None
    expired_token_file: str | None
    foreign_token_file: str | None
    seed: int
    examples: int | None
    minutes: float | None
    waivers: Path | None
    history: Path | None
    shard: Shard | None
    durations: Path | None
    parallel: int
    rate: float | None
    plant: Path | None
    verify: Path | None
    record: Path | None
    against: str | None
    against_token_file: str | None
    max_requests: int
    max_bytes: int | None
    max_seconds: int | None
    timeout: float
    settle: float
    read_only: bool
    fault: tuple[str, ...]

    @property
    def search(self) -> SearchSettings:
        """How the searches of this run go on; those of the gate remember nothing, and so are the same each time."""
        database = None if self.tier == "gate" else (self.history or self.report_dir) / "examples"
        return SearchSettings(self.examples, self.minutes, self.seed, database)

    @property
    def replay_command(self) -> str:
        """The command that judges a case again, up to the name of the case."""
        given = {
            "url": self.url,
            "token-file": self.token_file,
            "workspace": self.workspace,
            "ca-bundle": self.ca_bundle,
            "proxy": without_credentials(self.proxy) if self.proxy else None,
            "openapi": self.openapi,
            "verify": str(self.verify or ""),
            "profile": None if self.profile == "auto" else self.profile,
            "contract": None if self.contract == DEFAULT_RELEASE.id else self.contract,
            "tier": None if self.tier == "gate" else self.tier,
            "seed": str(self.seed or ""),
            "settle": "" if self.settle == 1 else f"{self.settle:g}",
        }
        words = [word for name, value in given.items() if value for word in (f"--geti-{name}", value)]
        words += [word for name in self.fault for word in ("--geti-fault", name)]
        return shlex.join([".venv/bin/python", "-m", "pytest", "suites", *words, "--geti-replay"])


def add_options(parser: pytest.Parser) -> None:
    """Declare ``--geti-…``."""
    group = parser.getgroup("geti", "Geti contract")
    for option in OPTIONS.values():
        option.declare(group.addoption)


def read_options(config: pytest.Config) -> Options:
    """The checked options. Raises ``pytest.UsageError`` with the next step."""
    return checked(config.option, distributed=bool(config.getoption("numprocesses", None)))


def checked(namespace: argparse.Namespace, *, distributed: bool = False) -> Options:
    """The options as they were typed, checked. Raises ``pytest.UsageError`` with the next step."""
    try:
        given = values(namespace)
    except SetupError as error:
        raise pytest.UsageError(str(error)) from None
    _check_together(given, distributed=distributed)
    if given["tier"] == "capacity":
        given["parallel"] = 1  # a fill sends many requests at one time by itself, and is gone on with by its name
    if given["parallel"] is None:
        near = given["url"] is None or is_loopback(urlsplit(given["url"]).hostname or "")
        given["parallel"] = _PARALLEL_NEAR if near else _PARALLEL
    if given["seed"] is None:
        given["seed"] = secrets.randbelow(10**9) if given["tier"] == "nightly" else 0
    return Options(**given)


def _check_together(given: dict[str, Any], *, distributed: bool) -> None:
    """Options that make sense only beside one another."""
    if given["resume"] and distributed:
        raise pytest.UsageError("--geti-resume goes with one process; leave -n away")
    _check_upgrade(given, distributed=distributed)
    if "://" in (given["against"] or "") and given["url"] is None:
        raise pytest.UsageError("--geti-against URL compares two deployments; give --geti-url, the second one, too")
    if given["against"] and given["shard"]:
        raise pytest.UsageError("--geti-against compares whole runs; leave --geti-shard away")
    if given["shard"] and given["tier"] == "nightly" and given["seed"] is None:
        raise pytest.UsageError("the nightly tier draws another seed in each shard; give all of them one --geti-seed N")
    if given["fault"] and given["url"]:
        raise pytest.UsageError("--geti-fault breaks the embedded deployment only; leave --geti-url and GETI_URL away")
    if given["resume"] and not (given["url"] and given["tier"] == "capacity"):
        raise pytest.UsageError(
            "--geti-resume goes on with what --geti-tier capacity filled, and needs --geti-url: the embedded "
            "deployment ends with its run"
        )


def _check_upgrade(given: dict[str, Any], *, distributed: bool) -> None:
    """What goes with planting before an upgrade, and with verifying after it."""
    asked = [f"--geti-{name}" for name in ("plant", "verify") if given[name]]
    if len(asked) > 1:
        raise pytest.UsageError("--geti-plant goes before an upgrade, --geti-verify after it; give one of them")
    if not asked:
        return
    if given["url"] is None:
        raise pytest.UsageError(f"{asked[0]} needs --geti-url: the embedded deployment ends with its run")
    if distributed or given["shard"] or given["resume"]:
        raise pytest.UsageError(f"{asked[0]} goes with one process; leave -n, --geti-shard and --geti-resume away")
    if given["record"] or given["against"]:
        raise pytest.UsageError(f"{asked[0]} compares with its own file; leave --geti-record and --geti-against away")
    if given["plant"] and given["read_only"]:
        raise pytest.UsageError("--geti-plant creates projects; leave --geti-read-only away")


def unaimed() -> dict[str, str]:
    """The environment of this process without the options of a run, and without those that it gives pytest."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("GETI_", "PYTEST_ADDOPTS"))}
