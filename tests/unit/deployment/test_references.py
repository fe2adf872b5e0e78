"""Whatever a document refers to stands where it is used, and a name that is spelt like a keyword is a name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contract.document_parts import MALFORMED, UNREAD
from contract.openapi import operations, resolved
from deployment.document import Document, document_of
from deployment.document_text import parsed
from deployment.errors import SetupError

LISTING = {
    "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer"}}],
    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
    "responses": {"200": {"description": "d"}},
}
THING = {"type": "object", "properties": {"a": {"type": "string"}}}


def loaded(root: dict[str, Any], **files: Any) -> Document:
    def read(location: str) -> dict[str, Any]:
        name = Path(location).name.removesuffix(".json")
        if name not in files:
            raise SetupError("it is not there")
        return parsed(json.dumps(files[name]), location)

    return document_of({"openapi": "3.1.0", **root}, "/nowhere/root.json", "root.json", read)


COMPONENTS = {"schemas": {"Thing": THING}}
PLAIN = loaded({"paths": {"/a": {"post": LISTING}}, "components": COMPONENTS})


def referring(**parts: Any) -> dict[str, Any]:
    return {**LISTING, **parts}


@pytest.mark.parametrize(
    ("path", "components", "files"),
    [
        ({"$ref": "#/components/pathItems/a"}, {"pathItems": {"a": {"post": LISTING}}}, {}),
        (
            {"$ref": "#/components/pathItems/b"},
            {"pathItems": {"a": {"post": LISTING}, "b": {"$ref": "#/components/pathItems/a"}}},
            {},
        ),
        ({"$ref": "#/components/pathItems/a~1%7Bb%7D"}, {"pathItems": {"a/{b}": {"post": LISTING}}}, {}),
        ({"$ref": "#/x-items/0"}, {}, {}),
        (
            {"$ref": "other.json#/item"},
            {},
            {"other": {"item": {"post": LISTING}, "components": {"schemas": {"Thing": THING}}}},
        ),
        (
            {"post": referring(parameters=[{"$ref": "#/components/parameters/example"}])},
            {"parameters": {"example": LISTING["parameters"][0]}},
            {},
        ),
        (
            {"post": referring(requestBody={"$ref": "#/components/requestBodies/schema"})},
            {"requestBodies": {"schema": LISTING["requestBody"]}},
            {},
        ),
        (
            {"parameters": [{"$ref": "#/components/parameters/p"}], "post": {**LISTING, "parameters": []}},
            {"parameters": {"p": LISTING["parameters"][0]}},
            {},
        ),
    ],
)
def test_what_is_referred_to_is_declared_and_taken(path: Any, components: Any, files: Any) -> None:
    document = loaded(
        {"paths": {"/a": path}, "x-items": [{"post": LISTING}], "components": {**COMPONENTS, **components}}, **files
    )
    assert document.declared == PLAIN.declared == {"POST /a", "POST /a: query limit", "POST /a: body application/json"}
    (operation,) = operations(document.content)
    assert operation.definition["requestBody"]["content"]["application/json"]["schema"].keys() == {"$ref"}
    assert [each["name"] for each in operation.definition["parameters"]] == ["limit"]
    assert MALFORMED not in document.content


@pytest.mark.parametrize(
    ("reference", "schemas"),
    [
        ("#/components/schemas/Thing", {"Thing": THING}),
        ("#/components/schemas/My%20thing", {"My thing": THING}),
        ("#/components/schemas/a~1b", {"a/b": THING}),
        ("#/components/schemas/Whole/properties/thing", {"Whole": {"properties": {"thing": THING}}}),
        ("#/components/schemas/Whole/$defs/thing", {"Whole": {"$defs": {"thing": THING}}}),
        ("#thing", {"Whole": {"$defs": {"thing": {"$anchor": "thing", **THING}}}}),
        ("https://a.example/thing", {"Whole": {"$id": "https://a.example/thing", **THING}}),
        (
            "https://a.example/w#thing",
            {"W": {"$id": "https://a.example/w", "$defs": {"t": {"$anchor": "thing", **THING}}}},
        ),
        ("thing.json", {"Whole": {"$id": "thing.json", **THING}}),
        ("#/components/schemas/Link", {"Link": {"$ref": "thing.json"}, "Whole": {"$id": "thing.json", **THING}}),
    ],
)
def test_a_schema_is_found_by_pointer_anchor_and_id(reference: str, schemas: Any) -> None:
    item = {"get": {"responses": {"200": {"content": {"a/b": {"schema": {"$ref": reference}}}}}}}
    content = loaded({"paths": {"/a": item}, "components": {"schemas": schemas}}).content
    schema = content["paths"]["/a"]["get"]["responses"]["200"]["content"]["a/b"]["schema"]
    assert schema["$ref"].startswith("#/components/schemas/")
    assert resolved(content, schema) == THING
    assert MALFORMED not in content


def test_a_reference_within_what_has_an_id_is_one_to_it() -> None:
    tree = {"$id": "tree.json", "properties": {"leaf": {"$ref": "#/$defs/leaf"}}, "$defs": {"leaf": THING}}
    content = loaded({"paths": {"/a": {}}, "components": {"schemas": {"Tree": tree}}}).content
    assert resolved(content, content["components"]["schemas"]["Tree"]["properties"]["leaf"]) == THING


@pytest.mark.parametrize("name", ["example", "examples", "schema", "$ref", "$id", "default", "enum", "oneOf", "x-a"])
def test_a_name_that_is_also_a_keyword_is_a_name(name: str) -> None:
    schema = {"type": "object", "properties": {name: {"type": "string", "example": "left out"}}, "required": [name]}
    header = {"schema": {"type": "integer"}}
    root = {
        "paths": {"/a": {"get": {"responses": {"200": {"description": "d", "headers": {name: header}}}}}},
        "components": {"schemas": {name: schema}, "headers": {name: header}},
    }
    content = loaded(root).content
    assert content["components"]["schemas"][name] == {**schema, "properties": {name: {"type": "string"}}}
    assert content["components"]["headers"] == {name: header}
    assert content["paths"]["/a"]["get"]["responses"]["200"]["headers"] == {name: header}


@pytest.mark.parametrize("keyword", ["const", "default", "enum"])
def test_a_value_is_no_schema(keyword: str) -> None:
    value = [{"$ref": "#/nowhere", "example": 1, "oneOf": [1]}]
    schema = {keyword: value}
    assert loaded({"paths": {"/a": {}}, "components": {"schemas": {"A": schema}}}).content["components"] == {
        "schemas": {"A": schema}
    }


@pytest.mark.parametrize(
    ("item", "named"),
    [
        ({"$ref": "#/components/pathItems/gone"}, "leads nowhere"),
        ({"$ref": "#/paths/~1a"}, "leads back to itself"),
        ({"post": referring(requestBody={"$ref": "#/components/requestBodies/Gone"})}, "leads nowhere"),
        ({"post": referring(parameters=[{"$ref": "#/components/parameters/Gone"}])}, "leads nowhere"),
        ({"post": referring(responses={"200": {"$ref": "#gone"}})}, "leads nowhere"),
        (
            {"post": referring(requestBody={"content": {"a/b": {"schema": {"items": {"$ref": "#/x"}}}}})},
            "leads nowhere",
        ),
        ({"post": None}, "post is no object"),
        ({"post": referring(parameters={"name": "a"})}, "parameters is no list"),
        ({"post": referring(parameters=[None])}, "parameters.0 is no object"),
        (
            {"post": referring(requestBody={"content": {"a/b": {"schema": {"properties": []}}}})},
            "properties is no object",
        ),
        (None, "a is no object"),
    ],
)
def test_what_cannot_be_read_is_listed(item: Any, named: str) -> None:
    content = loaded({"paths": {"/a": item, "/b": {"get": {}}}}).content
    assert named in " ".join(content[MALFORMED])
    assert content[UNREAD] == [each for each in content[MALFORMED] if "Thing" not in each] or content[UNREAD]


def test_servers_that_are_malformed_are_listed_and_lose_nothing() -> None:
    servers = [None, {"url": "http://[host]", "variables": [1]}, {"url": 3}]
    content = loaded({"paths": {"/a": {"get": {}}}, "servers": servers}).content
    assert len(content[MALFORMED]) == 3
    assert UNREAD not in content
    assert [each.prefix for each in operations(content)] == ["/api/v1"]


def test_a_webhook_and_a_callback_are_declared() -> None:
    called = {"/{url}": {"post": {}}}
    root = {"paths": {"/a": {"get": {"callbacks": {"done": called}}}}, "webhooks": {"made": {"post": {}}}}
    assert loaded(root).declared == {"GET /a", "GET /a: callback done", "webhook made"}


def test_a_method_that_openapi_does_not_have_is_declared() -> None:
    root = {"paths": {"/a": {"GET": {}, "query": {}, "x-other": {}, "summary": "s"}}}
    assert loaded(root).declared == {"/a/GET", "/a/query"}
