"""The bodies of requests: no echo of an answer, and what the deployment's own document takes."""

from __future__ import annotations

from typing import Any

import pytest

from contract.openapi import Operation, fitted
from contract.task_types import TASK_TYPES
from deployment.bodies import edited_project, imported_dataset, new_project, rectangle_annotation
from judges.counts.probe import DETECTION, PLAIN
from judges.rest.bodies import edit_body
from tests.support.synthetic_document import ROOT, synthetic_document

LABEL = {"id": "c" * 24, "name": "cat", "color": "#ff0000ff", "group": "all", "hotkey": "", "parent_id": None}
SHOWN = {
    "id": "a" * 24,
    "name": "cats",
    "creation_time": "today",
    "storage_info": {},
    "performance": {"score": None},
    "pipeline": {
        "connections": [{"from": "d" * 24, "to": "b" * 24}],
        "tasks": [
            {"id": "d" * 24, "title": "Dataset", "task_type": "dataset"},
            {
                "id": "b" * 24,
                "title": "Detection",
                "task_type": "detection",
                "label_schema_id": "e" * 24,
                "labels": [{**LABEL, "is_anomalous": False, "is_empty": False}],
            },
        ],
    },
}


def document(schema: dict[str, Any]) -> dict[str, Any]:
    made = synthetic_document()
    made["components"]["schemas"]["New"] = schema
    return made


def test_an_edit_of_a_project_holds_what_geti_documents_and_no_more() -> None:
    body = edited_project(SHOWN, None)
    assert set(body) == {"id", "name", "pipeline"}
    dataset, detection = body["pipeline"]["tasks"]
    assert set(dataset) == {"id", "title", "task_type"}
    assert set(detection) == {"id", "title", "task_type", "labels"}
    assert set(detection["labels"][0]) == {"id", "name", "color", "group", "hotkey"}


def test_an_edit_leaves_out_the_labels_that_a_deployment_adds_by_itself() -> None:
    empty = {**LABEL, "id": "f" * 24, "name": "No object", "group": "No object", "is_empty": True}
    tasks = SHOWN["pipeline"]["tasks"]  # type: ignore[index]
    shown = {**SHOWN, "pipeline": {**SHOWN["pipeline"], "tasks": [tasks[0], {**tasks[1], "labels": [LABEL, empty]}]}}  # type: ignore[dict-item]
    label = {"properties": {"name": {}}}
    task = {"properties": {"labels": {"type": "array", "items": label}}}
    schema = {"properties": {"pipeline": {"properties": {"tasks": {"type": "array", "items": task}}}}}
    assert edited_project(shown, document(schema))["pipeline"]["tasks"][1]["labels"] == [{"name": "cat"}]


def test_an_edit_leaves_out_what_the_document_does_not_name() -> None:
    assert set(edited_project(SHOWN, document({"properties": {"name": {}, "pipeline": {}}}))) == {"name", "pipeline"}


def test_an_edit_leaves_out_what_is_read_only_at_any_depth() -> None:
    label = {"properties": {"name": {}, "id": {"readOnly": True}}}
    task = {"properties": {"id": {}, "labels": {"type": "array", "items": label}}}
    chain = {"properties": {"tasks": {"type": "array", "items": {"allOf": [task]}}}}
    body = edited_project(SHOWN, document({"properties": {"name": {}, "pipeline": chain}}))
    assert body["pipeline"] == {"tasks": [{"id": "d" * 24}, {"id": "b" * 24, "labels": [{"name": "cat"}]}]}


def test_an_edit_holds_what_the_document_requires() -> None:
    schema = {"required": ["creation_time"], "properties": {"name": {}, "creation_time": {}}}
    assert edited_project(SHOWN, document(schema)) == {"name": "cats", "creation_time": "today"}


def test_a_schema_that_names_nothing_takes_the_body_as_it_is() -> None:
    assert fitted({}, {"type": "object"}, {"a": 1}, {"a": 1, "b": 2}) == {"a": 1}
    assert fitted({}, None, {"a": 1}, {}) == {"a": 1}


def test_the_edit_of_another_resource_holds_what_its_schema_names() -> None:
    body = {"content": {"application/json": {"schema": {"properties": {"name": {}}}}}}
    edit = Operation("PUT", f"{ROOT}/things/{{thing_id}}", "", "EditThing", {"requestBody": body})
    assert edit_body(edit, synthetic_document(), {"id": "a" * 24, "name": "one", "size": 3}) == {"name": "one"}
    assert edit_body(Operation("PUT", "/things", "", "Edit", {}), synthetic_document(), {"id": "a", "name": "b"}) == {}


@pytest.mark.parametrize("chain", [PLAIN, DETECTION])
def test_a_new_project_has_as_many_labels_as_its_tasks_need(chain: tuple[tuple[str, int]]) -> None:
    for task in new_project("name", chain)["pipeline"]["tasks"][1:]:
        fewest, most = TASK_TYPES[task["task_type"]].labels
        assert fewest <= len(task["labels"]) <= (most or fewest)
        assert all({"name", "color", "group"} <= set(label) for label in task["labels"])


def test_an_import_names_both_kinds_of_target_and_leaves_one_empty() -> None:
    assert imported_dataset("f", dataset="d") == {
        "file_id": "f",
        "labels_map": {},
        "dataset_id": "d",
        "dataset_name": "",
    }
    assert imported_dataset("f", name="n") == {"file_id": "f", "labels_map": {}, "dataset_id": "", "dataset_name": "n"}


def test_a_rectangle_is_annotated_with_the_medium_that_it_is_on() -> None:
    body = rectangle_annotation("m", 3, "l", 20, 10)
    assert body["media_identifier"] == {"type": "video_frame", "video_id": "m", "frame_index": 3}
    assert body["annotations"][0]["shape"] == {"type": "RECTANGLE", "x": 0, "y": 0, "width": 20, "height": 10}
