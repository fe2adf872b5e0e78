"""The audit of a document in files: each defect with the file and the line that it stands in."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from contract.profiles import CLOUD
from contract.results import ExitStatus
from deployment.audit import audit, audited

ROOT = """\
openapi: 3.1.0
info: {title: Ours, version: '1'}
servers: [{url: /api/v1}]
security: [{key: []}]
paths:
  /organizations/{organization_id}/workspaces/{workspace_id}/projects:
    $ref: projects.yaml
  /organizations/{organization_id}/workspaces/{workspace_id}/projects:import-from-dataset:
    parameters:
    - &organization {name: organization_id, in: path, required: true, schema: {type: string}}
    - &workspace {name: workspace_id, in: path, required: true, schema: {type: string}}
    post:
      operationId: Import
      requestBody:
        content:
          application/json:
            schema:
              $ref: '#/components/schemas/New'
      responses:
        '200': {description: started}
        '409':
          description: too many
          content:
            application/json:
              schema: {$ref: 'errors.json#/Error'}
              examples:
                labels:
                  value:
                    $ref: too_many_labels.json
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: x-api-key}
  schemas:
    New:
      type: object
      description: A project has at most 400 labels.
      properties:
        name: {$ref: names.yaml}
"""
PROJECTS = """\
parameters:
- {name: organization_id, in: path, required: true, schema: {type: string}}
- {name: workspace_id, in: path, required: true, schema: {type: string}}
get:
  operationId: List
  security: []
  responses:
    '204':
      description: none
      content:
        application/json: {schema: {type: object}}
    '404':
      description: not there
      content:
        application/json:
          schema: {$ref: 'errors.json#/Error'}
    '404':
      description: not there
      content:
        application/json:
          schema: {$ref: 'errors.json#/Error'}
"""
ERRORS = json.dumps(
    {
        "Error": {
            "type": "object",
            "properties": {name: {"type": "string"} for name in ("error_code", "message", "http_status")},
        }
    },
    indent=1,
)
EXAMPLE = json.dumps(
    {"http_status": 400, "error_code": "max", "message": "A project can have a maximum of 1000 labels"}, indent=1
)


@pytest.fixture
def document(tmp_path: Path) -> Path:
    files = {"api.yaml": ROOT, "projects.yaml": PROJECTS, "errors.json": ERRORS, "too_many_labels.json": EXAMPLE}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / "api.yaml"


def found(document: Path) -> set[tuple[str, str, int]]:
    return {
        (each.rule.removeprefix("document."), Path(each.source.file).name, each.source.line)
        for each in audited(str(document), CLOUD)[1]
    }


def test_each_defect_is_found_in_its_file_and_line(document: Path) -> None:
    assert found(document) == {
        ("valid", "api.yaml", 38),
        ("unique-names", "projects.yaml", 17),
        ("security", "projects.yaml", 4),
        ("error-bodies", "projects.yaml", 17),
        ("bodiless-answers", "projects.yaml", 10),
        ("numbers@project.labels.max", "api.yaml", 36),
        ("numbers@project.labels.max", "too_many_labels.json", 4),
        ("numbers-in-examples@project.labels.max", "too_many_labels.json", 4),
        ("refusals-declared@list.limit", "projects.yaml", 4),
        ("example-statuses", "too_many_labels.json", 2),
        ("key-statuses@401", "api.yaml", 5),
        ("key-statuses@403", "api.yaml", 5),
        ("rate-status@429", "api.yaml", 5),
    }


def test_a_number_that_another_place_contradicts_says_so(document: Path) -> None:
    (said,) = (each.message for each in audited(str(document), CLOUD)[1] if each.source.line == 36)
    assert said == "states 400, the table 500 labels, and elsewhere 1,000"


def options(document: Path, **given: Path) -> argparse.Namespace:
    unset = {"json": None, "sarif": None, "geti_profile": None, "geti_contract": None}
    return argparse.Namespace(**(unset | {"document": str(document)} | given))


def test_the_findings_are_written_for_people_for_programs_and_for_code_hosts(
    document: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(document.parent)
    here = document.parent
    assert audit(options(document, json=here / "found.json", sarif=here / "found.sarif")) is ExitStatus.BROKEN
    assert "  projects.yaml:10: List (204) declares a body for 204, which has none" in capsys.readouterr().out
    listed = json.loads((here / "found.json").read_text(encoding="utf-8"))["findings"]
    (run,) = json.loads((here / "found.sarif").read_text(encoding="utf-8"))["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(run["results"]) == len(listed)
    for result, finding in zip(run["results"], listed, strict=True):
        (location,) = (each["physicalLocation"] for each in result["locations"])
        assert rules[result["ruleIndex"]] == result["ruleId"] == finding["rule"]
        assert (here / location["artifactLocation"]["uri"]).is_file()
        assert location["region"]["startLine"] == finding["source"]["line"]


def test_a_document_without_a_defect_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    errors = ", ".join(
        f"'{status}': {{description: no, content: {{application/json: {{schema: {{$ref: 'errors.json#/Error'}}}}}}}}"
        for status in (401, 403, 404, 429)
    )
    text = f"""\
openapi: 3.1.0
info: {{title: Ours, version: '1'}}
security: [{{key: []}}]
paths:
  /things: {{get: {{operationId: List, responses: {{'200': {{description: all}}, {errors}}}}}}}
components: {{securitySchemes: {{key: {{type: apiKey, in: header, name: x-api-key}}}}}}
"""
    (tmp_path / "errors.json").write_text(ERRORS, encoding="utf-8")
    (tmp_path / "api.yaml").write_text(text, encoding="utf-8")
    assert audit(options(tmp_path / "api.yaml")) is ExitStatus.KEPT
    assert "0 errors, 0 warnings, 0 notes" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["swagger: '2.0'", "a: [", ""])
def test_what_is_no_openapi_ends_with_a_line_and_4(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "api.yaml").write_text(text, encoding="utf-8")
    assert audit(options(tmp_path / "api.yaml")) is ExitStatus.USAGE
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert audit(options(tmp_path / "not there")) is ExitStatus.USAGE


@pytest.mark.parametrize(("contract", "release"), [("2.0", "2.0"), ("2.11", "2.11"), ("auto", "2.13")])
def test_a_document_is_held_to_the_numbers_of_a_release(contract: str, release: str, document: Path) -> None:
    text = document.read_text(encoding="utf-8").replace("version: '1'", "version: 2.13.1")
    document.write_text(text, encoding="utf-8")
    profile, findings = audited(str(document), CLOUD, contract)
    assert profile.release == release
    # 1,000 labels, which an example states, are those of 2.11 and later.
    files = {Path(each.source.file).name for each in findings if each.rule == "document.numbers@project.labels.max"}
    assert files == ({"api.yaml", "too_many_labels.json"} if release == "2.0" else {"api.yaml"})
