"""What is sent does not all come back: fields that are cut, garbled, lost or moved."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any, Final

from reference.behaviour import Behaviour
from reference.faults.fault import Fault, Group
from reference.faults.replies import Reply, rewriting
from reference.store import Document

_Change = Callable[[Document], None]
_PROJECT: Final = ("openapi.fields@create_project",)
_DATASET: Final = ("openapi.fields@create_dataset",)
_ANNOTATIONS: Final = ("openapi.fields@annotate_*",)
_OF_FRAMES: Final = ("openapi.fields@annotate_frame",)
_SHORT: Final = 40


def _shown(concerned: Callable[[Document], bool], change: _Change) -> type[Behaviour]:
    """Each object that is concerned is shown otherwise than it was sent, in every answer."""

    def rewrite(scope: MutableMapping[str, Any], reply: Reply) -> Reply:
        value = reply.json() if reply.status in (200, 201) and "/api/" in scope["path"] else None
        if value is None:
            return reply
        changed = copy.deepcopy(value)
        for each in _objects(changed):
            if concerned(each):
                change(each)
        return reply if changed == value else reply.with_json(changed)

    return rewriting(rewrite)


def _objects(value: Any) -> Iterator[Document]:
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(each)


def _first_labels_for_all(version: Document) -> None:
    for each in version["annotations"]:
        each["labels"] = version["annotations"][0]["labels"]


def _shapes_of_the_first(shown: Document) -> None:
    for each in shown["video_annotations"]:
        each["annotations"] = shown["video_annotations"][0]["annotations"]


def _is_dataset(each: Document) -> bool:
    return "use_for_training" in each


def _is_project(each: Document) -> bool:
    return "pipeline" in each and "name" in each


def _is_label(each: Document) -> bool:
    return "hotkey" in each and "color" in each and not each.get("is_empty")


def _is_box(each: Document) -> bool:
    return each.get("type") in ("RECTANGLE", "ELLIPSE")


def _is_turned(each: Document) -> bool:
    return each.get("type") == "ROTATED_RECTANGLE"


def _is_polygon(each: Document) -> bool:
    return each.get("type") == "POLYGON"


def _set(name: str, value: Callable[[Any], Any]) -> _Change:
    def change(each: Document) -> None:
        if name in each:
            each[name] = value(each[name])

    return change


def _garbled(name: str) -> str:
    return name.encode("ascii", "replace").decode()


def _mirrored(shape: Document) -> None:
    shape["x"], shape["y"] = shape["y"], shape["x"]


def _whole_points(shape: Document) -> None:
    shape["points"] = [{axis: int(value) for axis, value in point.items()} for point in shape["points"]]


def _labels_sorted(task: Document) -> None:
    task["labels"].sort(key=lambda label: label["name"])


_field = Group("field", ("openapi.*",))


def altered(name: str, sentence: str, requirements: tuple[str, ...], by: type[Behaviour]) -> Fault:
    """A fault of fields that do not come back as they were sent."""
    also = ("*.max@*", "lifecycle.untouched@labels")
    return _field(name, sentence).breaks(*requirements, verdict="unclean", by=by, also=also)


FAULTS: Final = (
    altered(
        "dataset-names-cut",
        "Names of datasets are cut at 40 characters.",
        _DATASET,
        _shown(_is_dataset, _set("name", lambda name: name[:_SHORT])),
    ),
    altered(
        "dataset-names-garbled",
        "Names of datasets lose what is not ASCII.",
        _DATASET,
        _shown(_is_dataset, _set("name", _garbled)),
    ),
    altered(
        "project-names-cut",
        "Names of projects are cut at 200 characters.",
        _PROJECT,
        _shown(_is_project, _set("name", lambda name: name[: 5 * _SHORT])),
    ),
    altered(
        "colours-without-alpha",
        "Colours of labels lose their transparency.",
        _PROJECT,
        _shown(_is_label, _set("color", lambda color: f"{color[:7]}ff")),
    ),
    altered("hotkeys-lost", "Hotkeys of labels are lost.", _PROJECT, _shown(_is_label, _set("hotkey", lambda _: ""))),
    altered(
        "groups-joined", "All labels are of one group.", _PROJECT, _shown(_is_label, _set("group", lambda _: "default"))
    ),
    altered(
        "labels-in-order-of-names",
        "Labels are kept in the order of their names.",
        _PROJECT,
        _shown(lambda each: bool(each.get("labels")) and "task_type" in each, _labels_sorted),
    ),
    altered(
        "annotations-one-pixel-off",
        "Rectangles are one pixel off.",
        _ANNOTATIONS,
        _shown(_is_box, _set("x", lambda x: x + 1)),
    ),
    altered(
        "polygon-points-cut",
        "Points of polygons lose their fractions.",
        _ANNOTATIONS,
        _shown(_is_polygon, _whole_points),
    ),
    altered(
        "widths-rounded-up",
        "Widths of rectangles and ellipses are the next whole number.",
        _ANNOTATIONS,
        _shown(_is_box, _set("width", math.ceil)),
    ),
    altered("annotations-mirrored", "The axes of shapes are exchanged.", _ANNOTATIONS, _shown(_is_box, _mirrored)),
    altered(
        "angles-cut",
        "Angles of rotated rectangles are less than 90 degrees.",
        _ANNOTATIONS,
        _shown(_is_turned, _set("angle", lambda angle: min(angle, 89.5))),
    ),
    altered(
        "angles-within-a-quarter",
        "Rotated rectangles lose whole quarter turns.",
        _ANNOTATIONS,
        _shown(_is_turned, _set("angle", lambda angle: angle % 90)),
    ),
    altered(
        "one-label-an-annotation",
        "Of several labels of an annotation the first is kept.",
        _ANNOTATIONS,
        _shown(lambda each: "shape" in each and "labels" in each, _set("labels", lambda labels: labels[:1])),
    ),
    altered(
        "probabilities-rounded",
        "The probability of a label is a whole number.",
        _ANNOTATIONS,
        _shown(lambda each: "probability" in each, _set("probability", round)),
    ),
    altered(
        "labels-of-the-first-shape",
        "Every shape of an annotation has the labels of the first.",
        _ANNOTATIONS,
        _shown(lambda each: bool(each.get("annotations")) and "media_identifier" in each, _first_labels_for_all),
    ),
    altered(
        "annotations-of-one-frame",
        "All annotations of a video are those of its first annotated frame.",
        _OF_FRAMES,
        _shown(lambda each: "video_annotations" in each, _set("video_annotations", lambda versions: versions[:1])),
    ),
    altered(
        "annotations-of-all-frames-alike",
        "Among all annotations of a video, each frame has the shapes of the first.",
        _OF_FRAMES,
        _shown(lambda each: "video_annotations" in each, _shapes_of_the_first),
    ),
)
