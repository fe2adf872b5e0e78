"""What a killed run left is swept, and nothing else is touched."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployment import embedded
from deployment.client import Client
from deployment.discovery import Discovery, discover
from deployment.entities import Entities
from deployment.ledger import Ledger
from deployment.media import create_dataset
from generators.artefacts import make
from generators.specs import ImageSpec
from harness.options import unaimed
from tests.support.faulty_proxy import FaultyProxy, Reply, Request, reply

HERE = Path(__file__).parents[2]
RUN = "0123abcd"


@pytest.fixture(scope="module")
def deployment() -> Iterator[embedded.Embedded]:
    running = embedded.start("cloud")
    yield running
    running.stop()


@pytest.fixture
def client(deployment: embedded.Embedded, tmp_path: Path) -> Iterator[Client]:
    made = Client(deployment.url, deployment.token, RUN)
    made.ledger = Ledger(tmp_path / "ledger", RUN, deployment.url)
    yield made
    made.close()


def swept(deployment: embedded.Embedded, tmp_path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "deployment", "sweep", "--ledger-dir", str(tmp_path / "ledger"), *options]
    plain = unaimed()
    environment = plain | {"GETI_TOKEN": deployment.token}
    return subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, check=False)


def names(deployment: embedded.Embedded) -> list[str]:
    client = Client(deployment.url, deployment.token, "test")
    listed = client.send("GET", f"{discover(client).root}/projects_names").body["projects"]
    client.close()
    return [each["name"] for each in listed]


@pytest.fixture
def foreign(deployment: embedded.Embedded) -> Iterator[str]:
    """A project of somebody else whose name looks almost like one of ours."""
    others = Client(deployment.url, deployment.token, "theirs")
    name = f"geti-contract-{RUN}0"
    dataset = create_dataset(others, discover(others), name)
    yield name
    others.send("DELETE", dataset.project_path)
    others.close()


def let_go(client: Client) -> None:
    """What a kill does: the lock ends with the process."""
    assert client.ledger is not None
    client.ledger.close()


def test_a_sweep_removes_what_the_ledger_names_and_nothing_of_others(
    deployment: embedded.Embedded, client: Client, tmp_path: Path, foreign: str
) -> None:
    root = discover(client)
    for suffix in ("a", "b"):
        create_dataset(client, root, f"geti-contract-{RUN}-{suffix}")
    let_go(client)
    dry = swept(deployment, tmp_path, "--dry-run")
    assert (dry.returncode, len(names(deployment))) == (6, 3), dry.stdout
    run = swept(deployment, tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    order = re.findall(rf"deleted: geti-contract-{RUN}-(\w)", run.stdout)
    assert order == ["b", "a"]
    assert names(deployment) == [foreign]
    again = swept(deployment, tmp_path)
    assert (again.returncode, "Nothing to sweep" in again.stdout) == (0, True)


def test_an_intent_without_an_outcome_is_found_by_the_prefix_of_the_run(
    deployment: embedded.Embedded, client: Client, tmp_path: Path, foreign: str
) -> None:
    root = discover(client)
    ledger = client.ledger
    assert ledger is not None
    name = f"geti-contract-{RUN}-lost"
    ledger.intend(f"{root.root}/projects", {"name": name})
    client.ledger = None
    create_dataset(client, root, name)
    ledger.close()
    run = swept(deployment, tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    assert names(deployment) == [foreign]


def test_a_project_that_was_there_before_is_never_taken_for_ours(
    deployment: embedded.Embedded, client: Client, tmp_path: Path, foreign: str
) -> None:
    root = discover(client)
    theirs = next(iter(Entities(client, root, foreign).our_projects() or {}))
    ledger = client.ledger
    assert ledger is not None
    ledger.know_foreign([theirs])
    path = f"{root.root}/projects"
    ledger.outcome(ledger.intend(path, {"name": "x"}), path, 201, {"id": theirs})
    ledger.close()
    run = swept(deployment, tmp_path)
    assert run.returncode == 6
    assert "LEFT" in run.stdout
    assert names(deployment) == [foreign]


def test_a_living_run_is_left_alone(deployment: embedded.Embedded, client: Client, tmp_path: Path) -> None:
    made = create_dataset(client, discover(client), f"geti-contract-{RUN}-alive")
    run = swept(deployment, tmp_path)
    assert (run.returncode, "still goes on" in run.stdout) == (6, True)
    assert client.send("DELETE", made.project_path).accepted


def test_a_project_whose_jobs_run_is_waited_for(deployment: embedded.Embedded, client: Client, tmp_path: Path) -> None:
    create_dataset(client, discover(client), f"geti-contract-{RUN}-busy")
    let_go(client)
    refusals = iter([409, 503, 409])

    def busy(request: Request, proxy: FaultyProxy) -> Reply:
        status = next(refusals, None) if request.method == "DELETE" else None
        if status is None:
            return proxy.forward(request)
        return reply(status, {"error_code": "busy", "message": "jobs run", "http_status": status})

    proxy = FaultyProxy(deployment.url, deployment.token, busy)
    try:
        ledger = next((tmp_path / "ledger" / RUN).glob("*.jsonl"))
        ledger.write_text(ledger.read_text().replace(deployment.url, proxy.url))
        run = swept(deployment, tmp_path)
    finally:
        proxy.stop()
    assert run.returncode == 0, run.stdout + run.stderr
    assert names(deployment) == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--run", "ffffffff"], "holds no run ffffffff"),
        (["--ledger-dir", "/nowhere"], "is no directory"),
        (["--geti-url", "geti.example"], "no base URL"),
        (["--moon"], "unrecognized"),
    ],
)
def test_a_wrong_option_is_one_line_and_exit_4(
    deployment: embedded.Embedded, client: Client, tmp_path: Path, options: list[str], words: str
) -> None:
    run = swept(deployment, tmp_path, *options)
    assert run.returncode == 4, run.stdout
    assert words in run.stderr
    assert "Traceback" not in run.stderr


def test_a_killed_run_is_swept_and_a_foreign_project_stays_byte_for_byte(
    deployment: embedded.Embedded, tmp_path: Path
) -> None:
    others = Client(deployment.url, deployment.token, "theirs")
    root = discover(others)
    before = kept(others, root)
    command = [sys.executable, "-u", "-m", "pytest", "suites/limits/test_image_limits.py", "-v"]
    command += ["--geti-url", deployment.url, "--geti-report-dir", str(tmp_path / "out")]
    command += ["--geti-ledger-dir", str(tmp_path / "ledger")]
    environment = os.environ | {"GETI_TOKEN": deployment.token}
    with subprocess.Popen(command, cwd=HERE, env=environment, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        next(line for line in run.stdout if "PASSED" in line)
        run.send_signal(signal.SIGKILL)
    assert len(names(deployment)) == 2
    swept(deployment, tmp_path)
    assert names(deployment) == ["theirs"]
    assert kept(others, root) == before
    others.close()


def kept(client: Client, root: Discovery) -> bytes:
    """A project of somebody else with one image, made where it is not there; all that reads back of it."""
    found = Entities(client, root, "theirs").our_projects() or {}
    if not found:
        artefact = make(ImageSpec(64, 48))
        dataset = create_dataset(client, root, "theirs")
        dataset.upload("images", "1.png", io.BytesIO(artefact.content), artefact.media_type, len(artefact.content))
        return kept(client, root)
    path = f"{root.root}/projects/{next(iter(found))}"
    project = client.send("GET", path).body
    dataset_path = f"{path}/datasets/{project['datasets'][0]['id']}"
    media = client.send("POST", f"{dataset_path}/media:query", {}).body["media"]
    content = client.download(f"{dataset_path}/media/images/{media[0]['id']}/display/full")[1]
    return repr((project, media)).encode() + content
