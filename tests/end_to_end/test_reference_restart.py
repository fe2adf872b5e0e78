"""The embedded deployment killed at any moment: what it acknowledged is there, and nothing half-written is served."""

from __future__ import annotations

import io
import random
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from contract.observations import Answer
from deployment.bodies import imported_dataset
from deployment.client import Client
from deployment.discovery import discover
from deployment.entities import Entities
from deployment.jobs import Jobs
from deployment.media import Dataset, create_dataset
from generators.archives import ArchiveItem, write_archive
from generators.artefacts import make
from generators.specs import ImageSpec
from judges.upload import upload
from tests.support.processes import Process

SPEC = ImageSpec(40, 40, "png", "L", "noise")
UPLOADERS = 4


class Running:
    """``python -m reference`` on data that outlive it; ``created`` is what the processes before it made."""

    def __init__(self, process: Process, created: set[str]) -> None:
        self.process, self.url = process, process.until("base URL").split()[-1]
        self.token = process.until("token").split()[-1]
        tls = self.url.startswith("https")
        self.authority = process.until("CA file").partition("CA file")[2].strip() if tls else None
        self.client = Client(self.url, self.token, "restart", self.authority, timeout=60, created=created)
        self.discovery = discover(self.client)

    def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        self.process.send_signal(how)
        self.process.finish()

    def dataset(self, earlier: Dataset) -> Dataset:
        """The dataset that a process before this one made."""
        return Dataset(self.client, earlier.project, earlier.id)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def running(start, data: Path):
    """Starts the embedded deployment on ``data``, again after the one before has ended."""
    created: set[str] = set()
    with ExitStack() as stack:

        def run(*options: str) -> Running:
            deployment = Running(start("-m", "reference", "--data", str(data), *options), created)
            stack.callback(deployment.client.close)
            return deployment

        yield run


def uploaded_until_killed(deployment: Running, dataset: Dataset, count: int) -> set[str]:
    """Upload from several threads; the process is killed once ``count`` were acknowledged. The ids of all that were."""
    acknowledged: set[str] = set()

    def fill(seed: int) -> None:
        for number in range(10_000):
            answer = upload(dataset, make(ImageSpec(40, 40, "png", "L", "noise", seed * 10_000 + number)))
            if not answer.accepted:
                return
            acknowledged.add(answer.body["id"])
            if len(acknowledged) == count:
                deployment.process.send_signal(signal.SIGKILL)

    with ThreadPoolExecutor(UPLOADERS) as pool:
        list(pool.map(fill, range(UPLOADERS)))
    deployment.end()
    return acknowledged


def decodes(dataset: Dataset, medium: str) -> bool:
    _answer, content = dataset.client.download(f"{dataset.path}/media/images/{medium}/display/full")
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        return image.size == (SPEC.width, SPEC.height)


def files(data: Path) -> set[str]:
    return {path.name.partition(".")[0] for path in (data / "files").rglob("*") if path.is_file()}


def test_an_acknowledged_upload_outlives_a_kill(running, data: Path) -> None:
    draw, acknowledged, made = random.Random(7), set[str](), None
    for _ in range(3):
        deployment = running()
        made = made or create_dataset(deployment.client, deployment.discovery, "killed")
        acknowledged |= uploaded_until_killed(deployment, deployment.dataset(made), draw.randrange(5, 40))
    assert made is not None
    dataset = running().dataset(made)
    listed = dataset.listing()
    assert listed is not None
    assert acknowledged
    assert acknowledged <= set(listed)
    # What was stored and not acknowledged was in flight: at most one for each uploader and kill.
    assert len(set(listed) - acknowledged) <= 3 * UPLOADERS
    assert all(decodes(dataset, medium) for medium in listed)
    assert files(data) == set(listed)


def test_a_restart_goes_on_with_the_same_keys_and_projects(running) -> None:
    seen = []
    for _ in range(2):
        deployment = running("--tls")
        client, root = deployment.client, deployment.discovery.root
        if not seen:
            create_dataset(client, deployment.discovery, "stays")
        names = [project["name"] for project in client.send("GET", f"{root}/projects").body["projects"]]
        seen.append((deployment.token, root, Path(deployment.authority).read_bytes(), names))
        deployment.end()
    assert seen[0] == seen[1]
    assert seen[0][-1] == ["stays"]


