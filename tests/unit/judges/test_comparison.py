"""What was sent beside what reads back: what is the deployment's own affair is no difference."""

from __future__ import annotations

from typing import Any

import pytest

from deployment.bodies import without_own_labels
from judges.rest.comparison import altered, annotations_as_sent, project_as_sent
from judges.rest.full_bodies import SHAPES, hierarchy

SENT: dict[str, Any] = {"name": "é", "color": "#A1B2C3", "labels": [{"name": "a"}, {"name": "b"}]}


@pytest.mark.parametrize(
    "shown",
    [
        SENT,
        {**SENT, "id": "1", "color": "#a1b2c3ff"},
        {**SENT, "name": "e\u0301"},
        {**SENT, "labels": [{"name": "a", "hotkey": ""}, {"name": "b"}]},
    ],
)
def test_what_reads_back_in_other_words_is_as_it_was_sent(shown: dict[str, Any]) -> None:
    assert altered(SENT, shown) == []


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ({**SENT, "name": "e"}, 'name reads back as "e", sent "é"'),
        ({**SENT, "color": "#a1b2c380"}, 'color reads back as "#a1b2c380", sent "#A1B2C3"'),
        ({"name": "é", "labels": SENT["labels"]}, 'color is missing, sent "#A1B2C3"'),
        ({**SENT, "labels": SENT["labels"][:1]}, "labels reads back as 1 entries, sent 2 entries"),
        ({**SENT, "labels": SENT["labels"][::-1]}, 'labels 0 name reads back as "b", sent "a"'),
        ({**SENT, "labels": None}, "labels reads back as null, sent 2 entries"),
    ],
)
def test_what_was_cut_lost_or_moved_is_named(shown: dict[str, Any], words: str) -> None:
    assert altered(SENT, shown)[0] == words


def test_a_project_reads_back_with_ids_and_labels_of_its_own() -> None:
    sent = hierarchy("name")
    ids = {"Dataset": "1", "Sorte für Sorte": "2"}
    tasks = [{**task, "id": ids[task["title"]]} for task in sent["pipeline"]["tasks"]]
    named = [{**label, "id": f"l{n}"} for n, label in enumerate(tasks[1]["labels"])]
    middle = next(label["id"] for label in named if label["name"] == "middle")
    labels = [{**label, "parent_id": middle if label.get("parent_id") else None} for label in named]
    own = {"name": "No object", "id": "l9", "is_empty": True}
    tasks[1] = {**tasks[1], "labels": [*labels, own]}
    shown = {"id": "p", "name": "name", "pipeline": {"connections": [{"from": "1", "to": "2"}], "tasks": tasks}}
    assert altered(sent, project_as_sent(shown)) == []
    labels[4]["parent_id"] = None
    assert altered(sent, project_as_sent(shown))


def test_the_edges_of_a_pipeline_may_stand_in_any_order() -> None:
    edges = [{"from": "Dataset", "to": "Detection"}, {"from": "Detection", "to": "Crop"}]
    assert altered({"connections": edges}, {"connections": edges[::-1]}) == []
    assert altered({"connections": edges}, {"connections": [edges[0], edges[0]]})
    assert altered({"labels": edges}, {"labels": edges[::-1]})


@pytest.mark.parametrize("own_first", [False, True])
def test_where_a_label_of_the_deployment_stands_says_nothing(own_first: bool) -> None:
    label, own = {"id": "l1", "name": "one"}, {"id": "l9", "name": "No object", "is_empty": True}
    labels = [own, label] if own_first else [label, own]
    shown = {"name": "n", "pipeline": {"connections": [], "tasks": [{"title": "t", "labels": labels}]}}
    assert without_own_labels(shown)["pipeline"]["tasks"] == [{"title": "t", "labels": [label]}]
    assert without_own_labels({"message": "gone"}) == {"message": "gone"}


