"""Filling one project of the embedded deployment with images of distinct content, as the capacity tier does.

    .venv/bin/python -m benchmarks.bench_fill [--images N]      (default 4000; the goal is set for 100000)

Beside it in the same run: the same client in one thread, and a bare httpx loop. Prints images a second, the peak
memory of the suite, and how many distinct files the deployment holds afterwards by SHA-256. Look at the ratios.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import httpx

from contract.profiles import CLOUD
from deployment import embedded
from deployment.client import Client
from deployment.discovery import discover
from deployment.entities import Entities
from deployment.ledger import Ledger
from generators.artefacts import make
from generators.specs import ImageSpec
from harness.progress import shown
from judges.counts.media import Media
from judges.upload import upload

GOALS = "goals: 100,000 images in <= 600 s, suite <= 300 MB"
_RUN = "0123abcd"


def _watch(done: int, total: int) -> AbstractContextManager[Callable[[int], None]]:
    return shown("filling", done, total)


def _spec(serial: int) -> ImageSpec:
    return ImageSpec(64, 64, "png", "L", "noise", serial)


def _timed(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


def _filled(entities: Entities, images: int) -> tuple[float, int | None]:
    media = Media(entities, _watch, profile=CLOUD)
    seconds = _timed(lambda: media._reach(images))
    return seconds, media.count()


def _one_thread(entities: Entities, images: int) -> float:
    dataset = entities.dataset(entities.create_project((("classification", 2),), "one-thread"))
    return _timed(lambda: [upload(dataset, make(_spec(10**6 + n))) for n in range(images)])


def _bare(entities: Entities, token: str, images: int) -> float:
    """What httpx alone takes, in one thread: no containment, no ledger, no record of what was sent."""
    dataset = entities.dataset(entities.create_project((("classification", 2),), "bare"))
    url = f"{entities.client.base}/api/v1{dataset.path}/media/images"

    def loop(client: httpx.Client) -> None:
        for n in range(images):
            artefact = make(_spec(2 * 10**6 + n))
            file = (artefact.spec.name, io.BytesIO(artefact.content), artefact.media_type)
            client.post(url, files={"file": file}).raise_for_status()

    with httpx.Client(headers={"x-api-key": token}) as client:
        return _timed(lambda: loop(client))


def _distinct(directory: Path) -> int:
    return len({hashlib.sha256(path.read_bytes()).digest() for path in directory.rglob("*.png")})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=4000)
    images = parser.parse_args().images
    few = min(images, 2000)
    with tempfile.TemporaryDirectory() as ledgers:
        deployment = embedded.start("cloud")
        client = Client(deployment.url, deployment.token, _RUN)
        try:
            entities = Entities(client, discover(client), f"geti-contract-{_RUN}")
            client.ledger = Ledger(Path(ledgers), _RUN, deployment.url)
            bare, one = _bare(entities, deployment.token, few), _one_thread(entities, few)
            held = Path(deployment.directory.name, "data", "files")
            before = _distinct(held)
            seconds, count = _filled(entities, images)
            distinct = _distinct(held) - before
        finally:
            client.close()
            deployment.stop()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{'':24}{'images':>8}{'s':>8}{'images/s':>10}")
    print(f"{'bare httpx, one thread':24}{few:8}{bare:8.1f}{few / bare:10.0f}")
    print(f"{'client, one thread':24}{few:8}{one:8.1f}{few / one:10.0f}")
    print(f"{'the fill':24}{images:8}{seconds:8.1f}{images / seconds:10.0f}")
    print(f"the deployment counts {count}, of which {distinct} are distinct; suite peak {peak:.0f} MB")
    print(GOALS)
    if count != images or distinct != images:
        sys.exit("not every image arrived, or not every content is distinct")


if __name__ == "__main__":
    main()
