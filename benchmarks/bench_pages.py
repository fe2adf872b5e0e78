"""The cost of a page of media: the first and the last of 1,000, 10,000 and 100,000, by token and by skip.

    .venv/bin/python -m benchmarks.bench_pages [REPEATS]

Every page holds 100 media and is asked for over HTTP of an embedded deployment; first and last take turns, so that
whatever else the machine does falls on both. Prints medians in milliseconds and the ratio of the last to the first.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from deployment.client import Client
from deployment.discovery import discover
from deployment.media import Dataset, create_dataset
from generators.artefacts import make
from generators.specs import ImageSpec
from judges.upload import upload
from reference.store import Store

COUNTS = (1_000, 10_000, 100_000)
PAGE = 100


def _filled(store: Store, dataset: Dataset, count: int) -> None:
    """Bring a dataset to ``count`` media: one was uploaded, the others are rows like it."""
    body = next(iter((dataset.listing() or {}).values()))
    identifier = dataset.path.rpartition("/")[2]
    held = store.count(identifier, "image")
    with store.transaction():
        for _ in range(count - held):
            made = store.new_id()
            text = json.dumps(body).replace(body["id"], made)
            store.put("image", made, identifier, json.loads(text), store.files / made)


def _tokens(dataset: Dataset, count: int) -> dict[str, dict[str, Any]]:
    """What asks for the first and for the last page, by token and by skip."""
    params: dict[str, Any] = {"limit": PAGE}
    for _ in range(count // PAGE - 1):
        following = dataset.client.send("POST", f"{dataset.path}/media:query", {}, params).body["next_page"]
        params = dict(part.split("=") for part in following.partition("?")[2].split("&"))
    return {"first": {"limit": PAGE}, "last": params, "skip": {"limit": PAGE, "skip": count - PAGE}}


def _measured(dataset: Dataset, pages: dict[str, dict[str, Any]], repeats: int) -> dict[str, float]:
    taken: dict[str, list[float]] = {name: [] for name in pages}
    for _ in range(repeats):
        for name, params in pages.items():
            started = time.perf_counter()
            answer = dataset.client.send("POST", f"{dataset.path}/media:query", {}, params)
            taken[name].append(1000 * (time.perf_counter() - started))
            assert len(answer.body["media"]) == PAGE
    return {name: statistics.median(each) for name, each in taken.items()}


def main() -> None:
    """Print the table."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    with tempfile.TemporaryDirectory() as directory:
        data, ready = Path(directory, "data"), Path(directory, "ready.json")
        command = [sys.executable, "-m", "reference", "--data", str(data), "--ready-file", str(ready)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            try:
                while not ready.exists():
                    time.sleep(0.05)
                facts = json.loads(ready.read_text())
                _print_table(facts["url"], facts["token"], data, repeats)
            finally:
                process.terminate()


def _print_table(url: str, token: str, data: Path, repeats: int) -> None:
    client = Client(url, token, "bench")
    dataset = create_dataset(client, discover(client), "bench")
    upload(dataset, make(ImageSpec(64, 48)))
    print("| media | first page ms | last page ms | last / first | last by skip ms |")
    print("|---|---|---|---|---|")
    for count in COUNTS:
        _filled(Store(data), dataset, count)
        cost = _measured(dataset, _tokens(dataset, count), repeats)
        ratio = cost["last"] / cost["first"]
        print(f"| {count:,} | {cost['first']:.1f} | {cost['last']:.1f} | {ratio:.2f} | {cost['skip']:.1f} |")
    client.close()


if __name__ == "__main__":
    main()
