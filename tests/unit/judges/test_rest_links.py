"""Links are inferred where a document has none: the right ones, and none that would make a false positive."""

from __future__ import annotations

from typing import Any

import httpx

from contract.openapi import operations
from deployment.document import Document
from judges.rest.links import LOCATION, Link, infer, link_rows
from judges.rest.own_ids import own_named
from judges.rest.plan import Plan
from judges.rest.sequences import first_operations
from tests.support.synthetic_document import ROOT, answers, parameters, synthetic_document

WHERE = parameters("organization_id", "workspace_id")
PROJECT = [*WHERE, *parameters("project_id")]


def listing(name: str, **inner: Any) -> dict[str, Any]:
    item = {"type": "object", "properties": {"id": {"type": "string"}, **inner}}
    return {"type": "object", "properties": {name: {"type": "array", "items": item}}}


def linked_document() -> dict[str, Any]:
    document = synthetic_document()
    job = {"type": "object", "properties": {"job_id": {"type": "string"}}}
    paths = document["paths"]
    paths[f"{ROOT}/projects/{{project_id}}:export"]["post"]["responses"] = answers("200", job, "404")
    paths[f"{ROOT}/jobs/{{job_id}}"] = {
        "parameters": [*WHERE, *parameters("job_id")],
        "get": {"operationId": "ReadJob", "responses": answers("200", {"type": "object"}, "404")},
    }
    groups = listing("groups", models=listing("models")["properties"]["models"])
    paths[f"{ROOT}/projects/{{project_id}}/groups"] = {
        "parameters": PROJECT,
        "get": {"operationId": "ListGroups", "responses": answers("200", groups, "404")},
    }
    paths[f"{ROOT}/projects/{{project_id}}/groups/{{group_id}}/models/{{model_id}}"] = {
        "parameters": [*PROJECT, *parameters("group_id", "model_id")],
        "get": {"operationId": "ReadModel", "responses": answers("200", listing("groups"), "404")},
    }
    paths[f"{ROOT}/uploads/resumable/{{file_id}}"]["head"] = {"operationId": "AskOffset", "responses": {"200": {}}}
    return document


DOCUMENT = linked_document()
OPERATIONS = operations(DOCUMENT)
LINKS = infer(DOCUMENT, OPERATIONS)


def test_the_forms_that_are_believed_and_no_others_are_inferred() -> None:
    assert {(link.producer.name, link.kind, link.pointer) for link in LINKS} == {
        ("CreateProject", "project", "id"),
        ("ExportProject", "job", "job_id"),
        ("StartUpload", "file", LOCATION),
        ("ListGroups", "group", "groups/*/id"),
        ("ListGroups", "model", "groups/*/models/*/id"),
    }


def test_each_link_is_listed_with_what_takes_it() -> None:
    rows = link_rows(DOCUMENT, OPERATIONS, LINKS)
    assert {"from": "ExportProject", "take": "job_id", "kind": "job", "to": "ReadJob", "as": "path job_id"} in rows
    assert {row["to"] for row in rows if row["kind"] == "model"} == {"ReadModel"}


def test_a_sequence_begins_with_what_creates_something_that_can_be_read() -> None:
    plan = Plan(Document(DOCUMENT, "synthetic"), OPERATIONS, LINKS)
    names = [operation.name for operation in first_operations(plan)]
    assert names == ["CreateProject", "EditProject", "ExportProject", "StartUpload"]


def test_links_are_followed_into_lists_and_headers() -> None:
    by_pointer = {link.pointer: link for link in LINKS}
    body = {"groups": [{"id": "g", "models": [{"id": "m"}]}]}
    assert by_pointer["groups/*/models/*/id"].follow(None, body) == "m"
    assert by_pointer["groups/*/models/*/id"].follow(None, {"groups": []}) is None
    response = httpx.Response(201, headers={"location": "https://geti.example/uploads/resumable/f/"})
    assert by_pointer[LOCATION].follow(response, None) == "f"
    assert by_pointer[LOCATION].follow(httpx.Response(201), None) is None


def test_a_link_of_a_listing_creates_nothing() -> None:
    assert not any(link.creates for link in LINKS if "*" in link.pointer)
    assert Link(OPERATIONS[1], "job", "job_id").creates


def test_generated_data_names_what_the_run_made() -> None:
    live = {"image": "i" * 24, "label": "l" * 24}
    body = {"image_id": "x", "annotations": [{"labels": [{"id": "y", "name": "z"}], "id": "kept"}], "job_id": "kept"}
    named = own_named(body, live, any_text=True)
    assert named["image_id"] == live["image"]
    assert named["annotations"] == [{"labels": [{"id": live["label"], "name": "z"}], "id": "kept"}]
    assert named["job_id"] == "kept"
    assert body["image_id"] == "x"


def test_what_is_wrong_on_purpose_stays_wrong() -> None:
    live = {"image": "i" * 24}
    assert own_named({"image_id": "x"}, live, any_text=False) == {"image_id": "x"}
    assert own_named({"image_id": 7}, live, any_text=True) == {"image_id": 7}
    assert own_named({"image_id": "a" * 24}, live, any_text=False) == {"image_id": live["image"]}
