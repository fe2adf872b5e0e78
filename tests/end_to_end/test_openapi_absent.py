"""A deployment without a document: the limits are judged all the same, and the run is incomplete, never kept."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from deployment import embedded
from tests.support.faulty_proxy import FaultyProxy, Reply, Request, reply
from tests.support.suites_process import suites_command

HERE = Path(__file__).parents[2]


def hides_its_document(request: Request, proxy: FaultyProxy) -> Reply:
    return reply(404, {}) if request.target == "/openapi-spec.json" else proxy.forward(request)


def test_a_deployment_without_a_document_makes_the_run_incomplete(tmp_path: Path) -> None:
    deployment = embedded.start("cloud")
    proxy = FaultyProxy(deployment.url, deployment.token, hides_its_document)
    try:
        command = suites_command(tmp_path, "--geti-url", proxy.url, "-k", "test_document")
        environment = os.environ | {"GETI_TOKEN": deployment.token}
        run = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, check=False)
    finally:
        proxy.stop()
        deployment.stop()
    assert run.returncode == 6, run.stdout[-2000:]
    tests = json.loads((tmp_path / "results.json").read_text())["results"]["tests"]
    absent = next(test for test in tests if test["name"] == "document.available")
    assert absent["extra"]["verdict"] == "inconclusive"
    assert "--geti-openapi" in absent["message"]
    assert any(test["name"].startswith("image.side.max") for test in tests)
