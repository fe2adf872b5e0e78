"""The bodies that the operations take: each holds what Geti documents, and what is unknown is refused."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic.json_schema import SkipJsonSchema

from contract.task_types import TASK_TYPES

_Name = Annotated[str, Field(min_length=1)]
# The document says no pattern of it: nearly every id that is drawn from one names what is another's.
Id = Annotated[str, Field(pattern="^[0-9a-f]{24}$"), WithJsonSchema({"type": "string"})]
_COLOR: Final = "^#([0-9a-fA-F]{6}|[0-9a-fA-F]{8})$"
_Color = Annotated[str, Field(pattern=_COLOR)]
_Trainable = Annotated[str, Field(pattern=f"^({'|'.join(TASK_TYPES.ids)})$")]
_TaskType = Annotated[str, Field(pattern=f"^({'|'.join(('dataset', 'crop', *TASK_TYPES.ids))})$")]


class StrictBody(BaseModel):
    """What names its fields, and takes no other.

    A length is asked of every text: only then is half of a surrogate pair refused, which nothing could write out again.
    """

    model_config = ConfigDict(extra="forbid", strict=True, str_min_length=0)


class OpenBody(StrictBody):
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


class EditedLabel(OpenBody):
    """A label in an edit: new without an id."""

    id: Id | None = None
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

    id: Id
    title: _Name
    task_type: _TaskType
    labels: list[EditedLabel] = []
    label_schema_id: SkipJsonSchema[Id | None] = None


class EditedPipeline(StrictBody):
    """Every task of the project; connections name ids."""

    connections: list[Edge]
    tasks: list[EditedTask]


class EditedProject(StrictBody):
    """A project to edit; beside name and pipeline all is as it was, and what no document names is not looked at."""

    id: Id
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


class ImportedLabel(StrictBody):
    """A label of a project that is imported."""

    name: _Name
    color: _Color = "#808080ff"


class ImportedProject(StrictBody):
    """A project to make of an archive."""

    file_id: Id
    project_name: _Name
    task_type: _Trainable
    labels: list[ImportedLabel]


class ImportedDataset(StrictBody):
    """An import into a project: into the dataset of an id, or into a new one of a name; the other is empty."""

    file_id: Id
    dataset_id: Annotated[str, Field(pattern="^([0-9a-f]{24})?$")]
    dataset_name: str
    labels_map: dict[str, str]


class Training(StrictBody):
    """A training to submit."""

    task_id: Id | None = None
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
