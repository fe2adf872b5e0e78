"""What several benchmarks share: their options, the gate as a process, uploads by httpx alone, a table of rounds."""

from __future__ import annotations

import argparse
import io
import itertools
import statistics
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import httpx

from generators.artefacts import make
from generators.specs import ImageSpec


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
