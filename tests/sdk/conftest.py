"""Geti's official client, unmodified, against the embedded deployment over HTTPS: run by ``make sdk``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from geti_sdk import Geti
from geti_sdk.data_models import Project

from generators.artefacts import make
from generators.specs import ImageSpec, MediaSpec, VideoSpec

READY_WITHIN_S = 30
# The dearest limits, set so low that each can be reached through the client within seconds.
LIMITS = {
    "organization.projects.max": 12,
    "project.labels.max": 8,
    "project.datasets.max": 3,
    "project.media.max": 6,
    "image.pixels.max": 40_000,
    "image.side.max": 400,
    "video.width.max": 320,
    "video.height.max": 240,
    "video.duration.max": 5,
    "media.annotation-versions.max": 3,
    "training.dataset-size.max": 2,
}
IMAGE = ImageSpec(64, 48, "jpg", "RGB", "noise")
VIDEO = VideoSpec(64, 48, 4, 2)


@dataclass(frozen=True)
class Deployment:
    url: str
    token: str = field(repr=False)
    expired_token: str = field(repr=False)
    ca_bundle: str


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    directory = tmp_path_factory.mktemp("deployment")
    ready = directory / "ready.json"
    python = os.environ.get("GETI_REFERENCE_PYTHON", str(Path(".venv/bin/python").absolute()))
    command = [python, "-m", "reference", "--tls", "--data", str(directory / "data"), "--ready-file", str(ready)]
    command += [part for name, value in LIMITS.items() for part in ("--limit", f"{name}={value}")]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr) as process:
        deadline = time.monotonic() + READY_WITHIN_S
        while not ready.exists():
            assert process.poll() is None, "the embedded deployment did not start"
            assert time.monotonic() < deadline, "the embedded deployment is not ready"
            time.sleep(0.05)
        facts = json.loads(ready.read_text())
        yield Deployment(facts["url"], facts["token"], facts["expired_token"], facts["ca_bundle"])
        process.terminate()


@pytest.fixture(scope="session")
def geti(deployment: Deployment) -> Iterator[Geti]:
    """The client as a user makes it: an address, a token, and the authority to trust."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("REQUESTS_CA_BUNDLE", deployment.ca_bundle)
        yield Geti(host=deployment.url, token=deployment.token)


NewProject = Callable[..., Project]


@pytest.fixture
def new_project(geti: Geti) -> Iterator[NewProject]:
    """Makes projects and deletes them after the test, so that no test meets the limit of another."""
    made: list[Project] = []

    def create(project_type: str = "detection", labels: list[list[str]] | None = None) -> Project:
        name = f"{project_type} {len(made)}"
        made.append(geti.project_client.create_project(name, project_type, labels or [["cat", "dog"]]))
        return made[-1]

    yield create
    for project in made:
        geti.project_client.delete_project(project, requires_confirmation=False)


@pytest.fixture
def project(new_project: NewProject) -> Project:
    return new_project()


@pytest.fixture
def stored(tmp_path: Path) -> Callable[..., str]:
    """Writes a medium to a file, named by itself or as asked."""

    def write(spec: MediaSpec, name: str | None = None) -> str:
        path = tmp_path / (name or spec.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(make(spec).content)
        return str(path)

    return write
