"""What no document can say is no finding: ids in capitals, media that are read later, parameters that nobody reads."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlencode

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from contract.observations import Answer
from contract.openapi import operations
from judges.rest.conformance import judge_answer
from judges.rest.curl import Request
from judges.rest.findings import Sent
from judges.rest.generator import GeneratedCase, Generator

_HEX = {"type": "string", "pattern": "^[0-9a-f]{24}$"}
_SCHEMA = {"type": "object", "required": ["id"], "properties": {"id": _HEX, "code": {"enum": ["ok"]}}}
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "t", "version": "1"},
    "servers": [{"url": "/api/v1"}],
    "paths": {
        "/x": {
            "get": {
                "responses": {"200": {"description": "x", "content": {"application/json": {"schema": _SCHEMA}}}},
                "operationId": "x",
                "parameters": [{"in": "query", "name": "project_id", "schema": _HEX}],
            }
        }
    },
}


def answered(status: int, body: dict[str, str], url: str) -> Sent:
    response = httpx.Response(status, json=body, request=httpx.Request("GET", url))
    response.elapsed = timedelta()
    return Sent(Answer(status, body), response, Request("GET", url, {}, None, None))


@pytest.mark.parametrize(
    ("body", "conforms"),
    [
        ({"id": "ab" * 12}, True),
        ({"id": "AB" * 12}, True),
        ({"id": "AB" * 11}, False),
        ({"id": "AB" * 12, "code": "OK"}, False),
        ({"ID": "AB" * 12}, False),
    ],
)
def test_ids_are_held_against_their_pattern_in_small_letters(body: dict[str, str], conforms: bool) -> None:
    (operation,) = operations(DOCUMENT)
    sent = answered(200, body, "http://127.0.0.1/api/v1/x")
    case = schemathesis.openapi.from_dict(DOCUMENT)["/x"]["GET"].Case()
    judgement = judge_answer(DOCUMENT, operation, case, sent, negative=False)
    assert (judgement is None) == conforms, judgement


@pytest.mark.parametrize(("path", "permitted"), [("media/images", True), ("media/videos", True), ("datasets", False)])
def test_a_medium_may_be_read_later(path: str, permitted: bool) -> None:
    place = f"/organizations/{{o}}/workspaces/{{w}}/projects/{{p}}/{'datasets/{d}/' * path.startswith('media')}{path}"
    named = [{"in": "path", "name": name, "required": True, "schema": {}} for name in re.findall("{(.)}", place)]
    creates = {"parameters": named, "responses": {"200": {"description": "made"}}}
    document = {**DOCUMENT, "paths": {place: {"post": creates}}}
    (operation,) = operations(document)
    case = schemathesis.openapi.from_dict(document)[place]["POST"].Case(path_parameters=dict.fromkeys("owpd", "a"))
    judgement = judge_answer(document, operation, case, answered(202, {}, "http://127.0.0.1"), negative=False)
    assert (judgement is None) == permitted, judgement


def test_a_parameter_that_no_document_names_is_ignored_beside_an_id_in_capitals() -> None:
    (operation,) = operations(DOCUMENT)
    strategy = Generator(DOCUMENT).strategy(operation, {}, negative=True)
    assert strategy is not None
    taken: dict[bool, set[bool]] = {True: set(), False: set()}

    @settings(max_examples=60, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def draw(generated: GeneratedCase) -> None:
        assert generated.case.meta is not None
        mutations = generated.case.meta.phase.data.mutations
        added = all(each.keywords == ("additionalProperties",) for each in mutations)
        if added:
            generated.case.query = {**generated.case.query, "project_id": "AB" * 12}
        query = urlencode({name: str(value) for name, value in generated.case.query.items()})
        sent = answered(200, {"id": "ab" * 12}, f"http://127.0.0.1/api/v1/x?{query}")
        taken[added].add(judge_answer(DOCUMENT, operation, generated.case, sent, negative=True) is None)

    draw()
    assert taken[True] == {True}
    assert False in taken[False]
