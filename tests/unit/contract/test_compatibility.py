"""What a client can no longer rely on: each kind of change is found in the one direction and not in the other."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from contract.compatibility import breaks
from tests.support.synthetic_document import ROOT, synthetic_document

PROJECTS = f"{ROOT}/projects"
PROJECT = f"{PROJECTS}/{{project_id}}"
STRING = {"type": "string"}


def said(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return [f"{each.kind}: {each.defect.message}" for each in breaks(old, new)]


def with_parameter(required: bool = False, **schema: Any) -> dict[str, Any]:
    document = synthetic_document()
    limit = {"name": "limit", "in": "query", "required": required, "schema": schema}
    document["paths"][PROJECTS]["get"]["parameters"] = [limit]
    return document


def with_body(schema: dict[str, Any], required: bool = False) -> dict[str, Any]:
    document = synthetic_document()
    document["components"]["schemas"]["New"] = schema
    document["paths"][PROJECTS]["post"]["requestBody"]["required"] = required
    return document


def with_answer(schema: dict[str, Any]) -> dict[str, Any]:
    document = synthetic_document()
    answer = document["paths"][PROJECT]["get"]["responses"]["200"]
    answer["content"]["application/json"]["schema"] = schema
    return document


def without(*names: str) -> dict[str, Any]:
    document: dict[str, Any] = synthetic_document()
    holder = document["paths"]
    for name in names[:-1]:
        holder = holder[name]
    del holder[names[-1]]
    return document


def fields(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


PLAIN = synthetic_document()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (PLAIN, without(PROJECTS, "post"), "operation: is gone"),
        (PLAIN, without(PROJECTS), "operation: is gone"),
        (PLAIN, without(PROJECT, "get", "responses", "404"), "status: no longer declares 404"),
        (with_parameter(type="integer"), PLAIN, "parameter: no longer has the query parameter limit"),
        (PLAIN, with_parameter(required=True), "parameter: must now be given the query parameter limit"),
        (
            with_parameter(type="integer", maximum=100),
            with_parameter(type="integer", maximum=50),
            "parameter: query limit maximum was 100, is 50",
        ),
        (
            with_parameter(type="integer"),
            with_parameter(type="integer", minimum=1),
            "parameter: query limit minimum was not given, is 1",
        ),
        (
            with_parameter(type="number"),
            with_parameter(type="integer"),
            "parameter: query limit was number, is integer",
        ),
        (with_parameter(enum=["a", "b"]), with_parameter(enum=["b", "c"]), "parameter: query limit no longer 'a'"),
        (with_parameter(), with_parameter(enum=["a"]), "parameter: query limit was any, is one of 'a'"),
        (
            with_parameter(type="string", pattern="^a+$"),
            with_parameter(type="string", pattern="^a$"),
            "parameter: query limit pattern was ^a+$, is ^a$",
        ),
        (with_body(fields()), with_body(fields(), required=True), "request: must now be given a body"),
        (with_body(fields(a=STRING)), with_body(fields("a", a=STRING)), "request: body must now hold a"),
        (with_body(fields(a=fields(b=STRING))), with_body(fields(a=fields())), "request: body, a.b, is gone"),
        (
            with_body(fields(a={"type": "array", "items": {"maxLength": 9}})),
            with_body(fields(a={"type": "array", "items": {"maxLength": 8}})),
            "request: body, a[], maxLength was 9, is 8",
        ),
        (
            with_body(fields()),
            with_body({**fields(), "additionalProperties": False}),
            "request: body takes no field any more that it does not name",
        ),
        (
            with_body({"oneOf": [STRING, {"type": "integer"}]}),
            with_body({"oneOf": [STRING]}),
            "request: body oneOf had 2 alternatives, has 1",
        ),
        (with_answer(fields("a", a=STRING)), with_answer(fields(a=STRING)), "answer: 200 need no longer hold a"),
        (with_answer(fields(a=STRING)), with_answer(fields()), "answer: 200, a, is gone"),
        (with_answer(fields(a={"enum": [1]})), with_answer(fields(a={"enum": [1, 2]})), "answer: 200, a, may now be 2"),
        (
            with_answer(fields(a=STRING)),
            with_answer(fields(a={"type": ["string", "null"]})),
            "answer: 200, a, was string, is null or string",
        ),
        (
            with_answer(fields(a={"type": "integer", "maximum": 9})),
            with_answer(fields(a={"type": "integer", "maximum": 10})),
            "answer: 200, a, maximum was 9, is 10",
        ),
    ],
)
def test_what_is_taken_away_is_found(old: dict[str, Any], new: dict[str, Any], expected: str) -> None:
    assert expected in said(old, new)
    assert {each.partition(":")[0] for each in said(old, new)} == {expected.partition(":")[0]}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (without(PROJECTS, "post"), PLAIN),
        (without(PROJECT, "get", "responses", "404"), PLAIN),
        (PLAIN, with_parameter(type="integer")),
        (with_parameter(required=True), with_parameter()),
        (with_parameter(type="integer", maximum=50), with_parameter(type="integer", maximum=100)),
        (with_parameter(type="integer", minimum=1), with_parameter(type="number")),
        (with_parameter(enum=["a"]), with_parameter(enum=["a", "b"])),
        (with_parameter(enum=["a"]), with_parameter()),
        (with_parameter(type="string"), with_parameter(type="string", minLength=0)),
        (with_body(fields("a", a=STRING)), with_body(fields(a=STRING, b=STRING))),
        (with_body({"oneOf": [STRING]}), with_body({"oneOf": [STRING, {"type": "integer"}]})),
        (with_answer(fields(a=STRING)), with_answer(fields("a", "b", a=STRING, b=STRING))),
        (with_answer(fields(a={"enum": [1, 2]})), with_answer(fields(a={"enum": [1]}))),
        (with_answer(fields(a={"type": "number"})), with_answer(fields(a={"type": "integer", "minimum": 0}))),
        (
            with_answer(fields("a", a=STRING)),
            with_answer({"allOf": [fields("a", a=STRING), {"description": "the same"}]}),
        ),
    ],
)
def test_what_takes_nothing_away_is_no_finding(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert said(old, new) == []


def test_a_document_is_compatible_with_itself_under_other_names_of_parameters_and_components() -> None:
    other = copy.deepcopy(PLAIN)
    other["paths"] = {path.replace("{project_id}", "{id}"): item for path, item in other["paths"].items()}
    other["components"]["schemas"]["Renamed"] = other["components"]["schemas"].pop("New")
    for method in (("post", PROJECTS), ("put", PROJECT.replace("project_id", "id"))):
        body = other["paths"][method[1]][method[0]]["requestBody"]["content"]["application/json"]
        body["schema"] = {"$ref": "#/components/schemas/Renamed"}
    assert said(PLAIN, other) == []


def test_a_schema_that_refers_to_itself_is_compared_once() -> None:
    def tree(maximum: int) -> dict[str, Any]:
        node = fields(size={"type": "integer", "maximum": maximum}, below={"$ref": "#/components/schemas/New"})
        return with_body(node)

    assert said(tree(9), tree(8)) == ["request: body, size, maximum was 9, is 8"] * 2  # of two operations


def test_a_key_that_was_not_asked_for_and_now_is() -> None:
    opened = copy.deepcopy(PLAIN)
    opened["paths"][PROJECTS]["get"]["security"] = []
    assert said(opened, PLAIN) == ["key: asks for a key now"]
    assert said(PLAIN, opened) == []
