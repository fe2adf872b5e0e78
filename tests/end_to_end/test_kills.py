"""A hundred runs killed at random moments, each followed by one sweep: nothing is left, and nothing else is touched."""

from __future__ import annotations

import hashlib
import io
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployment import embedded
from deployment.client import Client
from deployment.discovery import discover
from deployment.inventory import take_inventory
from deployment.media import create_dataset
from generators.artefacts import make
from generators.specs import ImageSpec, VideoSpec

HERE = Path(__file__).parents[2]
KILLS = 10
# What makes projects at once, by import and by the REST suite, so that a kill falls into each of them.
SUITES = ["suites/limits/test_import_limits.py", "suites/limits/test_count_limits.py", "suites/rest/test_sequences.py"]


@pytest.fixture(scope="module")
def deployment() -> Iterator[embedded.Embedded]:
    running = embedded.start("cloud", limits={"organization.projects.max": 20, "project.datasets.max": 40})
    yield running
    running.stop()


class Foreign:
    """Somebody else's project with an image and a video, and everything that reads back of it."""

    def __init__(self, deployment: embedded.Embedded) -> None:
        self.client = Client(deployment.url, deployment.token, "theirs")
        self.found = discover(self.client)
        self.dataset = create_dataset(self.client, self.found, "of real people")
        for kind, spec in (("images", ImageSpec(64, 48)), ("videos", VideoSpec(64, 48, 4, 2))):
            artefact = make(spec)
            content = io.BytesIO(artefact.content)
            self.dataset.upload(kind, spec.name, content, artefact.media_type, len(artefact.content))  # type: ignore[arg-type]

    def digest(self) -> str:
        """One digest over the project, its media as listed, and their bytes."""
        listed = self.dataset.listing()
        assert listed is not None
        assert len(listed) == 2
        told = repr((self.client.send("GET", self.dataset.project_path).body, listed)).encode()
        for medium in listed.values():
            answer, content = self.client.download(medium["media_information"]["display_url"].removeprefix("/api/v1"))
            assert answer.accepted
            told += content
        return hashlib.sha256(told).hexdigest()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100 // KILLS))
def test_what_a_kill_leaves_is_swept_and_nothing_else(deployment: embedded.Embedded, tmp_path: Path, seed: int) -> None:
    draw, ledgers = random.Random(seed), tmp_path / "ledger"
    foreign = Foreign(deployment)
    before, digest = take_inventory(foreign.client, foreign.found.root), foreign.digest()
    environment = os.environ | {"GETI_TOKEN": deployment.token}
    common = ["--geti-url", deployment.url, "--geti-ledger-dir", str(ledgers)]
    left = 0
    for _ in range(KILLS):
        command = [
            sys.executable,
            "-m",
            "pytest",
            *draw.sample(SUITES, 3),
            *common,
            "--geti-profile",
            str(profile(tmp_path)),
        ]
        command += ["--geti-report-dir", str(tmp_path / "out")]
        run = subprocess.Popen(command, cwd=HERE, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not any(b'"intent"' in file.read_bytes() for file in ledgers.glob("*/*.jsonl")) and run.poll() is None:
            time.sleep(0.01)
        time.sleep(draw.uniform(0, 4))
        run.kill()
        run.wait()
        left += len(take_inventory(foreign.client, foreign.found.root) or {}) - len(before or {})
        sweep = [sys.executable, "-m", "deployment", "sweep", "--ledger-dir", str(ledgers)]
        swept = subprocess.run(sweep, cwd=HERE, env=environment, capture_output=True, text=True, check=False)
        assert swept.returncode == 0, swept.stdout + swept.stderr
        assert take_inventory(foreign.client, foreign.found.root) == before
        assert foreign.digest() == digest
        assert not list(ledgers.iterdir())
    print(f"{KILLS} kills left {left} projects behind; the sweeps left none")
    assert left > 0
    foreign.client.send("DELETE", foreign.dataset.project_path)
    foreign.client.close()


def profile(directory: Path) -> Path:
    """What the deployment of these tests is held to."""
    file = directory / "profile.toml"
    file.write_text(
        'base = "cloud"\n[limits]\n"organization.projects.max" = 20\n"project.datasets.max" = 40\n'
        '"project.media.max" = "unknown"\n"training.dataset-size.max" = "unknown"\n'
    )
    return file
