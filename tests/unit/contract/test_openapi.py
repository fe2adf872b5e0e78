"""Which operation a request is one to, however its address is written."""

from __future__ import annotations

from typing import Any

import pytest

from contract.openapi import bodiless, declared_parameters, documented_methods, operations

PROJECTS = "/organizations/{o}/workspaces/{w}/projects"
W = "/api/v1/organizations/1/workspaces/2"


def document(prefix: str = "", server: str = "/api/v1") -> dict[str, Any]:
    methods: dict[str, dict[str, Any]] = {
        PROJECTS: {"get": {}, "post": {}},
        f"{PROJECTS}/{{project_id}}": {"get": {}, "put": {}},
        f"{PROJECTS}/{{project_id}}:query": {"post": {}},
        f"{PROJECTS}:import": {"post": {}},
        f"{PROJECTS}/{{project_id}}/videos/{{video_id}}/frames/{{index}}": {"get": {}},
        f"{PROJECTS}/{{project_id}}/videos/summary": {"delete": {}},
        "/range/{low}-{high}": {"patch": {}},
    }
    return {"servers": [{"url": server}], "paths": {prefix + path: item for path, item in methods.items()}}


@pytest.mark.parametrize(
    "content", [document(), document(prefix="/api/v1"), document(server="https://h.example/api/v1/")]
)
@pytest.mark.parametrize(
    ("address", "methods"),
    [
        (f"{W}/projects", {"GET", "POST"}),
        (f"{W}/projects/", {"GET", "POST"}),
        (f"{W}/projects/3", {"GET", "PUT"}),
        (f"{W}/projects/3:query", {"GET", "PUT", "POST"}),
        (f"{W}/projects/3%3Aquery", {"GET", "PUT", "POST"}),
        (f"{W}/projects:import", {"POST"}),
        (f"{W}/projects:export", set()),
        (f"{W}/projects/a%2Fb", {"GET", "PUT"}),
        (f"{W}/projects/3/videos/summary", {"DELETE"}),
        (f"{W}/projects/3/videos/4/frames/5", {"GET"}),
        (f"{W}/projects/3/videos//frames/5", set()),
        ("/api/v1/range/1-2", {"PATCH"}),
        ("/api/v1/range/1", set()),
        ("/organizations/1/workspaces/2/projects", set()),
    ],
)
def test_a_method_is_documented_where_any_template_with_it_matches(
    content: dict[str, Any], address: str, methods: set[str]
) -> None:
    assert documented_methods(operations(content), address) == methods


def test_the_parameters_of_a_path_are_those_of_its_operations() -> None:
    content = document()
    content["paths"][PROJECTS]["parameters"] = [{"$ref": "#/components/parameters/One"}, {"$ref": "#/nowhere"}]
    content["paths"][PROJECTS]["get"] = {"parameters": [{"name": "two", "in": "query"}]}
    content["components"] = {"parameters": {"One": {"name": "one", "in": "query"}}}
    listing = operations(content)[0]
    assert [each["name"] for each in declared_parameters(content, listing)] == ["one", "two"]


def test_http_leaves_these_answers_without_a_body() -> None:
    assert all(bodiless("GET", status) for status in ("1XX", "101", "204", "205", "304"))
    assert bodiless("HEAD", "200")
    assert not any(bodiless("DELETE", status) for status in ("200", "2XX", "404", "default", "305"))


def test_each_operation_has_a_name_of_its_own() -> None:
    paths = {path: {"get": {}} for path in ("/a", "/a/", "/a-b", "/a/b", "/a_b", "/{a}/b")}
    paths |= {"/c": {"get": {"operationId": "o p"}}, "/d": {"get": {"operationId": "o_p"}}}
    paths |= {"/e": {"get": {"operationId": "GET-a"}}, "/f": {"get": {"operationId": ["o"]}}}
    found = operations({"paths": paths})
    assert len({operation.name for operation in found}) == len(found) == len(paths)
