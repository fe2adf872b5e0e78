"""What the network, the key or a budget did is no finding, and no run is green that judged nothing."""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract.verdicts import BROKEN
from deployment import embedded
from deployment.client import Client
from deployment.discovery import discover
from harness.options import unaimed
from tests.support.chaos_proxy import FAULTS, ChaosProxy, at_random

HERE = Path(__file__).parents[3]
FEW = "image.side.min and bmp and not noise and above"


@pytest.fixture(scope="module")
def deployment() -> Iterator[embedded.Embedded]:
    running = embedded.start("cloud")
    yield running
    running.stop()


@pytest.fixture
def proxy(deployment: embedded.Embedded) -> Iterator[ChaosProxy]:
    made = ChaosProxy(deployment.url)
    yield made
    made.stop()


def judged(
    deployment: embedded.Embedded, url: str, tmp_path: Path, *options: str, limit: int | None = None
) -> tuple[int, str, dict[str, Any]]:
    """Exit status, console and report of a run over loopback."""
    command = [sys.executable, "-m", "pytest", "suites", "--geti-url", url, "--geti-timeout", "1"]
    command += ["--geti-report-dir", str(tmp_path / "out"), "--geti-ledger-dir", str(tmp_path / "ledger"), *options]
    plain = unaimed()

    def bound() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    run = subprocess.run(
        command,
        cwd=HERE,
        env=plain | {"GETI_TOKEN": deployment.token},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=bound,
    )
    file = tmp_path / "out" / "results.json"
    return run.returncode, run.stdout + run.stderr, json.loads(file.read_text())["results"] if file.exists() else {}


def verdicts(report: dict[str, Any]) -> dict[str, str]:
    return {test["name"]: test["extra"]["verdict"] for test in report["tests"] if test["status"] != "pending"}


def left(deployment: embedded.Embedded) -> list[str]:
    client = Client(deployment.url, deployment.token, "test")
    found = client.send("GET", f"{discover(client).root}/projects_names").body["projects"]
    client.close()
    return [each["name"] for each in found]


@pytest.mark.parametrize(
    "fault", ["503", "reset-after", *(pytest.param(each, marks=pytest.mark.slow) for each in ("429", "cut"))]
)
def test_a_network_that_fails_every_upload_is_no_finding(
    deployment: embedded.Embedded, proxy: ChaosProxy, tmp_path: Path, fault: str
) -> None:
    proxy.choose = lambda _method, path: fault if path.endswith("/media/images") else None
    status, output, report = judged(deployment, proxy.url, tmp_path, "-k", FEW)
    assert status == 6, output
    assert set(verdicts(report).values()) == {"inconclusive"}
    assert left(deployment) == []


def test_a_key_that_expires_in_the_middle_is_no_finding(
    deployment: embedded.Embedded, proxy: ChaosProxy, tmp_path: Path
) -> None:
    def expire(_method: str, path: str) -> None:
        proxy.expired = proxy.expired or len(proxy.seen) > 60

    proxy.choose = expire
    status, output, report = judged(
        deployment, proxy.url, tmp_path, "-k", "test_access and (image or video or project)"
    )
    assert status == 6, output
    found = verdicts(report)
    assert not BROKEN & set(found.values())
    assert list(found.values())[-1] == "inconclusive"
    assert "no longer accepted" in output
    assert "LEFT BEHIND" in output
    assert "python -m deployment sweep" in output
    proxy.expired, proxy.choose = False, None
    command = [sys.executable, "-m", "deployment", "sweep", "--ledger-dir", str(tmp_path / "ledger")]
    environment = os.environ | {"GETI_TOKEN": deployment.token}
    assert subprocess.run(command, cwd=HERE, env=environment, check=False).returncode == 0
    assert left(deployment) == []


