"""What a document permits is no finding, and what it does not permit still is one."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from contract.openapi import operations
from contract.verdicts import Verdict
from deployment.document import Document
from judges.rest.conformance import _without_formats
from judges.rest.links import infer
from judges.rest.plan import Plan
from judges.rest.rules import RULES
from tests.support.synthetic_document import ROOT, synthetic_document
from tests.unit.judges.test_rest_rules import Answers, judge_with

PROJECTS, PROJECT = f"{ROOT}/projects", f"{ROOT}/projects/{{project_id}}"
QUERIED = f"{ROOT}/projects/{{project_id}}:query"
ERROR = {"error_code": "bad_request", "message": "no"}
JSON, TEXT = "application/json", "text/plain"
REFUSED = {"description": "", "content": {JSON: {"schema": {"$ref": "#/components/schemas/Error"}}}}
THING = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}


def document(path: str, method: str, **parts: Any) -> dict[str, Any]:
    """The synthetic document with parts of one operation replaced, or with one operation more."""
    content = copy.deepcopy(synthetic_document())
    item = content["paths"].setdefault(path, {"parameters": content["paths"][PROJECT]["parameters"]})
    item[method] = {"operationId": "Added", "responses": {}, **item.get(method, {}), **parts}
    return content


def answered(schema: dict[str, Any], *others: str, **content: Any) -> dict[str, Any]:
    body = content or {JSON: {"schema": schema}}
    return {name: {"description": "", "content": body} for name in ("200", *others)}


def verdict(
    content: dict[str, Any], rule: str, operation: str, answers: Answers, seen: list[bytes | None] | None = None
) -> Verdict:
    """What a case comes to; ``seen`` takes the body of each request before it is answered."""
    found = operations(content)
    plan = Plan(Document(content, "synthetic"), found, infer(content, found))
    case = next(each for each in RULES[rule].cases(plan) if each.only_operation.name == operation)
    judge = judge_with(answers, plan=plan, seen=seen)
    judge.tools.resources.deleted["project"] = "2" * 24
    judgement = judge.judge(case).judgement
    print(judgement.reason)  # pytest shows it where a verdict is not the one
    return judgement.verdict


def refusing(status: int, headers: dict[str, str] | None = None, **body: Any) -> Answers:
    content = {"http_status": status, **ERROR, **body}
    return lambda *_: httpx.Response(status, json=content, headers=headers)


def accepting(body: Any, status: int = 200) -> Answers:
    return lambda *_: httpx.Response(status, json=body)


def test_a_method_is_declared_where_any_documented_path_with_it_matches_the_address() -> None:
    """GET on ``…/projects/{id}:query`` is the documented GET on a project, whose id then ends in ``:query``."""
    content = document(QUERIED, "post", operationId="QueryProject", responses=answered(THING))

    def answers(method: str, _target: str, _key: str | None) -> httpx.Response:
        return httpx.Response(400 if method in ("GET", "PUT", "DELETE") else 405)

    assert verdict(content, "unsupported-methods", "QueryProject", answers) is Verdict.KEPT
    assert verdict(content, "unsupported-methods", "CreateProject", answers) is Verdict.WRONG_STATUS


@pytest.mark.parametrize("status", [403, 404, 405, 501])
def test_a_method_that_is_not_declared_may_be_refused_in_each_of_the_forms_of_http(status: int) -> None:
    content = synthetic_document()
    assert verdict(content, "unsupported-methods", "CreateProject", lambda *_: httpx.Response(status)) is Verdict.KEPT


def test_an_answer_that_http_leaves_without_a_body_has_none_whatever_is_declared() -> None:
    body = {"204": {"description": "", "content": {JSON: {"schema": THING}}}}
    content = document(PROJECTS, "get", responses=body)
    assert verdict(content, "positive-data", "ListProjects", lambda *_: httpx.Response(204)) is Verdict.KEPT
    content = document(PROJECTS, "get", responses=answered(THING))
    assert verdict(content, "positive-data", "ListProjects", lambda *_: httpx.Response(200)) is Verdict.NONCONFORMING


@pytest.mark.parametrize(("required", "found"), [(False, Verdict.KEPT), (True, Verdict.WRONG_STATUS)])
def test_a_body_that_need_not_be_there_is_no_finding_where_it_must_be(required: bool, found: Verdict) -> None:
    body = {"required": required, "content": {JSON: {"schema": {"type": "object"}}}}
    content = document(f"{PROJECT}:export", "post", requestBody=body, responses={**answered(THING), "400": REFUSED})
    seen: list[bytes | None] = []

    def answers(*_: object) -> httpx.Response:
        return httpx.Response(400 if seen[-1] else 415, json={"http_status": 400, **ERROR})

    assert verdict(content, "negative-data", "ExportProject", answers, seen) is found


@pytest.mark.parametrize("declared", ["404", "4XX", "default"])
def test_an_error_body_that_is_declared_is_none_that_should_be_the_documented_one(declared: str) -> None:
    problem = {"type": "object", "required": ["detail"], "properties": {"detail": {"type": "string"}}}
    responses = {**answered(THING), declared: {"description": "", "content": {JSON: {"schema": problem}}}}
    content = document(PROJECT, "get", responses=responses)
    for rule in ("positive-data", "deleted-ids"):
        gone = lambda *_: httpx.Response(404, json={"detail": "gone"})  # noqa: E731
        assert verdict(content, rule, "ReadProject", gone) is Verdict.KEPT
        assert verdict(synthetic_document(), rule, "ReadProject", gone) is Verdict.NONCONFORMING


def test_of_several_declared_media_types_that_of_the_answer_decides() -> None:
    error = {"$ref": "#/components/schemas/Error"}
    both = {TEXT: {"schema": {"type": "string"}}, JSON: {"schema": error}}
    content = document(PROJECT, "get", responses={**answered(THING), "404": {"description": "", "content": both}})
    assert verdict(content, "positive-data", "ReadProject", lambda *_: httpx.Response(404, text="gone")) is Verdict.KEPT
    bare = lambda *_: httpx.Response(404, json={"detail": "gone"})  # noqa: E731
    assert verdict(content, "positive-data", "ReadProject", bare) is Verdict.NONCONFORMING


@pytest.mark.parametrize(
    "media_type", ["application/json; charset=utf-8", "Application/JSON", "application/problem+json"]
)
def test_json_is_json_however_its_media_type_is_written(media_type: str) -> None:
    error = {"application/problem+json": {"schema": {}}, JSON: {"schema": {"$ref": "#/components/schemas/Error"}}}
    content = document(PROJECT, "get", responses={**answered(THING), "404": {"description": "", "content": error}})
    answers = refusing(404, headers={"content-type": media_type})
    assert verdict(content, "positive-data", "ReadProject", answers) is Verdict.KEPT


@pytest.mark.parametrize("status", [401, 403, 414, 429, 431])
def test_what_speaks_of_the_caller_or_of_a_line_that_is_too_long_need_not_be_declared(status: int) -> None:
    answers: Answers = lambda *_: httpx.Response(status, text="<html>")  # noqa: E731
    judged = verdict(document(PROJECTS, "get", responses=answered(THING)), "positive-data", "ListProjects", answers)
    assert judged in (Verdict.KEPT, Verdict.INCONCLUSIVE)


@pytest.mark.parametrize(
    ("schema", "body"),
    [
        ({"type": "object", "properties": {"at": {"type": "string", "format": "date-time"}}}, {"at": "yesterday"}),
        ({"type": "object", "properties": {"id": {"type": "string", "format": "uuid"}}}, {"id": "1"}),
        ({"oneOf": [THING, {"type": "object", "properties": {"id": {"type": "string"}}}]}, {"id": "1"}),
        (
            {**THING, "properties": {"id": {"type": "string"}, "x": {"type": ["string", "null"]}}},
            {"id": "1", "x": None},
        ),
        ({**THING, "required": ["id", "key"], "properties": {"key": {"writeOnly": True}}}, {"id": "1"}),
        (THING, {"id": "1", "unheard of": True}),
    ],
    ids=["date-time", "uuid", "one-of-that-overlaps", "nullable", "write-only", "additional-property"],
)
def test_an_answer_that_the_schema_permits_is_kept(schema: dict[str, Any], body: Any) -> None:
    content = document(PROJECTS, "get", responses=answered(schema))
    assert verdict(content, "positive-data", "ListProjects", accepting(body)) is Verdict.KEPT
    assert verdict(content, "positive-data", "ListProjects", accepting([7])) is Verdict.NONCONFORMING


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        ({"type": "string", "format": "uuid"}, Verdict.KEPT),
        ({"type": "string", "minLength": 1}, Verdict.NOT_ENFORCED),
        ({"type": "integer", "maximum": 100}, Verdict.NOT_ENFORCED),
    ],
)
def test_a_format_only_annotates_what_a_query_holds(schema: dict[str, Any], found: Verdict) -> None:
    parameter = {"name": "filter", "in": "query", "schema": schema}
    content = document(PROJECTS, "get", parameters=[parameter], responses=answered(THING, "400"))
    assert verdict(content, "negative-data", "ListProjects", accepting({"id": "1"})) is found


def test_a_format_only_annotates_what_a_body_holds_wherever_the_schema_has_it() -> None:
    number = {"anyOf": [{"type": "integer", "format": "int64", "maximum": 7}, {"type": "null"}]}
    schema = {"properties": {"format": number}, "required": ["format"]}
    plain = {"anyOf": [{"type": "integer", "maximum": 7}, {"type": "null"}]}
    assert _without_formats(schema) == {"properties": {"format": plain}, "required": ["format"]}


def test_wrong_data_is_refused_by_whatever_status_is_declared() -> None:
    parameter = {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}}
    content = document(PROJECTS, "get", parameters=[parameter], responses={**answered(THING), "409": REFUSED})
    assert verdict(content, "negative-data", "ListProjects", refusing(409)) is Verdict.KEPT


@pytest.mark.parametrize("security", [[], [{}], [{}, {"Key": []}]])
def test_an_operation_that_is_declared_open_may_be_open(security: list[Any]) -> None:
    content = document(PROJECTS, "get", security=security)
    assert verdict(content, "key-missing", "ListProjects", accepting({})) is Verdict.NOT_APPLICABLE
    assert verdict(synthetic_document(), "key-missing", "ListProjects", accepting({})) is Verdict.NOT_ENFORCED


def test_what_is_required_beside_the_path_may_be_missed_first_wherever_it_is_declared() -> None:
    required = {"name": "device", "in": "query", "required": True, "schema": {"type": "string"}}
    content = document(PROJECT, "get")
    content["components"]["parameters"] = {"Device": required}
    content["paths"][PROJECT]["parameters"] = [
        *content["paths"][PROJECT]["parameters"],
        {"$ref": "#/components/parameters/Device"},
    ]
    assert verdict(content, "deleted-ids", "ReadProject", refusing(400)) is Verdict.KEPT
    assert verdict(synthetic_document(), "deleted-ids", "ReadProject", refusing(400)) is Verdict.WRONG_STATUS


def test_to_delete_what_is_gone_may_succeed_unless_the_document_says_otherwise() -> None:
    done = accepting({}, 204)
    content = document(PROJECT, "delete", responses=answered(THING))
    assert verdict(content, "deleted-ids", "DeleteProject", done) is Verdict.KEPT
    assert verdict(synthetic_document(), "deleted-ids", "DeleteProject", done) is Verdict.NOT_ENFORCED


def test_a_name_is_no_malformed_id() -> None:
    path = f"{ROOT}/settings/{{setting_name}}"
    content = document(path, "get", operationId="ReadSetting", responses=answered(THING))
    content["paths"][path]["parameters"][-1:] = [{"name": "setting_name", "in": "path", "schema": {"type": "string"}}]
    assert verdict(content, "malformed-ids", "ReadSetting", accepting({"id": "1"})) is Verdict.NOT_APPLICABLE


def test_a_page_is_as_long_as_the_document_lets_it_be() -> None:
    assert verdict(listed(2), "pages", "ListProjects", listing(6, 2)) is Verdict.KEPT


def listed(largest: int) -> dict[str, Any]:
    """The document of a listing by limit and skip, whose pages have at most ``largest`` entries and name the next."""
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": largest}}
    skip = {"name": "skip", "in": "query", "schema": {"type": "integer"}}
    page = {"type": "object", "properties": {"projects": {"type": "array"}, "next_page": {"type": "string"}}}
    return document(PROJECTS, "get", parameters=[limit, skip], responses=answered(page))


def listing(
    length: int, largest: int, change: Callable[[list[str], int, int], list[str]] = lambda ids, *_: ids, **more: Any
) -> Answers:
    """So many projects by page, each page as ``change`` makes it of its ids, its limit and its skip."""
    ids = ["1" * 24, *(f"{n:024x}" for n in range(length - 1))]

    def answers(_method: str, target: str, _key: str | None) -> httpx.Response:
        url = httpx.URL(f"https://geti.example{target}")
        if not url.path.endswith("/projects"):
            return httpx.Response(
                200 if url.path.rpartition("/")[2] in ids else 404, json={**ERROR, "http_status": 404}
            )
        size, start = min(largest, int(url.params["limit"])), int(url.params.get("skip", "0"))
        page = change(ids[start : start + size], size, start)
        following = {"next_page": f"/x?limit={size}&skip={start + size}"} if start + size < length else {}
        entries = [{"id": each} for each in page]
        return httpx.Response(200, json={"projects": entries, "project_counts": length, **following, **more})

    return answers


@pytest.mark.parametrize(
    ("change", "more"),
    [
        (lambda ids, size, start: ["0" * 24, *ids] if size == 1 and start == 5 else ids, {}),
        (lambda ids, _size, start: ids or ["0" * 23 + "4"] if start else ids, {}),
        (lambda ids, _size, start: ids if start < 4 else ids[:-1], {}),
        (lambda ids, *_: [*ids, "f" * 24], {}),
        (lambda ids, *_: ids, {"next_page": "/x?limit=1&skip=0"}),
        (lambda ids, *_: ids, {"project_counts": 7}),
        (lambda ids, size, _start: ids if size > 2 else ids[::-1][:1], {}),
    ],
    ids=["repeats-the-last", "past-the-end", "loses-the-last", "foreign", "without-end", "other-total", "by-size"],
)
def test_a_listing_that_is_not_one_whole_is_a_finding(
    change: Callable[[list[str], int, int], list[str]], more: dict[str, Any]
) -> None:
    content = listed(100)
    assert verdict(content, "pages", "ListProjects", listing(6, 100)) is Verdict.KEPT
    assert verdict(content, "pages", "ListProjects", listing(6, 100, change, **more)) is Verdict.NONCONFORMING
