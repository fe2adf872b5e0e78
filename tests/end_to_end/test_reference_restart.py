"""The embedded deployment killed at any moment: what it acknowledged is there, and nothing half-written is served."""

from __future__ import annotations

import io
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from deployment.client import Client
from deployment.discovery import Discovery, discover
from deployment.entities import Entities
from deployment.jobs import Jobs
from deployment.media import Dataset, create_dataset
from generators.archives import ArchiveItem, write_archive
from generators.artefacts import make
from generators.specs import ImageSpec
from judges.upload import upload
from reference.store import Store
from tests.support.reference_process import Running, running

SPEC = ImageSpec(40, 40, "png", "L", "noise")
UPLOADERS = 4


@contextmanager
def reached(deployment: Running, created: set[str] | None = None) -> Iterator[tuple[Client, Discovery]]:
    client = Client(deployment.url, deployment.token, "restart", deployment.ca_bundle, timeout=60)
    client.created.update(created or ())
    try:
        yield client, discover(client)
    finally:
        client.close()


def uploaded_until_killed(deployment: Running, dataset: Dataset, count: int) -> set[str]:
    """Upload from several threads until the process is killed after ``count``. The ids of what was acknowledged."""
    acknowledged: set[str] = set()

    def fill(seed: int) -> None:
        for number in range(10_000):
            answer = upload(dataset, make(ImageSpec(40, 40, "png", "L", "noise", seed * 10_000 + number)))
            if not answer.accepted:
                return
            acknowledged.add(answer.body["id"])
            if len(acknowledged) >= count:
                deployment.process.kill()

    with ThreadPoolExecutor(UPLOADERS) as pool:
        list(pool.map(fill, range(UPLOADERS)))
    return acknowledged


def decodes(dataset: Dataset, medium: str) -> bool:
    _answer, content = dataset.client.download(f"{dataset.path}/media/images/{medium}/display/full")
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        return image.size == (SPEC.width, SPEC.height)


def files(data: Path) -> set[str]:
    return {path.name.partition(".")[0] for path in (data / "files").rglob("*") if path.is_file()}


def test_nothing_acknowledged_is_lost_when_it_is_killed_during_uploads(tmp_path: Path) -> None:
    data, moments = tmp_path / "data", random.Random(7)
    acknowledged: set[str] = set()
    created: set[str] = set()
    made: tuple[str, ...] = ()
    for _ in range(3):
        with running(data) as deployment, reached(deployment, created) as (client, discovery):
            if not made:
                dataset = create_dataset(client, discovery, "killed")
                made = dataset.project, dataset.id
                created = set(client.created)
            dataset = Dataset(client, *made)
            acknowledged |= uploaded_until_killed(deployment, dataset, moments.randint(5, 50))
            assert deployment.process.wait() < 0
    with running(data) as deployment, reached(deployment, created) as (client, _):
        dataset = Dataset(client, *made)
        listed = dataset.listing()
        assert listed is not None
        assert acknowledged
        assert acknowledged <= set(listed)
        # What was stored and not acknowledged was in flight: at most one for each uploader and kill.
        assert len(set(listed) - acknowledged) <= 3 * UPLOADERS
        assert all(decodes(dataset, medium) for medium in listed)
        assert files(data) == set(listed)


def test_a_restart_goes_on_with_the_same_keys_and_projects(tmp_path: Path) -> None:
    data, seen = tmp_path / "data", []
    for _ in range(2):
        with running(data, "--tls") as deployment, reached(deployment) as (client, discovery):
            if not seen:
                create_dataset(client, discovery, "stays")
            names = [p["name"] for p in client.send("GET", f"{discovery.root}/projects").body["projects"]]
            authority = Path(deployment.ca_bundle or "").read_bytes()
            seen.append((deployment.token, discovery.organization, discovery.workspace, authority, names))
    assert seen[0] == seen[1]
    assert seen[0][-1] == ["stays"]


def imported(path: Path, count: int) -> None:
    content = make(SPEC).content
    write_archive(path, "coco", (ArchiveItem(f"{n}.png", content, 40, 40, "cat") for n in range(count)), ["cat"])


def submitted(client: Client, discovery: Discovery, archive: Path) -> tuple[Dataset, Any]:
    """An import of the archive into a new project, under way."""
    jobs, entities = Jobs(client, discovery), Entities(client, discovery, "killed")
    project = entities.create_project([("detection", 1)], "import")
    dataset = entities.dataset(project)
    with archive.open("rb") as content:
        _, file = jobs.upload(content, archive.stat().st_size)
    body = {"file_id": file, "labels_map": {}, "dataset_id": dataset.id}
    return dataset, jobs.submit(f"{dataset.project_path}:import-from-dataset", body)


