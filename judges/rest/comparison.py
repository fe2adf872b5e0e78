"""What was sent beside what reads back: every field that was sent, and nothing else."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

from contract.numbers import same
from deployment.bodies import objects, without_own_labels

_SHOWN: Final = 60
# What a deployment may write otherwise: a colour is the same in capitals, and without an alpha it is opaque.
_COLOUR: Final = "color"
# A label names its parent by name where both are new, and reads back with the parent's id.
_PARENT: Final = "parent_id"
# What is sent of a label of an annotation.
_OF_LABEL: Final = ("id", "probability")
# A rectangle about its centre, turned by degrees, and what is a number of it; rounded to so many digits it is the same.
TURNED: Final = "ROTATED_RECTANGLE"
_OF_TURNED: Final = ("x", "y", "width", "height", "angle")
_DIGITS: Final = 2
# What is a number of pixels: Geti shows whole ones, the nearest to those that were sent.
_PIXELS: Final = frozenset({"x", "y", "width", "height"})
# The edges of a pipeline are a set.
_EDGES: Final = "connections"


def altered(sent: Any, shown: Any, place: str = "") -> list[str]:
    """Where ``shown`` differs from what was ``sent``, in words; what is only shown is the deployment's own affair."""
    if isinstance(sent, Mapping):
        if not isinstance(shown, Mapping):
            return [_differs(place, sent, shown)]
        return [
            difference
            for name, value in sent.items()
            for difference in _altered_field(name, value, shown, f"{place} {name}".strip())
        ]
    if isinstance(sent, list):
        if not isinstance(shown, list) or len(shown) != len(sent):
            return [_differs(place, sent, shown)]
        return [
            difference
            for number, pair in enumerate(zip(sent, shown, strict=True))
            for difference in altered(*pair, f"{place} {number}")
        ]
    return [] if same(_plain(sent), _plain(shown)) else [_differs(place, sent, shown)]


def _altered_field(name: str, value: Any, shown: Mapping[str, Any], place: str) -> list[str]:
    if name not in shown:
        return [f"{place} is missing, sent {_words(value)}"]
    if name == _COLOUR and isinstance(value, str) and isinstance(shown[name], str):
        return [] if _opaque(value) == _opaque(shown[name]) else [_differs(place, value, shown[name])]
    if name == _EDGES and isinstance(value, list) and isinstance(shown[name], list):
        return altered(_in_order(value), _in_order(shown[name]), place)
    if name in _PIXELS and isinstance(value, float) and shown[name] == round(value):
        return []
    return altered(value, shown[name], place)


def project_as_sent(shown: Mapping[str, Any]) -> dict[str, Any]:
    """A project as it reads back, in the terms in which it was sent: without labels of the deployment's own.

    Connections name titles, and a label its parent by name.
    """
    shown = without_own_labels(shown)
    chain = shown.get("pipeline")
    tasks = objects(chain, "tasks")
    titles = {each.get("id"): each.get("title") for each in tasks}
    names = {label.get("id"): label.get("name") for each in tasks for label in objects(each, "labels")}
    edges = [
        {end: titles.get(edge.get(end), edge.get(end)) for end in ("from", "to")}
        for edge in objects(chain, "connections")
    ]
    return {**shown, "pipeline": {"connections": edges, "tasks": [_task(each, names) for each in tasks]}}


def _task(task: Mapping[str, Any], names: Mapping[Any, Any]) -> dict[str, Any]:
    labels = [
        {**label, _PARENT: names.get(label.get(_PARENT), label.get(_PARENT))} for label in objects(task, "labels")
    ]
    return {**task, **({"labels": labels} if labels else {})}


def annotations_as_sent(shown: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The annotations of a version, each a shape with its labels, in an order of their own: that of a list is none."""
    return _in_order(
        [
            {
                "labels": _in_order(
                    [{name: label.get(name) for name in _OF_LABEL} for label in objects(each, "labels")]
                ),
                "shape": _shape_as_sent(each.get("shape")),
            }
            for each in objects(shown, "annotations")
        ]
    )


def _shape_as_sent(shape: Any) -> Any:
    """A shape as it is; a turned rectangle at the angle below 90 degrees at which it is the same."""
    if not isinstance(shape, Mapping) or shape.get("type") != TURNED:
        return shape
    numbers = [shape[name] for name in _OF_TURNED if isinstance(shape.get(name), int | float)]
    if len(numbers) < len(_OF_TURNED):
        return shape
    x, y, width, height, angle = (round(float(each), _DIGITS) for each in numbers)
    if angle % 180 >= 90:
        width, height = height, width
    turned = (x, y, width, height, round(angle % 90, _DIGITS))
    return {**shape, **dict(zip(_OF_TURNED, turned, strict=True))}


def _in_order(entries: Sequence[Any]) -> list[Any]:
    return sorted(
        entries, key=lambda each: (json.dumps(_rounded(each), sort_keys=True), json.dumps(each, sort_keys=True))
    )


def _rounded(value: Any) -> Any:
    """The value with each of its numbers a whole one, however each is written."""
    if isinstance(value, Mapping):
        return {name: _rounded(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_rounded(inner) for inner in value]
    return round(value) if isinstance(value, int | float) and math.isfinite(value) else value


def _opaque(colour: str) -> str:
    lower = colour.lower()
    return f"{lower}ff" if len(lower) == len("#rrggbb") else lower


def _plain(value: Any) -> Any:
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


def _differs(place: str, sent: Any, shown: Any) -> str:
    return f"{place or 'it'} reads back as {_words(shown)}, sent {_words(sent)}"


def _words(value: Any) -> str:
    if isinstance(value, list):
        return f"{len(value)} entries"
    text = json.dumps(value, ensure_ascii=False)
    length = f" ({len(value)} characters)" if isinstance(value, str) and len(value) > _SHOWN else ""
    return f"{text[:_SHOWN]}{length}"