def test_annotations_are_compared_in_one_order() -> None:
    shapes = SHAPES["detection"]
    labels = [{"id": "1", "probability": 1.0}, {"id": "2", "probability": 0.25}]
    wanted = annotations_as_sent({"annotations": [{"shape": shape, "labels": labels} for shape in shapes]})
    shown = [
        {"shape": {**shape}, "labels": [{**each, "source": {}} for each in labels[::-1]], "id": "a"}
        for shape in reversed(shapes)
    ]
    assert altered(wanted, annotations_as_sent({"annotations": shown})) == []
    shown[0]["labels"][0]["probability"] = 0
    assert altered(wanted, annotations_as_sent({"annotations": shown}))
    shown[0]["labels"][0]["probability"] = 0.25
    shown[0]["shape"]["x"] += 1
    assert altered(wanted, annotations_as_sent({"annotations": shown}))


def _polygon(*points: tuple[float, float]) -> list[dict[str, Any]]:
    shape = {"type": "POLYGON", "points": [{"x": x, "y": y} for x, y in points]}
    return annotations_as_sent({"annotations": [{"shape": shape, "labels": []}]})


@pytest.mark.parametrize("shown", [(41.75, 7.25), (42, 7), (42.0, 7.0), (41.75000001, 7.25)])
def test_fractions_of_pixels_may_be_rounded_to_the_nearest(shown: tuple[float, float]) -> None:
    assert altered(_polygon((3, 5), (41.75, 7.25)), _polygon((3, 5), shown)) == []


@pytest.mark.parametrize("shown", [(41, 7.25), (41.75, 8), (41.5, 7.25), (42, 7.2)])
def test_fractions_of_pixels_are_not_cut_raised_or_moved(shown: tuple[float, float]) -> None:
    assert altered(_polygon((3, 5), (41.75, 7.25)), _polygon((3, 5), shown))


def test_a_whole_pixel_is_that_pixel() -> None:
    assert altered(_polygon((3, 5)), _polygon((3.25, 5)))


def test_shapes_that_were_rounded_are_compared_in_the_same_order() -> None:
    sent = [{"shape": shape, "labels": []} for shapes in SHAPES.values() for shape in shapes]
    shown = [{**each, "shape": _whole(each["shape"])} for each in sent[::-1]]
    assert altered(annotations_as_sent({"annotations": sent}), annotations_as_sent({"annotations": shown})) == []


def _whole(shape: Any) -> Any:
    """A shape as Geti shows it; one that is turned keeps its fractions."""
    if isinstance(shape, dict):
        return shape if "angle" in shape else {name: _whole(value) for name, value in shape.items()}
    if isinstance(shape, list):
        return [_whole(each) for each in shape]
    return round(shape) if isinstance(shape, float) else shape


def _turned(x: float, y: float, width: float, height: float, angle: float) -> list[dict[str, Any]]:
    shape = {"type": "ROTATED_RECTANGLE", "x": x, "y": y, "width": width, "height": height, "angle": angle}
    return annotations_as_sent({"annotations": [{"shape": shape, "labels": []}]})


@pytest.mark.parametrize(
    "shown",
    [
        (41, 23, 23, 9, 120),
        (41.00004, 22.99998, 23.0, 9.00003, 119.99996),
        (41, 23, 23, 9, 300),
        (41, 23, 23, 9, -60),
        (41, 23, 9, 23, 30),
        (41, 23, 9, 23, 210.0),
    ],
)
def test_a_turned_rectangle_is_the_same_at_another_angle_of_it(shown: tuple[float, ...]) -> None:
    assert altered(_turned(41, 23, 23, 9, 120), _turned(*shown)) == []


@pytest.mark.parametrize(
    "shown",
    [(41, 23, 23, 9, 30), (41, 23, 9, 23, 120), (41, 23, 23, 9, 89.5), (41, 23, 23, 9, 60), (40, 23, 23, 9, 120)],
)
def test_a_turned_rectangle_that_lies_otherwise_is_altered(shown: tuple[float, ...]) -> None:
    assert altered(_turned(41, 23, 23, 9, 120), _turned(*shown))


def test_an_angle_just_below_a_quarter_turn_is_the_quarter_turn() -> None:
    assert altered(_turned(9, 9, 4, 2, 90), _turned(9, 9, 2, 4, 359.999)) == []


def test_a_turned_rectangle_without_numbers_is_compared_as_it_is() -> None:
    shown = annotations_as_sent({"annotations": [{"shape": {"type": "ROTATED_RECTANGLE", "x": "1"}, "labels": []}]})
    assert altered(_turned(1, 2, 3, 4, 5), shown)
