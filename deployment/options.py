"""The options that begin with ``--geti-``, one row each; every command takes its part of this one table."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from contract.profiles import PUBLISHED_PROFILES, Profile, parse_profile
from contract.releases import DEFAULT_RELEASE, RELEASES
from contract.results import ExitStatus
from contract.shards import shard_of
from deployment.errors import SetupError
from deployment.option_values import certificates, flag, minutes, names, number, positive, rate, seconds
from deployment.proxies import proxy_url
from deployment.target import base_url

AUTO: Final = "auto"
TIERS: Final = ("gate", "nightly", "capacity")


@dataclass(frozen=True, slots=True)
class Option:
    """One option: ``--geti-NAME`` on the command line, ``GETI_NAME`` in the environment.

    A flag has no ``metavar``. ``parse`` makes a value of what was given, and raises ``ValueError`` or ``SetupError``
    with what is wrong; ``absent`` is the value where nothing was given and there is no ``default``.
    """

    name: str
    metavar: str
    meaning: str
    default: str = ""
    parse: Callable[[str], Any] = str
    absent: Any = None
    repeatable: bool = False

    @property
    def flag(self) -> str:
        """The option as it is typed."""
        return f"--geti-{self.name}"

    @property
    def twin(self) -> str:
        """The environment variable that says the same."""
        return f"GETI_{self.name.replace('-', '_').upper()}"

    @property
    def field(self) -> str:
        """The name of the value in Python."""
        return self.name.replace("-", "_")

    def declare(self, add: Callable[..., object], *aliases: str, meaning: str = "", listed: bool = True) -> None:
        """Declare it by ``add``, argparse's ``add_argument`` or pytest's ``addoption``; ``listed`` in the help."""
        default = f" (default: {self.default})" if self.default else ""
        words = f"{meaning or self.meaning}{default} [{self.twin}]" if listed else argparse.SUPPRESS
        kind: dict[str, str] = {"metavar": self.metavar} if self.metavar else {"action": "store_true"}
        if self.repeatable:
            kind["action"] = "append"
        add(self.flag, *aliases, default=None, help=words, **kind)

    def value(self, typed: str | bool | list[str] | None) -> Any:
        """What it is set to: as ``typed``, else as its twin says, else its default. Raises ``SetupError``."""
        if typed == "":
            raise SetupError(f"{self.flag} is empty; give a value, or leave the option away")
        words = ",".join(typed) if isinstance(typed, list) else "true" if typed is True else typed
        source, text = (self.flag, words) if words else (self.twin, os.environ.get(self.twin))
        try:
            return self.parse(text or self.default) if text or self.default else self.absent
        except ValueError as error:
            raise SetupError(f"{source} {error}") from None


class CommandParser(argparse.ArgumentParser):
    """A parser whose errors end with the exit status of a mistaken option: argparse's 2 says interrupted here."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and end."""
        self.exit(int(ExitStatus.USAGE), f"{self.prog}: {message}; --help lists the options\n")


def profile_named(name: str) -> Profile | None:
    """The published profile of that name, or that of a file; None for ``auto``. Raises ``SetupError``."""
    if name == "auto" or name in PUBLISHED_PROFILES:
        return PUBLISHED_PROFILES.get(name)
    try:
        return parse_profile(Path(name).read_text(encoding="utf-8"), name)
    except (OSError, UnicodeDecodeError):
        raise SetupError(f"--geti-profile {name} is neither auto, cloud, on-prem nor a readable file") from None


def _tier(text: str) -> str:
    if text not in TIERS:
        raise ValueError(f"{text} is unknown; it is one of {', '.join(TIERS)}")
    return text


def _release(text: str) -> str:
    if text != AUTO and text not in RELEASES:
        raise ValueError(f"{text} is unknown; it is one of {', '.join((*RELEASES.ids, AUTO))}")
    return text


