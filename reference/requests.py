"""The bodies that the operations take: each holds what Geti documents, and what is unknown is refused."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic.json_schema import SkipJsonSchema

from contract.task_types import TASK_TYPES

_Name = Annotated[str, Field(min_length=1)]
# The document says no pattern of it: nearly every id that is drawn from one names what is another's.
_Id = Annotated[str, Field(pattern="^[0-9a-f]{24}$"), WithJsonSchema({"type": "string"})]
_COLOR: Final = "^#([0-9a-fA-F]{6}|[0-9a-fA-F]{8})$"
_Color = Annotated[str, Field(pattern=_COLOR)]
_Trainable = Annotated[str, Field(pattern=f"^({'|'.join(TASK_TYPES.ids)})$")]
_TaskType = Annotated[str, Field(pattern=f"^({'|'.join(('dataset', 'crop', *TASK_TYPES.ids))})$")]
_Place = Annotated[float, Field(ge=0)]
_Length = Annotated[float, Field(ge=1)]


def _held(**stated: Any) -> Any:
    """A field whose bound the document states and ``Behaviour.hold`` holds: faults take it away."""
    return Field(allow_inf_nan=False, json_schema_extra=stated)


_HeldPlace = Annotated[float, _held(minimum=0)]
_HeldLength = Annotated[float, _held(minimum=1)]


class StrictBody(BaseModel):
    """What names its fields, and takes no other."""

    model_config = ConfigDict(extra="forbid", strict=True)


class _Open(StrictBody):
    """What takes further fields, which come to nothing: people send an answer's labels and annotations back.

    The document does not say so: what is drawn from it shall say something.
    """

    model_config = ConfigDict(extra="ignore", json_schema_extra={"additionalProperties": False})


class Edge(StrictBody):
    """A connection between two tasks."""

    from_: Annotated[str, Field(alias="from")]
    to: str


class NewLabel(StrictBody):
    """A label of a new project."""

    name: _Name
    color: Annotated[str, Field(json_schema_extra={"pattern": _COLOR})] = "#808080ff"
    group: _Name
    hotkey: str = ""
    parent_id: str | None = None


class NewTask(StrictBody):
    """A task of a new project."""

    title: _Name
    task_type: _TaskType
    labels: list[NewLabel] = []


class NewPipeline(StrictBody):
    """The tasks of a new project; connections name titles."""

    connections: list[Edge]
    tasks: list[NewTask]


class NewProject(StrictBody):
    """A project to create."""

    name: _Name
    pipeline: NewPipeline


class EditedLabel(_Open):
    """A label in an edit: new without an id."""

    id: _Id | None = None
    name: _Name
    color: _Color
    group: _Name = "default"
    hotkey: str = ""
    parent_id: str | None = None
    is_deleted: bool = False
    is_empty: bool = False
    revisit_affected_annotations: SkipJsonSchema[bool] = False


class EditedTask(StrictBody):
    """A task in an edit."""

    id: _Id
    title: _Name
    task_type: _TaskType
    labels: list[EditedLabel] = []
    label_schema_id: SkipJsonSchema[_Id | None] = None


class EditedPipeline(StrictBody):
    """Every task of the project; connections name ids."""

    connections: list[Edge]
    tasks: list[EditedTask]


class EditedProject(StrictBody):
    """A project to edit; beside name and pipeline all is as it was, and what no document names is not looked at."""

    id: _Id
    name: _Name
    pipeline: EditedPipeline
    creation_time: SkipJsonSchema[str | None] = None
    creator_id: SkipJsonSchema[str | None] = None
    datasets: SkipJsonSchema[list[dict[str, Any]]] = []
    performance: SkipJsonSchema[dict[str, Any]] = {}
    thumbnail: SkipJsonSchema[str | None] = None


class NewDataset(StrictBody):
    """A dataset to create or to rename."""

    name: Annotated[str, Field(json_schema_extra={"minLength": 1})]


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


class ScoredLabel(_Open):
    """A label of an annotation."""

    id: _Id
    probability: Annotated[float, Field(ge=0, le=1)] = 1.0


class NewAnnotation(_Open):
    """One shape with its labels."""

    shape: Annotated[Rectangle | Ellipse | RotatedBox | Polygon | Keypoint, Field(discriminator="type")]
    labels: Annotated[list[ScoredLabel], Field(min_length=1)]


class Submission(StrictBody):
    """The annotations of an image or of a frame."""

    annotations: list[NewAnnotation]
    media_identifier: dict[str, Any] = {}
    labels_to_revisit_full_scene: list[str] = []
    modified: str | None = None


class ImportedLabel(StrictBody):
    """A label of a project that is imported."""

    name: _Name
    color: _Color = "#808080ff"


class ImportedProject(StrictBody):
    """A project to make of an archive."""

    file_id: _Id
    project_name: _Name
    task_type: _Trainable
    labels: list[ImportedLabel]


class ImportedDataset(StrictBody):
    """An import into a project: into the dataset of an id, or into a new one of a name; the other is empty."""

    file_id: _Id
    dataset_id: Annotated[str, Field(pattern="^([0-9a-f]{24})?$")]
    dataset_name: str
    labels_map: dict[str, str]


class Training(StrictBody):
    """A training to submit."""

    task_id: _Id | None = None
    model_template_id: str | None = None
    train_from_scratch: bool = False
    reshuffle_subsets: bool = False
    enable_hyper_parameter_optimization: bool = False
    hpo_parameters: dict[str, Any] = {}
    hyper_parameters: dict[str, Any] = {}
    max_training_dataset_size: int | None = None


class Optimization(StrictBody):
    """An optimization to submit."""

    enable_nncf_optimization: bool = False
    enable_pot_optimization: bool = False
    optimization_parameters: dict[str, Any] = {}
