"""The embedded deployment refuses what Geti does: unknown fields, labels and shapes that are not as documented."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from contract.observations import Answer, documented_error
from contract.task_types import TASK_TYPES
from deployment.bodies import Body, edited_project, new_project, rectangle_annotation
from deployment.entities import Entities
from deployment.media import Dataset
from generators.artefacts import make
from generators.specs import ImageSpec
from judges.upload import upload
from tests.support.deployments import Deployment

IMAGE = ImageSpec(64, 48)
NOBODYS = "0" * 24
RECTANGLE = {"type": "RECTANGLE", "x": 0, "y": 0, "width": 20, "height": 10}
WHOLE = {**RECTANGLE, "width": IMAGE.width, "height": IMAGE.height}
SHAPES: dict[str, Body] = {
    "RECTANGLE": RECTANGLE,
    "ELLIPSE": {**RECTANGLE, "type": "ELLIPSE"},
    "ROTATED_RECTANGLE": {**RECTANGLE, "type": "ROTATED_RECTANGLE", "x": 30, "y": 20, "angle": 5},
    "POLYGON": {"type": "POLYGON", "points": [{"x": 1, "y": 1}, {"x": 20, "y": 1}, {"x": 20, "y": 20}]},
}


@pytest.fixture
def entities(deployment: Deployment) -> Entities:
    return Entities(deployment.client, deployment.discovery, "geti-contract-strict")


def refused(answer: Answer) -> bool:
    return answer.status == 400 and documented_error(answer) is None


def changed(body: Body, path: tuple[Any, ...], value: Any) -> Body:
    """``body`` with ``value`` at a place; left out where it is None."""
    made = copy.deepcopy(body)
    node = made
    for key in path[:-1]:
        node = node[key]
    if value is None:
        del node[path[-1]]
    else:
        node[path[-1]] = value
    return made


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("surprise",), 1),
        (("name",), ""),
        (("pipeline", "surprise"), 1),
        (("pipeline", "connections"), []),
        (("pipeline", "tasks", 0, "surprise"), 1),
        (("pipeline", "tasks", 1, "labels"), [{"name": "one", "group": "all"}]),
        (("pipeline", "tasks", 1, "labels", 0, "surprise"), 1),
        (("pipeline", "tasks", 1, "labels", 0, "group"), None),
        (("pipeline", "tasks", 1, "labels", 0, "color"), "red"),
        (("pipeline", "tasks", 1, "labels", 0, "name"), "task 1 label 1"),
    ],
    ids=str,
)
def test_a_project_that_is_not_as_documented_is_refused(entities: Entities, path: tuple[Any, ...], value: Any) -> None:
    body = new_project("geti-contract-strict", [("classification", 2)])
    path_of_projects = f"{entities.discovery.root}/projects"
    assert refused(entities.client.send("POST", path_of_projects, changed(body, path, value)))
    assert entities.client.send("POST", path_of_projects, body).accepted


def test_an_answer_is_no_edit(entities: Entities) -> None:
    project = entities.create_project([("detection", 1)], "echo").body
    path = entities.project_path(project["id"])
    shown = entities.client.send("GET", path).body
    assert refused(entities.client.send("PUT", path, shown))
    assert entities.client.send("PUT", path, edited_project(shown, None)).accepted


@pytest.mark.parametrize("body", [{"name": "one", "use_for_training": False}, {"name": ""}, {}], ids=str)
def test_a_dataset_that_is_not_as_documented_is_refused(entities: Entities, body: Body) -> None:
    path = entities.project_path(entities.create_project([("detection", 1)], "sets").body["id"])
    assert refused(entities.client.send("POST", f"{path}/datasets", body))


@pytest.mark.parametrize("task", ["classification", "detection", "rotated_detection", "segmentation", "anomaly"])
def test_only_shapes_that_suit_the_task_are_taken(entities: Entities, task: str) -> None:
    kind = TASK_TYPES[task]
    project = entities.create_project([(task, max(kind.labels[0], 0))], task)
    dataset, label = entities.dataset(project), own_label(project)
    medium = upload(dataset, make(IMAGE)).body["id"]
    assert submitted(dataset, medium, label, WHOLE).accepted is ("RECTANGLE" in kind.shapes)
    for name, shape in SHAPES.items():
        suits = name in kind.shapes and not kind.whole_medium
        answer = submitted(dataset, medium, label, shape)
        assert answer.accepted if suits else refused(answer), name
    assert refused(submitted(dataset, medium, label, {**WHOLE, "width": IMAGE.width + 1}))


def test_annotations_that_are_not_as_documented_are_refused(entities: Entities) -> None:
    project = entities.create_project([("detection", 1)], "annotations")
    dataset, label = entities.dataset(project), own_label(project)
    medium = upload(dataset, make(IMAGE)).body["id"]
    body = rectangle_annotation(medium, None, label, 20, 10)
    entities.client.created.add(NOBODYS)
    path = f"{dataset.path}/media/images/{medium}/annotations"
    for place, value in (
        (("surprise",), 1),
        (("media_identifier", "image_id"), NOBODYS),
        (("annotations", 0, "labels"), []),
        (("annotations", 0, "labels", 0, "id"), NOBODYS),
        (("annotations", 0, "shape", "width"), 0),
        (("annotations", 0, "shape", "surprise"), 1),
    ):
        assert refused(entities.client.send("POST", path, changed(body, place, value))), place
    assert entities.client.send("POST", path, body).accepted


def own_label(project: Answer) -> str:
    return next(str(label["id"]) for label in project.body["pipeline"]["tasks"][-1]["labels"])


def submitted(dataset: Dataset, medium: str, label: str, shape: Body) -> Answer:
    body = {"annotations": [{"shape": shape, "labels": [{"id": label, "probability": 1.0}]}]}
    return dataset.client.send("POST", f"{dataset.path}/media/images/{medium}/annotations", body)
