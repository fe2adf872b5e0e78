"""The constraints against the documented figures, and what a document states of them."""

from __future__ import annotations

from typing import Any

import pytest

from contract.audit import FURTHER_RULES
from contract.audited import AuditedDocument
from contract.constraints import CONSTRAINTS, Allowed, Kind
from contract.declared_bounds import declared, in_force, largest_page, operation_at
from contract.openapi import operations
from contract.profiles import CLOUD
from tests.support.synthetic_document import ROOT, synthetic_document

# As Geti documents them, written out again by hand: least, most, members or pattern, and the refusals.
DOCUMENTED: dict[str, tuple[object, ...]] = {
    "list.limit": (None, 100, {400}),
    "annotation.polygon.points.max": (None, 5000, {400}),
    "annotation.rectangle.side.min": (1, None, {400}),
    "annotation.rectangle.corner.min": (0, None, {400}),
    "annotation.ellipse.side.min": (1, None, {400}),
    "label.color": ("^#([a-fA-F0-9]{6}|[a-fA-F0-9]{8})$", {400}),
    "label.name": ("two names", {400}),
    "project.labels.min.detection": (1, None, {400}),
    "project.labels.min.classification": (2, None, {400}),
    "project.labels.anomaly": ("no label", {400}),
    "project.chain": ("detection -> classification", "detection -> segmentation", {400}),
    "dataset.name.min": (1, None, {400}),
    "image.format": ("bmp", "jfif", "jpeg", "jpg", "png", "tif", "tiff", "webp", {415}),
    "video.format": ("avi", "m4v", "mkv", "mov", "mp4", "webm", {415}),
    "archive.file.min": (1, None, {400}),
    "tus.version": ("1.0.0", {412}),
    "tus.whole": ("whole file", "whole file in parts", {412}),
    "image.file.max": (None, 5_046_586_572, {413}),
    "video.file.max": (None, 4_700_000_000, {413}),
    "archive.file.max": (None, 10_737_418_240, {413}),
    "predict.frames.max": (None, 20, {400}),
    "explain.frames.max": (None, 20, {400}),
    "test.datasets": (1, 1, {400}),
    "export.format": ("coco", "datumaro", "voc", "yolo", {400}),
    "thumbnail.side": (1, 1000, {400}),
    "user.settings.length.max": (None, 3000, {400}),
}


def test_the_table_is_what_is_documented() -> None:
    table = {}
    for row in CONSTRAINTS:
        allowed = row.allowed
        texts = (allowed.pattern,) if allowed.pattern else tuple(sorted(allowed.members))
        table[row.id] = (*(texts or (allowed.least, allowed.most)), set(row.refusals))
    assert table == DOCUMENTED, "a new constraint stands here, too: as documented, not as the table says"


def test_what_just_misses_a_set_or_a_pattern_is_not_allowed() -> None:
    for row in CONSTRAINTS:
        is_of_texts = row.kind in (Kind.SET, Kind.PATTERN)
        assert row.near or not is_of_texts, row.id
        assert not (is_of_texts and any(map(row.allowed.takes, row.near))), row.id
        assert all(map(row.allowed.takes, row.allowed.members)), row.id


def listing(**limit: Any) -> dict[str, Any]:
    document = synthetic_document()
    parameter = {"name": "limit", "in": "query", "schema": {"type": "integer", **limit}}
    document["paths"][f"{ROOT}/projects"]["get"]["parameters"] = [parameter]
    return document


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({}, Allowed(most=100)),
        ({"maximum": 100}, Allowed(most=100)),
        ({"maximum": 50}, Allowed(most=50)),
        ({"minimum": 1}, Allowed(least=1, most=100)),
    ],
)
def test_what_a_document_states_is_what_its_deployment_is_held_to(stated: dict[str, int], expected: Allowed) -> None:
    document, row = listing(**stated), CONSTRAINTS["list.limit"]
    operation = operation_at(operations(document), row.at[0])
    assert operation is not None
    assert in_force(row, declared(document, operation, row, row.at[0], "")) == expected


def test_listings_are_asked_for_no_more_than_a_document_states() -> None:
    document = synthetic_document()
    assert largest_page(document, operations(document)) == 100
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 50}}
    document["paths"][f"{ROOT}/projects"]["get"].setdefault("parameters", []).append(limit)
    assert largest_page(document, operations(document)) == 50
    assert largest_page({}, ()) == 100


def test_the_shape_that_a_body_may_have_is_found_by_its_type() -> None:
    box = {"type": "object", "properties": {"type": {"const": "RECTANGLE"}, "width": {"type": "number", "minimum": 2}}}
    dot = {"type": "object", "properties": {"type": {"enum": ["POLYGON"]}, "points": {"type": "array", "maxItems": 7}}}
    document = synthetic_document()
    annotation = {"type": "object", "properties": {"shape": {"oneOf": [box, {"$ref": "#/components/schemas/Dot"}]}}}
    body = {"type": "object", "properties": {"annotations": {"type": "array", "items": annotation}}}
    document["components"]["schemas"]["Dot"] = dot
    path = f"{ROOT}/projects/{{project_id}}/datasets/{{dataset_id}}/media/images/{{image_id}}/annotations"
    document["paths"][path] = {
        "post": {"requestBody": {"content": {"application/json": {"schema": body}}}, "responses": {}}
    }
    found = {}
    for row in (CONSTRAINTS["annotation.polygon.points.max"], CONSTRAINTS["annotation.rectangle.side.min"]):
        operation = operation_at(operations(document), row.at[0])
        assert operation is not None
        found[row.id] = declared(document, operation, row, row.at[0], row.fields[0])
    assert found == {
        "annotation.polygon.points.max": Allowed(most=7),
        "annotation.rectangle.side.min": Allowed(least=2),
    }


def further(document: dict[str, Any], rule: str) -> dict[str, list[str]]:
    read = AuditedDocument(document, operations(document), "synthetic", CLOUD)
    found = {case.requirement.scope: case.check(read).defects for case in FURTHER_RULES[rule].cases()}
    return {scope: [each.message for each in defects] for scope, defects in found.items() if defects}


def test_an_audit_says_where_a_document_states_another_value_than_the_table() -> None:
    assert further(listing(maximum=100), "constraints") == {}
    assert further(listing(maximum=50), "constraints") == {
        "list.limit": ["the document states at most 50, the table at most 100 entries"]
    }


def test_an_audit_says_where_a_refusal_is_not_declared() -> None:
    assert further(synthetic_document(), "refusals-declared")["list.limit"] == ["does not declare 400"]
    document = listing()
    responses = document["paths"][f"{ROOT}/projects"]["get"]["responses"]
    responses["4XX"] = responses["404"]
    assert "list.limit" not in further(document, "refusals-declared")
