"""Filling one project of the embedded deployment with images of distinct content, as the capacity tier does.

    .venv/bin/python -m benchmarks.bench_fill [--images 4000]

Beside it in the same run: the same client in one thread, and httpx alone. Prints images a second, the peak memory of
the suite, and how many distinct files the deployment holds afterwards by SHA-256. Look at the ratios.
Goals: 100,000 images in at most 600 s, the suite within 300 MB.
"""

from __future__ import annotations

import hashlib
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from benchmarks.common import bare_uploads, parser
from contract.profiles import CLOUD
from deployment import embedded
from deployment.client import Client
from deployment.discovery import discover
from deployment.entities import Entities
from deployment.ledger import Ledger
from deployment.media import Dataset
from generators.artefacts import make
from generators.specs import ImageSpec
from harness.progress import shown
from judges.counts.media import Media
from judges.upload import upload

SECONDS = 10  # for httpx alone, and for the client in one thread
_RUN = "0123abcd"


def _watch(done: int, total: int) -> AbstractContextManager[Callable[[int], None]]:
    return shown("filling", done, total)


def _dataset(entities: Entities, name: str) -> Dataset:
    return entities.dataset(entities.create_project((("classification", 2),), name))


def _one_thread(dataset: Dataset) -> float:
    """Images a second of the client in one thread."""
    until, sent = time.monotonic() + SECONDS, 0
    while time.monotonic() < until:
        upload(dataset, make(ImageSpec(64, 64, "png", "L", "noise", 10**6 + sent)))
        sent += 1
    return sent / SECONDS


def _distinct(directory: Path) -> int:
    return len({hashlib.sha256(path.read_bytes()).digest() for path in directory.rglob("*.png")})


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--images", type=int, default=4000)
    images = options.parse_args().images
    with tempfile.TemporaryDirectory() as ledgers:
        deployment = embedded.start("cloud")
        client = Client(deployment.url, deployment.token, _RUN)
        try:
            entities = Entities(client, discover(client), f"geti-contract-{_RUN}")
            client.ledger = Ledger(Path(ledgers), _RUN, deployment.url)
            url = f"{client.base}/api/v1{_dataset(entities, 'bare').path}/media/images"
            bare = bare_uploads(url, deployment.token, seconds=SECONDS, threads=1)
            one = _one_thread(_dataset(entities, "one-thread"))
            files = Path(deployment.directory.name, "data", "files")
            before = _distinct(files)
            media = Media(entities, _watch, profile=CLOUD)
            started = time.monotonic()
            media._reach(images)
            seconds = time.monotonic() - started
            count, distinct = media.count(), _distinct(files) - before
        finally:
            client.close()
            deployment.stop()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"images a second: httpx alone {bare:.0f}, client in one thread {one:.0f}, the fill {images / seconds:.0f}")
    print(f"the deployment counts {count}, of which {distinct} are distinct; suite peak {peak:.0f} MB")
    if count != images or distinct != images:
        sys.exit("not every image arrived, or not every content is distinct")


if __name__ == "__main__":
    main()
