"""Uploads a second of the Locust run against the same requests by httpx alone, and from 1 to 2 workers.

    .venv/bin/python -m benchmarks.bench_load [--seconds 20] [--rounds 3]

All against embedded deployments of their own, in turns. httpx alone sends what the load sends, from as many threads as
the load has users, with nothing around it: no containment, ledger, account or decoding. Goal: >= 0.8 of it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.common import bare_uploads, parser, print_rounds
from deployment import embedded
from deployment.client import Client
from deployment.discovery import discover
from deployment.media import create_dataset

USERS = 8  # as many upload where the load is not throttled
COLUMNS = ("httpx /s", "Locust /s", "Locust / httpx", "1 worker /s", "2 workers /s", "2 / 1")
OPTIONS = "--uploads max --queries 0 --downloads 0 --media-max 1000000"


def _httpx(seconds: int) -> float:
    deployment = embedded.start("cloud")
    try:
        client = Client(deployment.url, deployment.token, "0" * 8)
        dataset = create_dataset(client, discover(client), "bench")
        client.close()
        url = f"{deployment.url}/api/v1{dataset.path}/media/images"
        return bare_uploads(url, deployment.token, seconds=seconds, threads=USERS)
    finally:
        deployment.stop()


def _load(seconds: int, workers: int = 0) -> float:
    """Uploads a second of the Locust run, as its report has them."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "harness.load", "--time", f"{seconds}s", "--geti-report-dir", out]
        command += [*OPTIONS.split(), *(["--workers", str(workers)] if workers else [])]
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        notes = json.loads(Path(out, "results.json").read_text())["results"]["extra"]["run"]["notes"]
        rate = next(note for note in notes if note.startswith("upload: "))
        return float(rate.split(", ")[1].removesuffix("/s"))


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--seconds", type=int, default=20)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    rows = []
    for _ in range(given.rounds):
        bare, load = _httpx(given.seconds), _load(given.seconds)
        one, two = _load(given.seconds, 1), _load(given.seconds, 2)
        rows.append((bare, load, load / bare, one, two, two / one))
    print_rounds(COLUMNS, rows)


if __name__ == "__main__":
    main()
