"""Whatever document is given: what cannot be read ends in one line and status 4, and what vanishes is never green."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.synthetic_document import ROOT, synthetic_document


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a: &a [*a]",
        b"[" * 100_000,
        b"a: 1\n" * 10_000_000,
        b"openapi: 3.1.0\npaths: {/a: {$ref: gone.yaml}}",
        b"openapi: 3.1.0\npaths: {/a: {$ref: 'http://['}}",
    ],
    ids=["empty", "alias of itself", "deep list", "large", "no sibling", "no host"],
)
def test_a_document_that_cannot_be_read_is_one_line_and_status_4(run_suites, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "document.yaml"
    file.write_bytes(content)
    run = run_suites("--geti-openapi", str(file), "-k", "test_document")
    assert run.status == 4, run.console
    assert "Traceback" not in run.console
    assert "--geti-openapi" in run.console or "bundle it" in run.console


def judged(run_suites: Any, tmp_path: Path, document: dict[str, Any]) -> tuple[int, dict[str, str]]:
    file = tmp_path / "document.json"
    file.write_text(json.dumps(document))
    run = run_suites("--geti-openapi", str(file), "-k", "test_document")
    assert "Traceback" not in run.console
    assert "INTERNALERROR" not in run.console
    return run.status, {test["name"]: test["extra"]["verdict"] for test in run.results["tests"]}


def test_a_reference_that_leads_nowhere_breaks_the_document(run_suites, tmp_path: Path) -> None:
    document = synthetic_document()
    document["paths"][f"{ROOT}/projects"]["post"]["requestBody"] = {"$ref": "#/components/requestBodies/Gone"}
    status, verdicts = judged(run_suites, tmp_path, document)
    assert status == 1
    assert (verdicts["document.valid"], verdicts["document.complete"]) == ("nonconforming", "inconclusive")


def test_servers_of_whatever_form_are_no_traceback(run_suites, tmp_path: Path) -> None:
    servers = [None, {"url": "https://[your host]/api/v1", "variables": ["v1"]}]
    _, verdicts = judged(run_suites, tmp_path, {**synthetic_document(), "servers": servers})
    assert (verdicts["document.valid"], verdicts["document.complete"]) == ("nonconforming", "kept")
