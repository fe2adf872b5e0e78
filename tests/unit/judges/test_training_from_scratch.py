"""Where a request asks for a training from scratch, and the cases of trainings beside the plain ones."""

from __future__ import annotations

from typing import Any

import pytest

from contract.limits import AFTER_DELETION, FROM_SCRATCH
from contract.probes import Side
from contract.profiles import CLOUD, scaled_down
from judges.counts.cases import count_cases
from judges.counts.training import from_scratch

FLAG = {"type": "boolean"}
DOCUMENT = {"components": {"schemas": {"Options": {"properties": {"from_scratch": FLAG}}}}}


@pytest.mark.parametrize(
    ("schema", "body"),
    [
        ({"properties": {"task_id": {}, "train_from_scratch": FLAG}}, {"train_from_scratch": True}),
        ({"properties": {"options": {"$ref": "#/components/schemas/Options"}}}, {"options": {"from_scratch": True}}),
        ({"allOf": [{"properties": {"trainFromScratch": FLAG}}]}, {"trainFromScratch": True}),
        ({"properties": {"scratch_directory": {"type": "string"}, "reshuffle": FLAG}}, None),
        ({"properties": {"tasks": {"type": "array", "items": {"properties": {"from_scratch": FLAG}}}}}, None),
        ({}, None),
        (None, None),
    ],
)
def test_the_field_is_found_where_the_document_names_it(schema: Any, body: dict[str, Any] | None) -> None:
    assert from_scratch(DOCUMENT, schema) == body


def test_an_object_that_holds_itself_is_looked_through_to_a_depth() -> None:
    document = {"components": {"schemas": {"Node": {"properties": {"next": {"$ref": "#/components/schemas/Node"}}}}}}
    assert from_scratch(document, {"$ref": "#/components/schemas/Node"}) is None


def test_a_training_is_judged_from_scratch_above_the_limit_and_after_deletions_at_it() -> None:
    cases = [each for each in count_cases(scaled_down(CLOUD), "gate") if each.group == "training.dataset-size.max"]
    assert [(each.probe.side, each.kind) for each in cases if each.kind] == [
        (Side.AT, AFTER_DELETION),
        (Side.ABOVE, FROM_SCRATCH),
    ]
