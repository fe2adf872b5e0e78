"""Annotations as they are submitted: their shapes, in pixels, and their labels."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from reference.requests import Id, OpenBody, StrictBody

_Place = Annotated[float, Field(ge=0)]
_Length = Annotated[float, Field(ge=1)]


def _held(**stated: Any) -> Any:
    """A field whose bound the document states and ``Behaviour.hold`` holds: faults take it away."""
    return Field(allow_inf_nan=False, json_schema_extra=stated)


_HeldPlace = Annotated[float, _held(minimum=0)]
_HeldLength = Annotated[float, _held(minimum=1)]


class Point(StrictBody):
    """A corner of a polygon."""

    x: _Place
    y: _Place


class Rectangle(StrictBody):
    """A rectangle: its upper left corner and its size, in pixels."""

    type: Literal["RECTANGLE"]
    x: _HeldPlace
    y: _HeldPlace
    width: _HeldLength
    height: _HeldLength


class Ellipse(StrictBody):
    """An ellipse: the upper left corner and the size of what it touches, in pixels."""

    type: Literal["ELLIPSE"]
    x: _Place
    y: _Place
    width: _HeldLength
    height: _HeldLength


class RotatedBox(StrictBody):
    """A rectangle about its centre, turned by so many degrees."""

    type: Literal["ROTATED_RECTANGLE"]
    x: _Place
    y: _Place
    width: _Length
    height: _Length
    angle: float


class Polygon(StrictBody):
    """A polygon."""

    type: Literal["POLYGON"]
    points: Annotated[list[Point], Field(min_length=3, json_schema_extra={"maxItems": 5000})]


class Keypoint(StrictBody):
    """One point of a skeleton."""

    type: Literal["KEYPOINT"]
    x: _Place
    y: _Place
    is_visible: bool


Shape = Annotated[Rectangle | Ellipse | RotatedBox | Polygon | Keypoint, Field(discriminator="type")]


class ScoredLabel(OpenBody):
    """A label of an annotation."""

    id: Id
    probability: Annotated[float, Field(ge=0, le=1)] = 1.0


class NewAnnotation(OpenBody):
    """One shape with its labels."""

    shape: Shape
    labels: Annotated[list[ScoredLabel], Field(min_length=1)]


class Submission(StrictBody):
    """The annotations of an image or of a frame."""

    annotations: list[NewAnnotation]
    media_identifier: Annotated[dict[str, Any], Field(default_factory=dict)]
    labels_to_revisit_full_scene: Annotated[list[str], Field(default_factory=list)]
    modified: str | None = None
