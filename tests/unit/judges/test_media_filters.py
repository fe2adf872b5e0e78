"""The filter of media that a document declares: in its own letters, and one that parts what is listed."""

from __future__ import annotations

from typing import Any

import pytest

from contract.openapi import Operation, operations
from judges.rest.media_filters import media_filter

PATH = "/organizations/{o}/workspaces/{w}/projects/{p}/datasets/{d}/media:query"
ENTRIES = [
    {"id": "1", "type": "image", "name": "a"},
    {"id": "2", "type": "video", "name": "b"},
    {"id": "3", "type": "image", "name": "a"},
]


def declared(rule: Any) -> tuple[dict[str, Any], Operation]:
    """The document of a query whose rules are of a form, and its operation."""
    body = {"type": "object", "properties": {"rules": {"type": "array", "items": rule}}}
    content = {"application/json": {"schema": body}}
    query = {"operationId": "query", "requestBody": {"content": content}, "responses": {}}
    document = {"openapi": "3.1.0", "paths": {PATH: {"post": query}}}
    return document, operations(document)[0]


def form(field: Any, operator: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"field": field, "operator": operator, "value": {}}}


@pytest.mark.parametrize(
    ("rule", "sent"),
    [
        (form({"const": "MEDIA_TYPE"}, {"enum": ["EQUAL"]}), ("MEDIA_TYPE", "EQUAL", "image")),
        ({"oneOf": [form({"enum": ["media_name"]}, {"enum": ["in", "equal"]})]}, ("media_name", "equal", "a")),
    ],
)
def test_a_filter_is_written_as_the_document_has_it(rule: dict[str, Any], sent: tuple[str, str, str]) -> None:
    made = media_filter(*declared(rule), ENTRIES)
    assert made is not None
    assert made.body["rules"] == [dict(zip(("field", "operator", "value"), sent, strict=True))]
    assert made.matched == ("1", "3")


@pytest.mark.parametrize(
    "rule",
    [
        form({"enum": ["media_width"]}, {"enum": ["equal"]}),
        form({"enum": ["media_type"]}, {"enum": ["not_equal"]}),
        form({"type": "string"}, {"type": "string"}),
        True,
        {},
    ],
)
def test_where_no_such_filter_is_declared_there_is_none(rule: Any) -> None:
    assert media_filter(*declared(rule), ENTRIES) is None


def test_a_filter_that_lets_everything_pass_parts_nothing() -> None:
    document, operation = declared(form({"const": "MEDIA_TYPE"}, {"const": "EQUAL"}))
    assert media_filter(document, operation, ENTRIES[:1]) is None