_ROWS: Final = (
    Option("url", "URL", "https://HOST[:PORT], nothing more; else the embedded deployment is started", parse=base_url),
    Option("token-file", "FILE", "a file with the key, or set GETI_TOKEN; never on the command line"),
    Option("workspace", "ID|NAME", "the workspace to judge in; else the first that the organization lists"),
    Option("profile", "NAME", "auto (asked of the deployment), cloud, on-prem, or a TOML file", default="auto"),
    Option(
        "contract",
        "VERSION|auto",
        f"the release whose documented values hold: {', '.join(RELEASES.ids)}, or auto (as the product says)",
        default=DEFAULT_RELEASE.id,
        parse=_release,
    ),
    Option(
        "tier",
        "TIER",
        "gate, nightly (another seed each time), or capacity (also limits of thousands)",
        default="gate",
        parse=_tier,
    ),
    Option("report-dir", "DIR", "where the reports go; those of the run before are removed", default="out", parse=Path),
    Option("ledger-dir", "DIR", "where it is noted what is created; else the user's state directory", parse=Path),
    Option("resume", "RUN|auto", "capacity tier: go on with what a run that ended early has filled, and keep it again"),
    Option("ca-bundle", "FILE", "PEM file of an authority to trust beside the system's", parse=certificates),
    Option(
        "proxy",
        "URL|none",
        "the HTTP proxy to ask through; else that of http_proxy, https_proxy, all_proxy and no_proxy, on loopback none",
        parse=proxy_url,
    ),
    Option("openapi", "FILE|URL", "the OpenAPI document (3.0 or 3.1, JSON or YAML); else /openapi-spec.json"),
    Option("replay", "CASE", "judge one case of the manifest again; give tier and seed as they were"),
    Option("expired-token-file", "FILE", "a file with an expired key, which must be refused; else not applicable"),
    Option("foreign-token-file", "FILE", "a file with a key of another organization; likewise"),
    Option(
        "seed", "N", "seed of the content of the media; else 0, in the nightly tier another each time", parse=number
    ),
    Option(
        "examples", "N", "draw so many examples in each search; else few in the gate, many at night", parse=positive
    ),
    Option("minutes", "M", "search for so many minutes in all, and to their end", parse=minutes),
    Option("waivers", "FILE", "TOML file of known findings, each with owner, reason, ticket and expiry", parse=Path),
    Option("history", "DIR", "where every run is kept, to say what is new against the last one", parse=Path),
    Option("shard", "I/N", "judge the I-th of N parts; `python -m reports merge` joins them", parse=shard_of),
    Option("durations", "FILE", "results.json of an earlier run, by which shards are balanced", parse=Path),
    Option(
        "parallel",
        "N",
        "judge so many cases at one time, fewer where answers are 429 or 503; else 8, on loopback 4, capacity tier 1",
        parse=positive,
    ),
    Option("rate", "N/s", "send at most so many requests a second, over all threads", parse=rate),
    Option(
        "plant",
        "FILE",
        "judge nothing: put a known set of projects into the deployment, keep it there, and note in FILE what it is",
        parse=Path,
    ),
    Option("verify", "FILE", "judge whether all that was planted and noted in FILE is still there", parse=Path),
    Option("record", "FILE", "write what the run came to into FILE, for --geti-against of a later one", parse=Path),
    Option(
        "against",
        "FILE|URL",
        "compare with that record, or with that deployment, which is judged first; the exit status says whether this "
        "one accepts less or answers worse",
    ),
    Option("against-token-file", "FILE", "a file with the key of the deployment of --geti-against; else the same key"),
    Option(
        "max-requests",
        "N",
        "send at most so many requests; what is left then is inconclusive",
        default="1000000",
        parse=number,
    ),
    Option("max-bytes", "N", "move at most so many bytes of bodies, both ways", parse=positive),
    Option("max-seconds", "S", "judge for at most so many seconds", parse=positive),
    Option(
        "timeout",
        "S",
        "wait so many seconds for an answer, five times as long for a job",
        default="120",
        parse=positive,
    ),
    Option(
        "settle",
        "S",
        "read again for so many seconds what does not yet show what was done; 0 reads once",
        default="1",
        parse=seconds,
    ),
    Option(
        "read-only",
        "",
        "send nothing that creates, changes or deletes anything; the rest is inconclusive",
        parse=flag,
        absent=False,
    ),
    Option(
        "fault",
        "NAME",
        "break the embedded deployment on purpose; repeatable (python -m reference --list-faults)",
        parse=names,
        absent=(),
        repeatable=True,
    ),
)
OPTIONS: Final = {option.name: option for option in _ROWS}


def values(namespace: argparse.Namespace, names: Collection[str] = tuple(OPTIONS)) -> dict[str, Any]:
    """The values of the options that were declared, of those with these ``names``, by field. Raises ``SetupError``."""
    return {
        option.field: option.value(getattr(namespace, f"geti_{option.field}"))
        for option in OPTIONS.values()
        if option.name in names and hasattr(namespace, f"geti_{option.field}")
    }