def test_an_import_that_was_killed_ends_after_the_restart_with_each_image_once(tmp_path: Path) -> None:
    data, archive = tmp_path / "data", tmp_path / "archive.zip"
    imported(archive, 400)
    with running(data) as deployment, reached(deployment) as (client, discovery):
        dataset, job = submitted(client, discovery, archive)
        while not dataset.listing():
            time.sleep(0.01)
        deployment.process.kill()
        created = set(client.created)
    with running(data) as deployment, reached(deployment, created) as (client, discovery):
        again = Dataset(client, dataset.project, dataset.id)
        ended = Jobs(client, discovery).ended(job)
        assert ended is not None
        assert ended["state"] == "finished"
        listed = again.listing()
        assert listed is not None
        assert sorted(item["name"] for item in listed.values()) == sorted(str(n) for n in range(400))


def test_what_a_killed_process_left_on_disk_is_removed_at_the_start(tmp_path: Path) -> None:
    store = Store(tmp_path)
    identifiers = [Store.new_id() for _ in range(3)]
    for identifier in identifiers:
        path = store.keep(io.BytesIO(b"content"), identifier, "png")
        path.with_suffix(".thumb.jpg").touch()
        path.with_suffix(".part").touch()
    kept = identifiers[0]
    store.put("image", kept, "parent", {}, store.place(kept, "png"))
    assert store.tidy() == 7
    assert sorted(path.name for path in store.files.rglob("*.*")) == [f"{kept}.png", f"{kept}.thumb.jpg"]
    store.delete(kept)
    assert not list(store.files.rglob("*.*"))


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("given", [False, True])
def test_a_deployment_that_is_stopped_leaves_no_directory_of_its_own(
    tmp_path: Path, how: signal.Signals, *, given: bool
) -> None:
    temporary, ready = tmp_path / "tmp", tmp_path / "ready.json"
    temporary.mkdir()
    command = [sys.executable, "-m", "reference", "--ready-file", str(ready)]
    command += ["--data", str(tmp_path / "data")] if given else []
    with subprocess.Popen(command, env=os.environ | {"TMPDIR": str(temporary)}, stdout=subprocess.DEVNULL) as process:
        while not ready.exists():
            assert process.poll() is None
            time.sleep(0.02)
        assert len(list(temporary.iterdir())) == (0 if given else 1)
        process.send_signal(how)
        assert process.wait(20) == 0
    assert list(temporary.iterdir()) == []


def test_two_processes_never_share_their_data(tmp_path: Path) -> None:
    with running(tmp_path / "data"):
        command = [sys.executable, "-m", "reference", "--data", str(tmp_path / "data")]
        second = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert second.returncode == 4
    assert "another embedded deployment has the data" in second.stderr


@pytest.mark.slow
def test_a_full_deployment_survives_restarts_and_kills(tmp_path: Path) -> None:
    """1,000 projects and 100,000 images, the process ended three times on the way there."""
    data, archive, created = tmp_path / "data", tmp_path / "archive.zip", set[str]()
    projects: set[str] = set()
    for stop_at in (600, 1000):
        with running(data) as deployment, reached(deployment, created) as (client, discovery):
            entities = Entities(client, discovery, "full")
            create = partial(entities.create_project, [("classification", 2)])
            with ThreadPoolExecutor(UPLOADERS) as pool:
                made = list(pool.map(create, map(str, range(len(projects), stop_at))))
            assert all(answer.accepted for answer in made)
            projects |= {answer.body["id"] for answer in made}
            if stop_at == 1000:
                assert entities.create_project([("classification", 2)], "one too many").status == 409
                dataset = entities.dataset(made[-1])
            else:
                deployment.process.terminate()
                deployment.process.wait()
            created |= client.created
    imported(archive, 100_000)
    with running(data) as deployment, reached(deployment, created) as (client, discovery):
        jobs = Jobs(client, discovery)
        with archive.open("rb") as content:
            _, file = jobs.upload(content, archive.stat().st_size)
        body = {"file_id": file, "labels_map": {}, "dataset_id": dataset.id}
        job = jobs.submit(f"{dataset.project_path}:import-from-dataset", body)
        while (Dataset(client, dataset.project, dataset.id).count_media() or 0) < 30_000:
            time.sleep(0.5)
        deployment.process.kill()
        created |= client.created
    with running(data) as deployment, reached(deployment, created) as (client, discovery):
        again = Dataset(client, dataset.project, dataset.id)
        assert (Jobs(client, discovery).ended(job) or {}).get("state") == "finished"
        listed = again.listing()
        assert listed is not None
        assert sorted(int(item["name"]) for item in listed.values()) == list(range(100_000))
        assert again.count_media() == 100_000
        assert upload(again, make(SPEC)).status == 409
        assert Entities(client, discovery, "full").count_projects() == 1000
        assert all(decodes(again, medium) for medium in random.Random(1).sample(sorted(listed), 200))
        assert files(data) >= set(listed)
