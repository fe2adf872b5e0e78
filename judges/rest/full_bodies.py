"""Bodies in which every field that an operation takes holds something that could be lost."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Final

from deployment.bodies import Body, media_identifier
from judges.rest.comparison import TURNED

SCRIPTS: Final = "Größe Ωμέγα Ёжик 漢字 かな עברית عربي हिन्दी 🙂"
ODD: Final = "100 % \"q\" & <b> 'é' a/b\\c +1;"


def label(name: str, color: str, group: str, hotkey: str = "", parent: str | None = None) -> Body:
    """A label with all its fields; a new one names its parent by name."""
    made = {"name": name, "color": color, "group": group, "hotkey": hotkey}
    return made if parent is None else {**made, "parent_id": parent}


def hierarchy(name: str) -> Body:
    """A classification whose labels lie in three groups, the last below a label of the second."""
    labels = [
        label("Zebra ß", "#A1b2C3", "group one", "ctrl+1"),
        label("apple 漢", "#00ff7f80", "group one", "ctrl+2"),
        label("middle", "#123456ff", "group two", "ctrl+3"),
        label("low 🙂", "#65432101", "group two"),
        label("child", "#010203ff", "group three", "ctrl+4", "middle"),
        label("Ünder", "#fefdfcff", "group three", "", "middle"),
    ]
    return _project(name, [("Sorte für Sorte", "classification", labels)])


def two_tasks(name: str) -> Body:
    """A detection before a segmentation."""
    first = [label(f"{'n' * 60} 漢", "#00ff00ff", "group one", "ctrl+5"), label("b", "#ff000080", "group one")]
    second = [label("z", "#0000ffff", "group two"), label("a", "#0000feff", "group two", "ctrl+6")]
    return _project(name, [("Finden", "detection", first), ("Ränder", "segmentation", second)])


def of_one_task(name: str, task_type: str, labels: Sequence[Body]) -> Body:
    """A project of one task."""
    return _project(name, [("Task", task_type, labels)])


def _project(name: str, chain: Sequence[tuple[str, str, Sequence[Body]]]) -> Body:
    tasks: list[Body] = [{"title": "Dataset", "task_type": "dataset"}]
    for number, (title, task_type, labels) in enumerate(chain):
        tasks += [{"title": f"Crop {number}", "task_type": "crop"}] if number else []
        tasks.append({"title": title, "task_type": task_type, "labels": list(labels)})
    titles = [each["title"] for each in tasks]
    edges = [{"from": one, "to": two} for one, two in itertools.pairwise(titles)]
    return {"name": name, "pipeline": {"connections": edges, "tasks": tasks}}


def _box(kind: str, x: float, y: float, width: float, height: float) -> Body:
    return {"type": kind, "x": x, "y": y, "width": width, "height": height}


_CORNERS: Final = ((3, 5), (41.75, 7.25), (29, 42.75), (11.25, 37))
# How sure the labels of annotations are, by turns.
_SURE: Final = (1.0, 0.25)
# In pixels, on no symmetry axis, of a medium of 64 by 48; one of each kind has fractions that are nearer to the whole
# pixel above, and to that below. Of what is turned, x and y are the centre, the angle is in degrees, and it lies within
# the medium whichever way it is turned.
SHAPES: Final[Mapping[str, tuple[Body, ...]]] = {
    "detection": tuple(
        _box("RECTANGLE", *place)
        for place in ((3, 5, 31, 17), (0, 0, 64, 48), (11, 13, 1, 1), (32.75, 7.25, 29.25, 38.75))
    ),
    "segmentation": (
        {"type": "POLYGON", "points": [{"x": x, "y": y} for x, y in _CORNERS]},
        _box("ELLIPSE", 10.75, 11.25, 30.75, 17.25),
        _box("RECTANGLE", 1, 2, 29, 19),
    ),
    "classification": (_box("RECTANGLE", 0, 0, 64, 48),),
    "rotated_detection": tuple(
        {**_box(TURNED, *place), "angle": angle}
        for place, angle in (
            ((22, 19, 31, 11), 30),
            ((40.75, 23.25, 22.75, 9.25), 120),
            ((31, 28, 19, 13), 200.5),
            ((44, 21, 17, 7), 315),
        )
    ),
}
# Task types whose shapes not every deployment takes: what it does not declare is not sent, what it refuses not judged.
OPTIONAL: Final[Mapping[str, str]] = {"rotated_detection": TURNED}


def submission(medium: str, frame: int | None, labelled: Sequence[tuple[Body, Sequence[str]]]) -> Body:
    """An annotation for each shape, with labels of its own by their ids, by turns sure and less so."""
    annotations = [
        {"shape": shape, "labels": [{"id": each, "probability": _SURE[number % len(_SURE)]} for each in labels]}
        for number, (shape, labels) in enumerate(labelled)
    ]
    return {"media_identifier": media_identifier(medium, frame), "annotations": annotations}
