"""An id in capitals is held against the declared pattern as the same id in small letters; nothing else is."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
import schemathesis

from contract.observations import Answer
from contract.openapi import operations
from judges.rest.conformance import judge_answer
from judges.rest.curl import Request
from judges.rest.findings import Sent

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
            }
        }
    },
}


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
    url = "http://127.0.0.1/api/v1/x"
    response = httpx.Response(200, json=body, request=httpx.Request("GET", url))
    response.elapsed = timedelta()
    sent = Sent(Answer(200, body), response, Request("GET", url, {}, None, None))
    case = schemathesis.openapi.from_dict(DOCUMENT)["/x"]["GET"].Case()
    judgement = judge_answer(DOCUMENT, operation, case, sent, negative=False)
    assert (judgement is None) == conforms, judgement