def test_a_budget_that_is_spent_leaves_the_rest_unjudged_and_nothing_behind(
    deployment: embedded.Embedded, proxy: ChaosProxy, tmp_path: Path
) -> None:
    status, output, report = judged(deployment, proxy.url, tmp_path, "-k", FEW, "--geti-max-requests", "20")
    assert status == 6, output
    assert "budget spent: 20 requests (--geti-max-requests)" in output
    assert "inconclusive" in verdicts(report).values()
    assert len(proxy.seen) <= 32
    assert left(deployment) == []


def test_a_run_that_only_reads_sends_nothing_else(
    deployment: embedded.Embedded, proxy: ChaosProxy, tmp_path: Path
) -> None:
    selection = "document or (openapi and project) or image.side.min"
    status, output, report = judged(deployment, proxy.url, tmp_path, "--geti-read-only", "-k", selection)
    assert status == 6, output
    sent = {method for method, path, _ in proxy.seen if not path.partition("?")[0].endswith("/media:query")}
    assert sent <= {"GET", "HEAD", "OPTIONS"}
    found = verdicts(report)
    assert found["openapi.key-missing@list_projects"] == "kept"
    assert found["openapi.positive-data@list_projects"] == "kept"
    assert {found[name] for name in found if name.startswith("image.side.min")} == {"inconclusive"}
    assert any(name.startswith("document.") and verdict == "kept" for name, verdict in found.items())
    assert left(deployment) == []


def test_a_disk_that_is_full_is_no_green_run(deployment: embedded.Embedded, tmp_path: Path) -> None:
    one = ["--geti-replay", "document.valid"]
    assert judged(deployment, deployment.url, tmp_path, *one)[0] == 0
    (tmp_path / "out" / "results.json").unlink()
    status, output, _ = judged(deployment, deployment.url, tmp_path, *one, limit=2000)
    assert status == 6, output
    assert "REPORTS NOT WRITTEN" in output


# Many cases a run, which -k makes incomplete, and single cases, which alone are a whole run and so can be green.
SELECTIONS = (
    "(image.side.min and bmp and not noise) or sequence",
    "deleted-ids or (malformed-ids and project)",
    "count_limits and (labels or tasks)",
    "(positive-data or negative-data) and (project or dataset)",
    "key-missing",
)
SINGLE = (
    "image.side.min@image-upload/above",
    "image.side.max@image-upload/at",
    "project.tasks.max@project-creation",
    "openapi.sequence",
    "openapi.deleted-ids",
    "openapi.positive-data",
    "openapi.negative-data",
)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_fifty_transient_failures_are_no_finding_and_hide_none(
    deployment: embedded.Embedded, tmp_path: Path, seed: int
) -> None:
    draw, met, known = random.Random(seed), Counter[str](), list[str]()

    def ran(*options: str, share: float) -> tuple[int, str, dict[str, Any]]:
        proxy = ChaosProxy(deployment.url, at_random(draw.randrange(10**6), share, FAULTS))
        try:
            return judged(deployment, proxy.url, tmp_path, *options)
        finally:
            proxy.stop()
            met.update(proxy.injected)

    greens = 0
    while met.total() < 50:
        single = [name for name in known if name.startswith(SINGLE)]
        case = draw.choice(single) if single and draw.random() < 0.5 else None
        options = ["--geti-replay", case] if case else ["-k", draw.choice(SELECTIONS)]
        status, output, report = ran(*options, share=draw.choice([0.1, 0.2, 0.4]))
        assert status in (0, 4, 6), output[-3000:]
        if status == 4:
            assert "refuses the token" not in output
            continue
        found = verdicts(report)
        assert not BROKEN & set(found.values()), output[-3000:]
        assert (status == 0) == (case is not None and found.get(case) == "kept"), output[-3000:]
        greens += status == 0
        known = known or [test["name"] for test in report["tests"]]
    print(f"seed {seed}: {met.total()} faults, {greens} green runs of one case, nothing broken: {dict(met)}")
