"""The settings of a load, the same for Locust's command and for ``python -m harness.load``.

What begins with ``--geti-`` has a twin in the environment, so that each machine of a load is set once.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from deployment.errors import SetupError
from deployment.ledger import default_directory
from deployment.options import OPTIONS, values

OPTION_NAMES: Final = ("url", "token-file", "workspace", "ca-bundle", "proxy", "profile", "report-dir", "ledger-dir")
_RATES: Final = {"uploads": "20/s", "queries": "5/s", "downloads": "5/s"}
_UNITS: Final = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the user asked for, checked. Rates are requests a second of all workers together; infinite: unthrottled."""

    url: str
    token_file: str | None
    workspace: str | None
    ca_bundle: str | None
    proxy: str | None = field(repr=False)
    profile: str
    report_dir: Path
    ledger_dir: Path
    uploads: float
    queries: float
    downloads: float
    seconds: float


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare ``--geti-…``, the rates and the time."""
    for name in OPTION_NAMES:
        OPTIONS[name].declare(parser.add_argument)
    for name, default in _RATES.items():
        parser.add_argument(
            f"--{name}",
            metavar="N/s",
            default=default,
            help=f"{name} a second of all workers together, or max (default: {default})",
        )
    parser.add_argument("--time", metavar="5m", default="5m", help="how long to load: 90s, 5m, 2h (default: 5m)")


def read_settings(options: argparse.Namespace) -> Settings:
    """The checked settings. Raises ``SetupError`` with the next step."""
    given = values(options)
    if given["url"] is None:
        raise SetupError("no deployment to load; give --geti-url URL, or start python -m harness.load, which makes one")
    given["ledger_dir"] = given["ledger_dir"] or default_directory()
    given |= {name: rate(name, getattr(options, name)) for name in _RATES}
    return Settings(**given, seconds=seconds(options.time))


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
