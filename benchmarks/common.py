"""What several benchmarks share: their options, the gate as a process, uploads by httpx alone, a table of rounds."""

from __future__ import annotations

import argparse
import io
import itertools
import statistics
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from contract.profiles import PUBLISHED_PROFILES, scaled_down
from deployment import embedded
from generators.artefacts import make
from generators.specs import ImageSpec
from harness.options import unaimed


def parser(description: str | None) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)


def gate_command(reports: Path, *options: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        "pytest",
        "suites",
        "-q",
        "--assert=plain",
        "--geti-report-dir",
        str(reports),
        *options,
    ]


def bare_uploads(url: str, token: str, *, seconds: float, threads: int) -> float:
    """Images a second by httpx alone, each with other content: no containment, ledger or record of what was sent."""
    serials, sent = itertools.count(), [0] * threads
    until = time.monotonic() + seconds

    def upload(client: httpx.Client, number: int) -> None:
        while time.monotonic() < until:
            content = make(ImageSpec(64, 64, "png", "L", "noise", 10**7 + next(serials))).content
            client.post(url, files={"file": ("x.png", io.BytesIO(content), "image/png")}).raise_for_status()
            sent[number] += 1

    with httpx.Client(headers={"x-api-key": token}, timeout=60) as client:
        workers = [threading.Thread(target=upload, args=(client, number)) for number in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    return sum(sent) / seconds


def print_rounds(columns: Sequence[str], rows: Sequence[Sequence[float]]) -> None:
    """Rounds as a table with their medians, which are what to quote: machines are noisy."""
    print(f"| round | {' | '.join(columns)} |\n|{'---|' * (len(columns) + 1)}")
    medians = [statistics.median(column) for column in zip(*rows, strict=True)]
    for name, values in [*enumerate(rows, 1), ("median", medians)]:
        print(f"| {name} | {' | '.join(f'{value:.2f}' for value in values)} |")


@contextmanager
def embedded_as_in_the_gate(directory: Path) -> Iterator[tuple[str, list[str], dict[str, str]]]:
    """The embedded deployment with low limits: its URL, and the options and environment to judge it at another one.

    What the options name lies in ``directory``.
    """
    scaled = scaled_down(PUBLISHED_PROFILES["cloud"]).changed()
    limits = {key: value for key, value in scaled.items() if isinstance(value, int)}
    started = embedded.start("cloud", (), limits)
    try:
        profile = directory / "profile.toml"
        rows = "".join(f'"{key}" = {value}\n' for key, value in limits.items())
        profile.write_text(f'name = "scaled"\nbase = "cloud"\n[limits]\n{rows}')
        options = {"profile": str(profile), "ledger-dir": str(directory / "ledger")}
        for name, key in (("expired", started.expired_token), ("foreign", started.foreign_token)):
            file = directory / name
            file.write_text(key)
            options[f"{name}-token-file"] = str(file)
        words = [word for name, value in options.items() for word in (f"--geti-{name}", value)]
        yield started.url, words, unaimed() | {"GETI_TOKEN": started.token}
    finally:
        started.stop()
