"""The options of a load, the same for Locust's command and for ``python -m harness.load``; each has a twin in the
environment, so that the workers of a load on several machines are told once."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from contract.profiles import PUBLISHED_PROFILES, Profile, parse_profile
from deployment.errors import SetupError
from deployment.ledger import default_directory

_OPTIONS: Final = {
    "url": ("URL", "", "the deployment, https://HOST[:PORT]"),
    "token-file": ("FILE", "", "a file that holds the key (or set GETI_TOKEN)"),
    "ca-bundle": ("FILE", "", "PEM file with the certificate authority to trust"),
    "profile": ("NAME", "auto", "auto (default: asked of the deployment), cloud, on-prem, or a TOML profile file"),
    "report-dir": ("DIR", "out", "where reports go (default: out)"),
    "ledger-dir": ("DIR", "", "where each process notes what it creates, for `python -m deployment sweep`"),
}
_RATES: Final = {"uploads": "20/s", "queries": "5/s", "downloads": "5/s"}
_UNITS: Final = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user asked for, checked. Rates are requests a second of all workers together; infinite: unthrottled."""

    url: str
    token_file: str | None
    ca_bundle: str | None
    profile: str
    report_dir: Path
    ledger_dir: Path
    uploads: float
    queries: float
    downloads: float
    seconds: float

    def asked_profile(self) -> Profile | None:
        """The profile that was named; None where the deployment is to be asked. Raises ``SetupError``."""
        if self.profile == "auto" or self.profile in PUBLISHED_PROFILES:
            return PUBLISHED_PROFILES.get(self.profile)
        try:
            return parse_profile(Path(self.profile).read_text(encoding="utf-8"), self.profile)
        except (OSError, UnicodeDecodeError):
            raise SetupError(f"--geti-profile {self.profile} is neither auto, cloud, on-prem nor a file") from None


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare ``--geti-…``, the rates and the time."""
    for name, (metavar, default, words) in _OPTIONS.items():
        twin = _twin(name)
        parser.add_argument(
            f"--geti-{name}", metavar=metavar, default=os.environ.get(twin) or default, help=f"{words} [{twin}]"
        )
    for name, usual in _RATES.items():
        parser.add_argument(
            f"--{name}",
            metavar="N/s",
            default=usual,
            help=f"{name} a second of all workers together, or max (default: {usual})",
        )
    parser.add_argument("--time", metavar="5m", default="5m", help="how long to load: 90s, 5m, 2h (default: 5m)")


def read_settings(options: argparse.Namespace) -> Settings:
    """The checked settings. Raises ``SetupError`` with the next step."""
    given = vars(options)
    if not given["geti_url"]:
        raise SetupError("no deployment to load; give --geti-url URL, or start python -m harness.load, which makes one")
    ledger = given["geti_ledger_dir"]
    return Settings(
        given["geti_url"],
        given["geti_token_file"] or None,
        given["geti_ca_bundle"] or None,
        given["geti_profile"],
        Path(given["geti_report_dir"]),
        Path(ledger) if ledger else default_directory(),
        rate("uploads", given["uploads"]),
        rate("queries", given["queries"]),
        rate("downloads", given["downloads"]),
        seconds(given["time"]),
    )


def seconds(text: str) -> float:
    """A time as it is typed, in seconds. Raises ``SetupError``."""
    number, unit = (text[:-1], text[-1]) if text[-1:] in _UNITS else (text, "s")
    if not number.isdecimal() or not 1 <= int(number) <= 10**6:
        raise SetupError(f"--time {text} is no time; write 90s, 5m or 2h")
    return int(number) * _UNITS[unit]


def rate(name: str, text: str) -> float:
    """Requests a second as they are typed; infinite for ``max``. Raises ``SetupError``."""
    if text == "max":
        return float("inf")
    try:
        number = float(text.removesuffix("/s"))
    except ValueError:
        number = -1.0
    if not 0 <= number <= 10_000:
        raise SetupError(f"--{name} {text} is no rate; write 20/s, 0 for none, or max")
    return number


def _twin(name: str) -> str:
    return f"GETI_{name.replace('-', '_').upper()}"
