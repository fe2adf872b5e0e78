"""What a killed run left is swept, and nothing else is touched."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from deployment.client import Client
from deployment.discovery import Discovery, discover
from deployment.entities import Entities
from deployment.ledger import Ledger
from deployment.media import create_dataset
from generators.artefacts import make
from generators.specs import ImageSpec
from tests.support.behaviours import several_workspaces
from tests.support.deployments import Deployment
from tests.support.proxy import Proxy, Reply, Request, error_reply

RUN = "0123abcd"


@pytest.fixture
def client(deployment: Deployment, tmp_path: Path) -> Client:
    """What a run that was killed used; it noted in a ledger what it made."""
    client = deployment.connect(RUN)
    client.ledger = Ledger(tmp_path / "ledger", RUN, deployment.url)
    return client


@pytest.fixture
def foreign(deployment: Deployment) -> str:
    """A project of somebody else whose name looks almost like one of ours."""
    name = f"geti-contract-{RUN}0"
    create_dataset(deployment.client, deployment.discovery, name)
    return name


def let_go(client: Client) -> None:
    """What a kill does: the lock ends with the process."""
    assert client.ledger is not None
    client.ledger.close()


def test_a_sweep_removes_what_the_ledger_names_and_nothing_of_others(
    sweep, deployment: Deployment, client: Client, foreign: str
) -> None:
    root = discover(client)
    for suffix in ("a", "b"):
        create_dataset(client, root, f"geti-contract-{RUN}-{suffix}")
    let_go(client)
    dry = sweep(deployment, "--dry-run")
    assert (dry.status, len(deployment.project_names())) == (6, 3), dry.console
    run = sweep(deployment)
    assert run.status == 0, run.console
    order = re.findall(rf"deleted: geti-contract-{RUN}-(\w)", run.console)
    assert order == ["b", "a"]
    assert deployment.project_names() == [foreign]
    again = sweep(deployment)
    assert (again.status, "Nothing to sweep" in again.console) == (0, True)


def test_an_intent_without_an_outcome_is_found_by_the_prefix_of_the_run(
    sweep, deployment: Deployment, client: Client, foreign: str
) -> None:
    root = discover(client)
    ledger = client.ledger
    assert ledger is not None
    name = f"geti-contract-{RUN}-lost"
    ledger.intend(f"{root.root}/projects", {"name": name})
    client.ledger = None
    create_dataset(client, root, name)
    ledger.close()
    run = sweep(deployment)
    assert run.status == 0, run.console
    assert deployment.project_names() == [foreign]


def test_a_project_that_was_there_before_the_run_is_never_swept(
    sweep, deployment: Deployment, client: Client, foreign: str
) -> None:
    root = discover(client)
    theirs = next(iter(Entities(client, root, foreign).our_projects() or {}))
    ledger = client.ledger
    assert ledger is not None
    ledger.know_foreign([theirs])
    path = f"{root.root}/projects"
    ledger.outcome(ledger.intend(path, {"name": "x"}), path, 201, {"id": theirs})
    ledger.close()
    run = sweep(deployment)
    assert run.status == 6
    assert "LEFT" in run.console
    assert deployment.project_names() == [foreign]


def test_a_living_run_is_left_alone(sweep, deployment: Deployment, client: Client) -> None:
    create_dataset(client, discover(client), f"geti-contract-{RUN}-alive")
    run = sweep(deployment)
    assert (run.status, "still goes on" in run.console) == (6, True)


def test_a_project_whose_jobs_run_is_waited_for(
    sweep, deployment: Deployment, client: Client, start_proxy, tmp_path: Path
) -> None:
    create_dataset(client, discover(client), f"geti-contract-{RUN}-busy")
    let_go(client)
    refusals = iter([409, 503, 409])

    def busy(request: Request, proxy: Proxy) -> Reply:
        status = next(refusals, None) if request.method == "DELETE" else None
        return error_reply(status, "busy", "jobs run") if status else proxy.forward(request)

    ledger = next((tmp_path / "ledger" / RUN).glob("*.jsonl"))
    ledger.write_text(ledger.read_text().replace(deployment.url, start_proxy(deployment, busy).url))
    run = sweep(deployment)
    assert run.status == 0, run.console
    assert deployment.project_names() == []


def test_a_killed_run_is_swept_and_a_foreign_project_stays_byte_for_byte(start_suites, sweep, deployment) -> None:
    before = theirs(deployment.client, deployment.discovery)
    run = start_suites("-v", deployment=deployment, paths=("suites/limits/test_image_limits.py",))
    run.until("PASSED")
    run.kill()
    assert len(deployment.project_names()) > 1
    sweep(deployment)
    assert deployment.project_names() == ["theirs"]
    assert theirs(deployment.client, deployment.discovery) == before


def theirs(client: Client, root: Discovery) -> bytes:
    """A project of somebody else with one image, made where it is not there; all that reads back of it."""
    projects = Entities(client, root, "theirs").our_projects() or {}
    if not projects:
        artefact = make(ImageSpec(64, 48))
        dataset = create_dataset(client, root, "theirs")
        dataset.upload("images", "1.png", io.BytesIO(artefact.content), artefact.media_type, len(artefact.content))
        return theirs(client, root)
    path = f"{root.root}/projects/{next(iter(projects))}"
    project = client.send("GET", path).body
    dataset_path = f"{path}/datasets/{project['datasets'][0]['id']}"
    media = client.send("POST", f"{dataset_path}/media:query", {}).body["media"]
    content = client.download(f"{dataset_path}/media/images/{media[0]['id']}/display/full")[1]
    return repr((project, media)).encode() + content


def test_a_sweep_takes_the_options_of_a_run_and_works_in_the_workspace_of_the_run(
    sweep, deployment: Deployment, client: Client, start_proxy, tmp_path: Path
) -> None:
    other = {"id": "11111111-2222-4333-8444-555555555555", "name": "Other"}
    proxy = start_proxy(deployment, behaviours=[several_workspaces(other, first=True)])
    create_dataset(client, discover(client), f"geti-contract-{RUN}-elsewhere")
    let_go(client)
    ledger = next((tmp_path / "ledger" / RUN).glob("*.jsonl"))
    ledger.write_text(ledger.read_text().replace(deployment.url, proxy.url))
    key = tmp_path / "key"
    key.write_text(deployment.token)
    given = ("--geti-url", proxy.url, "--geti-token-file", str(key), "--geti-timeout", "60", "--geti-rate", "50/s")
    meaningless = (
        "--geti-workspace",
        "Other",
        "--geti-tier",
        "capacity",
        "--geti-profile",
        "cloud",
        "--geti-read-only",
    )
    run = sweep(None, *given, *meaningless)
    assert run.status == 0, run.console
    assert deployment.project_names() == []


def test_a_request_without_a_name_left_no_project(
    sweep, deployment: Deployment, client: Client, tmp_path: Path
) -> None:
    ledger = client.ledger
    assert ledger is not None
    ledger.intend(f"{discover(client).root}/projects", {"pipeline": {}})
    ledger.close()
    run = sweep(deployment)
    assert run.status == 0, run.console
    assert "perhaps" not in run.console