def imported(path: Path, count: int) -> None:
    content = make(SPEC).content
    write_archive(path, "coco", (ArchiveItem(f"{n}.png", content, 40, 40, "cat") for n in range(count)), ["cat"])


def submitted(deployment: Running, dataset: Dataset, archive: Path) -> Answer:
    """The answer that names a job that imports the archive into the dataset, under way."""
    jobs = Jobs(deployment.client, deployment.discovery)
    with archive.open("rb") as content:
        _, file = jobs.upload(content, archive.stat().st_size)
    assert file is not None
    answer = jobs.submit(f"{dataset.project_path}:import-from-dataset", imported_dataset(file, dataset=dataset.id))
    assert answer.accepted
    return answer


def test_an_import_that_was_killed_ends_after_the_restart_with_each_image_once(running, tmp_path: Path) -> None:
    archive = tmp_path / "archive.zip"
    imported(archive, 400)
    deployment = running()
    entities = Entities(deployment.client, deployment.discovery, "killed")
    dataset = entities.dataset(entities.create_project([("detection", 1)], "import"))
    job = submitted(deployment, dataset, archive)
    while not dataset.listing():
        pass
    deployment.end()
    deployment = running()
    ended = Jobs(deployment.client, deployment.discovery).ended(job)
    assert ended is not None
    assert ended["state"] == "finished"
    listed = deployment.dataset(dataset).listing()
    assert listed is not None
    assert sorted(item["name"] for item in listed.values()) == sorted(str(n) for n in range(400))


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("given", [False, True])
def test_a_stopped_deployment_removes_its_own_directory(
    start, tmp_path: Path, how: signal.Signals, *, given: bool
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    options = ["--data", str(tmp_path / "data")] if given else []
    process = start("-m", "reference", *options, environment={"TMPDIR": str(temporary)})
    process.until("token")
    assert len(list(temporary.iterdir())) == (0 if given else 1)
    process.send_signal(how)
    assert process.finish().status == 0
    assert list(temporary.iterdir()) == []


def test_two_processes_never_share_their_data(running, start, data: Path) -> None:
    running()
    second = start("-m", "reference", "--data", str(data)).finish()
    assert second.status == 4
    assert "another embedded deployment has the data" in second.console


@pytest.mark.slow
def test_a_full_deployment_survives_restarts_and_kills(running, data: Path, tmp_path: Path) -> None:
    """1,000 projects and 100,000 images, the process ended three times on the way there."""
    archive, made = tmp_path / "archive.zip", 0
    for stop_at in (600, 1000):
        deployment = running()
        entities = Entities(deployment.client, deployment.discovery, "full")
        with ThreadPoolExecutor(UPLOADERS) as pool:
            create = partial(entities.create_project, [("classification", 2)])
            created = list(pool.map(create, map(str, range(made, stop_at))))
        assert all(answer.accepted for answer in created)
        made = stop_at
        if stop_at == 1000:
            assert entities.create_project([("classification", 2)], "one too many").status == 409
            full = entities.dataset(created[-1])
        deployment.end(signal.SIGTERM)
    imported(archive, 100_000)
    deployment = running()
    dataset = deployment.dataset(full)
    job = submitted(deployment, dataset, archive)
    while (dataset.count_media() or 0) < 30_000:
        time.sleep(0.5)
    deployment.end()
    deployment = running()
    again = deployment.dataset(full)
    assert (Jobs(deployment.client, deployment.discovery).ended(job) or {}).get("state") == "finished"
    listed = again.listing()
    assert listed is not None
    assert sorted(int(item["name"]) for item in listed.values()) == list(range(100_000))
    assert again.count_media() == 100_000
    assert upload(again, make(SPEC)).status == 409
    assert Entities(deployment.client, deployment.discovery, "full").count_projects() == 1000
    assert all(decodes(again, medium) for medium in random.Random(1).sample(sorted(listed), 200))
    assert files(data) >= set(listed)
