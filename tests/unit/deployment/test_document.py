"""Loading the document: forms, versions, references to siblings, and what is said where it cannot be loaded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract.audit import audit_cases
from contract.audited import AuditedDocument
from contract.openapi import NAMES_TWICE, operations
from contract.profiles import CLOUD
from contract.verdicts import Verdict
from deployment.client import Client
from deployment.document import load_document
from deployment.document_validity import valid
from deployment.errors import SetupError
from tests.support.servers import serving
from tests.support.synthetic_document import synthetic_document


class Recorder(SimpleHTTPRequestHandler):
    keys: list[str | None] = []  # noqa: RUF012  shared on purpose

    def do_GET(self) -> None:
        self.keys.append(self.headers.get("x-api-key"))
        super().do_GET()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    with serving(partial(Recorder, directory=str(tmp_path))) as url:
        yield url


@pytest.fixture
def client(served: str) -> Iterator[Client]:
    made = Client(served, "secret-key", "run")
    yield made
    made.close()


def scattered(directory: Path) -> Path:
    """A root with a path item, a parameter and a schema that refers to itself, each in a file of its own."""
    (directory / "parts").mkdir()
    root = {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {"/trees/{id}": {"$ref": "./parts/tree.yaml"}},
    }
    item = {
        "get": {
            "parameters": [{"$ref": "id.yaml"}],
            "responses": {
                200: {
                    "description": "d",
                    "content": {
                        "application/json": {
                            "schema": {"$ref": "node.yaml#/Node"},
                            "examples": {"one": {"value": {"$ref": "absent.json"}}},
                        }
                    },
                }
            },
        }
    }
    (directory / "parts/tree.yaml").write_text(yaml.safe_dump(item))
    (directory / "parts/id.yaml").write_text("{name: id, in: path, required: true, schema: {type: string}}")
    (directory / "parts/node.yaml").write_text(
        "Node: {type: object, properties: {born: {type: string, default: 2020-01-01}, child: {$ref: '#/Node'}}}"
    )
    (directory / "root.yaml").write_text(yaml.safe_dump(root))
    return directory / "root.yaml"


def check_tree(content: dict[str, Any]) -> None:
    get = content["paths"]["/trees/{id}"]["get"]
    assert get["parameters"][0]["name"] == "id"
    assert get["responses"]["200"]["content"]["application/json"] == {"schema": {"$ref": "#/components/schemas/Node"}}
    node = content["components"]["schemas"]["Node"]
    assert node["properties"]["child"] == {"$ref": "#/components/schemas/Node"}
    assert node["properties"]["born"]["default"] == "2020-01-01"


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize("dump", [json.dumps, yaml.safe_dump])
def test_a_self_contained_document_loads_as_it_is(tmp_path: Path, client: Client, version: str, dump: Any) -> None:
    path = tmp_path / "document"
    path.write_text(dump(synthetic_document(version)))
    assert load_document(str(path), client).content == synthetic_document(version)


def test_sibling_files_are_bundled(tmp_path: Path, client: Client) -> None:
    check_tree(load_document(str(scattered(tmp_path)), client).content)


def test_siblings_behind_a_url_are_bundled_and_the_key_stays_here(tmp_path: Path, client: Client, served: str) -> None:
    scattered(tmp_path)
    Recorder.keys.clear()
    check_tree(load_document(f"{served}/root.yaml", client).content)
    assert Recorder.keys == [None] * 4


def test_without_a_source_the_deployment_is_asked(tmp_path: Path, client: Client) -> None:
    (tmp_path / "openapi-spec.json").write_text(json.dumps(synthetic_document()))
    assert load_document(None, client).content == synthetic_document()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", r"neither JSON nor YAML \(line 1\)"),
        ("a: [", "neither JSON nor YAML"),
        ("[]", "no object"),
        ("{}", "no key 'openapi'"),
        ("swagger: '2.0'", "no OpenAPI 3.0 or 3.1"),
        ("openapi: 3.2.0\npaths: {/a: {}}", "'3.2.0'"),
        ("openapi: 3.1.0\npaths: {}", "no paths"),
        ("openapi: 3.1.0\npaths: {/a: {$ref: gone.yaml}}", "gone.yaml"),
        ("openapi: 3.1.0\npaths: {/a: {$ref: 'document#/x'}}", "document"),
        ("openapi: 3.1.0\npaths: {/a: {$ref: 'http://elsewhere.example/a'}}", "bundle it"),
    ],
)
def test_what_cannot_be_loaded_is_told_with_the_next_step(tmp_path: Path, client: Client, text: str, said: str) -> None:
    path = tmp_path / "document"
    path.write_text(text)
    if "document#/x" in text:
        path.write_text(text.replace("document#/x", "other#/x"))
        (tmp_path / "other").write_text("y: 1")
        said = "there is no 'x'"
    with pytest.raises(SetupError, match=said):
        load_document(str(path), client)


def test_a_deployment_without_a_document_is_told(client: Client) -> None:
    with pytest.raises(SetupError, match=r"404.*--geti-openapi"):
        load_document(None, client)


@pytest.mark.parametrize("yaml_text", [False, True])
def test_a_name_that_stands_twice_is_said_and_a_status_declared_twice_declares_nothing(
    tmp_path: Path, client: Client, yaml_text: bool
) -> None:
    body = '{"description": "d", "content": {"application/json": {"schema": {"type": "object"}}}}'
    answers = f'{{"202": {body}, "200": {body}, "202": {body}}}'
    text = f'{{"openapi": "3.1.0", "info": {{}}, "paths": {{"/a": {{"get": {{"responses": {answers}}}}}}}}}'
    file = tmp_path / "document"
    file.write_text(text.replace('"openapi"', "openapi", 1) if yaml_text else text)
    content = load_document(str(file), client).content
    declared = content["paths"]["/a"]["get"]["responses"]
    assert (set(declared), "content" in declared["202"], "content" in declared["200"]) == ({"200", "202"}, False, True)
    audited = AuditedDocument(content, operations(content), "here", CLOUD)
    (case,) = (each for each in audit_cases() if each.id == "document.unique-names")
    judgement = case.check(audited).judgement
    assert (judgement.verdict, "202" in judgement.reason) == (Verdict.NONCONFORMING, True)


@pytest.mark.parametrize("error", [ImportError("no library"), UserWarning("of another thread")])
def test_what_fails_in_the_validator_is_no_defect_of_the_document(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(_content: dict[str, Any]) -> None:
        raise error

    monkeypatch.setattr("schemathesis.openapi.from_dict", fail)
    checked = valid(AuditedDocument({"openapi": "3.1.0"}, [], "here", CLOUD))
    assert (checked.judgement.verdict, checked.defects) == (Verdict.INCONCLUSIVE, ())


def test_what_yaml_merges_stands_there_once(tmp_path: Path, client: Client) -> None:
    file = tmp_path / "document"
    file.write_text("openapi: 3.1.0\nx-a: &a {b: 1}\npaths:\n  /a: {<<: *a, get: {responses: {}}}\n")
    assert NAMES_TWICE not in load_document(str(file), client).content


def test_a_schema_may_be_called_example(tmp_path: Path, client: Client) -> None:
    file = tmp_path / "document.yaml"
    components = "components: {schemas: {example: {type: string, example: a}}}"
    file.write_text(f"openapi: 3.1.0\npaths: {{/a: {{get: {{}}}}}}\n{components}\n")
    assert load_document(str(file), client).content["components"]["schemas"] == {"example": {"type": "string"}}
