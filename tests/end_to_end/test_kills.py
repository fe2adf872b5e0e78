"""A hundred runs killed at random moments, each followed by one sweep: nothing is left, and nothing else is touched."""

from __future__ import annotations

import hashlib
import io
import random
import time
from pathlib import Path

import pytest

from deployment.inventory import take_inventory
from deployment.media import create_dataset
from generators.artefacts import make
from generators.specs import ImageSpec, VideoSpec
from tests.support.deployments import Deployment

KILLS = 10
LIMITS = {"organization.projects.max": 20, "project.datasets.max": 40}
# What makes projects at once, by import and by the REST suite, so that a kill falls into each of them.
SUITES = ("suites/limits/test_image_limits.py", "suites/limits/test_count_limits.py", "suites/rest/test_lifecycles.py")


class Foreign:
    """Somebody else's project with an image and a video, and everything that reads back of it."""

    def __init__(self, deployment: Deployment) -> None:
        self.client = deployment.client
        self.dataset = create_dataset(self.client, deployment.discovery, "of real people")
        for kind, spec in (("images", ImageSpec(64, 48)), ("videos", VideoSpec(64, 48, 4, 2))):
            artefact = make(spec)
            content = io.BytesIO(artefact.content)
            self.dataset.upload(kind, spec.name, content, artefact.media_type, len(artefact.content))  # type: ignore[arg-type]

    def digest(self) -> str:
        """One digest over the project, its media as listed, and their bytes."""
        listed = self.dataset.listing()
        assert listed is not None
        assert len(listed) == 2
        read = repr((self.client.send("GET", self.dataset.project_path).body, listed)).encode()
        for medium in listed.values():
            answer, content = self.client.download(medium["media_information"]["display_url"].removeprefix("/api/v1"))
            assert answer.accepted
            read += content
        return hashlib.sha256(read).hexdigest()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100 // KILLS))
def test_projects_of_a_killed_run_are_swept_and_no_others(
    start_deployment, start_suites, sweep, tmp_path: Path, seed: int
) -> None:
    deployment, draw, ledgers = start_deployment(limits=LIMITS), random.Random(seed), tmp_path / "ledger"
    foreign, root, left = Foreign(deployment), deployment.discovery.root, 0
    before, digest = take_inventory(foreign.client, root), foreign.digest()
    for _ in range(KILLS):
        options = ("-v", "--geti-profile", str(profile(tmp_path)))
        run = start_suites(*options, deployment=deployment, paths=tuple(draw.sample(SUITES, 3)))
        run.until("PASSED")
        time.sleep(draw.uniform(0, 4))  # the moment is what is drawn, not what is waited for
        run.kill()
        left += len(take_inventory(foreign.client, root) or {}) - len(before or {})
        swept = sweep(deployment)
        assert swept.status == 0, swept.console
        assert take_inventory(foreign.client, root) == before
        assert foreign.digest() == digest
        assert not list(ledgers.iterdir())
    print(f"{KILLS} kills left {left} projects behind; the sweeps left none")
    assert left > 0


def profile(directory: Path) -> Path:
    """What the deployment of these tests is held to."""
    file = directory / "profile.toml"
    file.write_text(
        'base = "cloud"\n[limits]\n"organization.projects.max" = 20\n"project.datasets.max" = 40\n'
        '"project.media.max" = "unknown"\n"training.dataset-size.max" = "unknown"\n'
    )
    return file
