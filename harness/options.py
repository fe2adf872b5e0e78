"""The options of a run; each has an environment twin (``--geti-url`` and ``GETI_URL``)."""

from __future__ import annotations

import argparse
import os
import re
import secrets
import shlex
from dataclasses import dataclass
from pathlib import Path

import pytest

from contract.results import Shard
from contract.shards import shard_of

_HELP = {
    "url": ("URL", "the deployment, https://HOST[:PORT]; without it the embedded deployment is started"),
    "token-file": ("FILE", "a file that holds the key (or set GETI_TOKEN)"),
    "profile": ("NAME", "auto (default: asked of the deployment), cloud, on-prem, or a TOML profile file"),
    "tier": ("TIER", "gate (default), nightly (another seed each time), capacity (also limits of thousands)"),
    "report-dir": ("DIR", "where reports go (default: out)"),
    "ledger-dir": ("DIR", "where the run notes what it creates, for `python -m deployment sweep`"),
    "resume": ("RUN|auto", "capacity: go on with what a run that ended early has filled; an interrupt keeps it again"),
    "ca-bundle": ("FILE", "PEM file with the certificate authority to trust"),
    "openapi": ("FILE|URL", "the OpenAPI document (default: the deployment's own, /openapi-spec.json)"),
    "replay": ("CASE", "judge this one case of the manifest and nothing else; give tier and seed as they were"),
    "expired-token-file": ("FILE", "a file that holds a key that has expired, which must be refused"),
    "foreign-token-file": ("FILE", "a file that holds a key of another organization, which must be refused"),
    "seed": ("N", "seed of the content of media (default: 0; in the nightly tier another each time)"),
    "waivers": ("FILE", "TOML file of findings that are known: requirement, verdict, owner, reason, ticket, expires"),
    "history": ("DIR", "where every run is kept, to tell what is new against the last one"),
    "shard": ("I/N", "judge the I-th of N parts of the manifest; python -m reports merge joins their results"),
    "durations": ("FILE", "results.json of an earlier run: what shards are balanced by"),
    "rate": ("N/s", "send at most so many requests a second (default: as fast as it answers)"),
    "max-requests": ("N", "send at most so many requests; what they do not cover is not judged"),
    "max-bytes": ("N", "move at most so many bytes of bodies, both ways"),
    "max-seconds": ("S", "judge for at most so many seconds"),
    "timeout": ("S", "wait at most so many seconds for an answer (default: 120), for a job five times as long"),
}
_DEFAULTS = {"profile": "auto", "tier": "gate", "report-dir": "out", "max-requests": "1000000", "timeout": "120"}
TIERS = ("gate", "nightly", "capacity")


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for, checked."""

    url: str | None
    token_file: str | None
    profile: str
    tier: str
    report_dir: Path
    ca_bundle: str | None
    seed: int
    max_requests: int
    faults: tuple[str, ...]
    openapi: str | None = None
    expired_token_file: str | None = None
    foreign_token_file: str | None = None
    replay: str | None = None
    ledger_dir: Path | None = None
    resume: str | None = None
    waivers: Path | None = None
    history: Path | None = None
    rate: float | None = None
    max_bytes: int | None = None
    max_seconds: int | None = None
    timeout: float = 120.0
    read_only: bool = False
    stop_at: str | None = None
    shard: Shard | None = None
    durations: Path | None = None

    @property
    def replay_command(self) -> str:
        """The command that judges a case again, up to the name of the case."""
        given = {
            "url": self.url,
            "token-file": self.token_file,
            "ca-bundle": self.ca_bundle,
            "openapi": self.openapi,
            "profile": None if self.profile == "auto" else self.profile,
            "tier": None if self.tier == "gate" else self.tier,
            "seed": str(self.seed or ""),
        }
        words = [word for name, value in given.items() if value for word in (f"--geti-{name}", value)]
        words += [word for name in self.faults for word in ("--geti-fault", name)]
        return shlex.join([".venv/bin/python", "-m", "pytest", "suites", *words, "--geti-replay"])


def add_options(parser: pytest.Parser) -> None:
    """Declare ``--geti-…``."""
    group = parser.getgroup("geti", "Geti contract")
    for name, (metavar, words) in _HELP.items():
        group.addoption(f"--geti-{name}", metavar=metavar, help=f"{words} [GETI_{_twin(name)}]")
    group.addoption(
        "--geti-read-only",
        action="store_true",
        help="send nothing that changes anything; what cannot be judged so is inconclusive [GETI_READ_ONLY]",
    )
    group.addoption(
        "--geti-fault",
        metavar="NAME",
        action="append",
        default=[],
        help="break the embedded deployment on purpose; repeatable (python -m reference --list-faults)",
    )
    group.addoption("--geti-stop-at", help=argparse.SUPPRESS)  # how the power run asks for one finding


def read_options(config: pytest.Config) -> Options:
    """The checked options. Raises ``pytest.UsageError`` with the next step."""
    given: dict[str, str] = {name: _given(config, name) or _DEFAULTS.get(name, "") for name in _HELP}
    for name in ("resume", "stop-at"):
        if config.getoption("numprocesses", None) and config.getoption(f"--geti-{name}", None):
            raise pytest.UsageError(f"--geti-{name} goes with one process; leave -n away")
    empty = [name for name in _HELP if config.getoption(f"--geti-{name}") == ""]
    if empty:
        raise pytest.UsageError(f"--geti-{empty[0]} is empty; give a value, or leave the option away")
    if given["tier"] not in TIERS:
        raise pytest.UsageError(f"--geti-tier {given['tier']} is unknown; it is one of {', '.join(TIERS)}")
    given["seed"] = given["seed"] or (str(secrets.randbelow(10**9)) if given["tier"] == "nightly" else "0")
    if not re.fullmatch(r"\d{1,9}", given["max-requests"]):
        raise pytest.UsageError(f"--geti-max-requests {given['max-requests']} is no whole number up to 999999999")
    rate = re.fullmatch(r"(\d{1,5}(?:\.\d{1,3})?)(?:/s)?", given["rate"])
    if given["rate"] and (rate is None or float(rate[1]) <= 0):
        raise pytest.UsageError(f"--geti-rate {given['rate']} is no rate; write 5/s, or 0.5/s")
    for name in ("max-bytes", "max-seconds", "timeout"):
        if given[name] and not re.fullmatch(r"0*[1-9]\d{0,14}", given[name]):
            raise pytest.UsageError(f"--geti-{name} {given[name]} is no whole number above 0")
    if not re.fullmatch(r"\d{1,9}", given["seed"]):
        raise pytest.UsageError(f"--geti-seed {given['seed']} is no whole number from 0 to 999999999")
    if given["ca-bundle"] and not Path(given["ca-bundle"]).is_file():
        raise pytest.UsageError(f"--geti-ca-bundle {given['ca-bundle']} is no file; give the PEM file to trust")
    if given["shard"] and given["tier"] == "nightly" and not _given(config, "seed"):
        raise pytest.UsageError("the nightly tier draws another seed in each shard; give all of them one --geti-seed N")
    try:
        shard = shard_of(given["shard"]) if given["shard"] else None
    except ValueError as error:
        raise pytest.UsageError(f"--geti-shard {error}") from None
    faults = tuple(config.getoption("--geti-fault"))
    if faults and given["url"]:
        raise pytest.UsageError("--geti-fault breaks the embedded deployment only; leave --geti-url away")
    if given["resume"] and not (given["url"] and given["tier"] == "capacity"):
        raise pytest.UsageError(
            "--geti-resume goes on with what --geti-tier capacity filled, and needs --geti-url: the embedded "
            "deployment ends with its run"
        )
    return Options(
        given["url"] or None,
        given["token-file"] or None,
        given["profile"],
        given["tier"],
        Path(given["report-dir"]),
        given["ca-bundle"] or None,
        int(given["seed"]),
        int(given["max-requests"]),
        faults,
        given["openapi"] or None,
        given["expired-token-file"] or None,
        given["foreign-token-file"] or None,
        given["replay"] or None,
        Path(given["ledger-dir"]) if given["ledger-dir"] else None,
        given["resume"] or None,
        waivers=Path(given["waivers"]) if given["waivers"] else None,
        history=Path(given["history"]) if given["history"] else None,
        rate=float(rate[1]) if rate else None,
        max_bytes=_number(given["max-bytes"]),
        max_seconds=_number(given["max-seconds"]),
        timeout=float(given["timeout"]),
        read_only=bool(config.getoption("--geti-read-only")) or os.environ.get("GETI_READ_ONLY", "") not in ("", "0"),
        stop_at=config.getoption("--geti-stop-at"),
        shard=shard,
        durations=Path(given["durations"]) if given["durations"] else None,
    )


def _number(text: str) -> int | None:
    return int(text) if text else None


def _given(config: pytest.Config, name: str) -> str | None:
    return config.getoption(f"--geti-{name}") or os.environ.get(f"GETI_{_twin(name)}") or None


def unaimed() -> dict[str, str]:
    """The environment of this process without what a run would take its options from."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GETI_")}


def _twin(name: str) -> str:
    return name.replace("-", "_").upper()
