"""Uploads a second of the Locust run against the same requests by a bare httpx loop, and from 1 to 2 workers.

    .venv/bin/python -m benchmarks.bench_load [SECONDS] [ROUNDS]

All against embedded deployments of their own, in turns. The loop sends what the load sends, from as many threads as
the load has users, with nothing around it: no containment, ledger, account or decoding. Goal: >= 0.8 of the loop.
"""

from __future__ import annotations

import io
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx

from deployment import embedded
from deployment.client import Client
from deployment.discovery import discover
from deployment.media import create_dataset
from generators.artefacts import make
from generators.specs import ImageSpec

USERS = 8  # as many as upload where the load is not throttled


def _loop(seconds: int) -> float:
    """Uploads a second of a bare httpx loop."""
    deployment = embedded.start("cloud")
    try:
        client = Client(deployment.url, deployment.token, "0" * 8)
        dataset = create_dataset(client, discover(client), "bench")
        client.close()
        serials, sent = itertools.count(), [0] * USERS
        url, until = f"{deployment.url}/api/v1{dataset.path}/media/images", time.monotonic() + seconds
        with httpx.Client(headers={"x-api-key": deployment.token}, timeout=60) as http:

            def fill(number: int) -> None:
                while time.monotonic() < until:
                    serial = next(serials)
                    content = make(ImageSpec(64, 48, "png", "L", "noise", serial)).content
                    http.post(
                        url, files={"file": (f"{serial}.png", io.BytesIO(content), "image/png")}
                    ).raise_for_status()
                    sent[number] += 1

            threads = [threading.Thread(target=fill, args=(number,)) for number in range(USERS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        return sum(sent) / seconds
    finally:
        deployment.stop()


def _load(seconds: int, workers: int) -> float:
    """Uploads a second of the Locust run, as its report tells."""
    with tempfile.TemporaryDirectory() as out:
        command = [
            sys.executable,
            "-m",
            "harness.load",
            "--time",
            f"{seconds}s",
            "--uploads",
            "max",
            "--queries",
            "0",
            "--downloads",
            "0",
            "--media-max",
            "1000000",
            "--geti-report-dir",
            out,
        ]
        command += ["--workers", str(workers)] if workers else []
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        notes = json.loads(Path(out, "results.json").read_text())["results"]["extra"]["run"]["notes"]
        told = next(note for note in notes if note.startswith("upload: "))
        return float(told.split(", ")[1].removesuffix("/s"))


def main() -> None:
    """Print the table."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    print(
        "| round | httpx loop /s | Locust /s | Locust / loop | 1 worker /s | 2 workers /s | 2 / 1 |\n"
        + "|---" * 7
        + "|"
    )
    rows = []
    for number in range(1, rounds + 1):
        loop, load, one, two = _loop(seconds), _load(seconds, 0), _load(seconds, 1), _load(seconds, 2)
        rows.append((loop, load, load / loop, one, two, two / one))
        print(f"| {number} | " + " | ".join(f"{value:.2f}" for value in rows[-1]) + " |", flush=True)
    print("| median | " + " | ".join(f"{statistics.median(column):.2f}" for column in zip(*rows, strict=True)) + " |")


if __name__ == "__main__":
    main()
