"""A deployment without a document: the limits are judged all the same, and the run is incomplete, never kept."""

from __future__ import annotations

from tests.support.proxy import Proxy, Reply, Request, json_reply


def hides_its_document(request: Request, proxy: Proxy) -> Reply:
    return json_reply(404, {}) if request.target == "/openapi-spec.json" else proxy.forward(request)


def test_a_deployment_without_a_document_makes_the_run_incomplete(run_suites, deployment, start_proxy) -> None:
    proxy = start_proxy(deployment, hides_its_document)
    run = run_suites("-k", "test_document", deployment=deployment, proxy=proxy)
    assert run.status == 6, run.console
    absent = next(test for test in run.results["tests"] if test["name"] == "document.available")
    assert absent["extra"]["verdict"] == "inconclusive"
    assert "--geti-openapi" in absent["message"]
    assert any(test["name"].startswith("image.side.max") for test in run.results["tests"])
