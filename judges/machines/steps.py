"""The steps of a sequence as values: what is asked of which entity."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Action(StrEnum):
    """What one step asks for; what stands before the first space is an operation, what follows is made or changed."""

    CREATE_PROJECT = "create project"
    RENAME_PROJECT = "rename project"
    DELETE_PROJECT = "delete project"
    CREATE_DATASET = "create dataset"
    RENAME_DATASET = "rename dataset"
    DELETE_DATASET = "delete dataset"
    FILL_DATASETS = "fill datasets"
    UPLOAD_IMAGE = "upload image"
    UPLOAD_VIDEO = "upload video"
    UPLOAD_SMALL = "upload small"
    IMPORT = "import images"
    VIEW_MEDIUM = "view medium"
    DELETE_MEDIUM = "delete medium"
    ANNOTATE = "annotate medium"
    ADD_LABEL = "add label"
    RENAME_LABEL = "rename label"
    DELETE_LABEL = "delete label"
    FILL_LABELS = "fill labels"
    CROWD_LABELS = "crowd labels"


@dataclass(frozen=True, slots=True)
class Step:
    """One request, or the few that belong together.

    ``on`` is the serial number of the entity that it names, 0 for the workspace; ``made`` that of the first entity that
    it makes. ``number`` says more: the chain of a project, the task of a label, the label of an annotation, how many
    images are imported.
    """

    action: Action
    on: int = 0
    made: int = 0
    number: int = 0

    @property
    def words(self) -> str:
        """The step as people say it, with the numbers of what it names."""
        return _WORDS[self.action].format(on=self.on, made=self.made, number=self.number)


Sequence_ = tuple[Step, ...]
_WORDS: Final = {
    Action.CREATE_PROJECT: "create project {made}",
    Action.RENAME_PROJECT: "rename project {on}",
    Action.DELETE_PROJECT: "delete project {on}",
    Action.CREATE_DATASET: "create dataset {made} in project {on}",
    Action.RENAME_DATASET: "rename dataset {on}",
    Action.DELETE_DATASET: "delete dataset {on}",
    Action.FILL_DATASETS: "create datasets in project {on} up to the limit",
    Action.UPLOAD_IMAGE: "upload image {made} into dataset {on}",
    Action.UPLOAD_VIDEO: "upload video {made} into dataset {on}",
    Action.UPLOAD_SMALL: "upload an image that is too small into dataset {on}",
    Action.IMPORT: "import {number} images into dataset {on}",
    Action.VIEW_MEDIUM: "look at medium {on}",
    Action.DELETE_MEDIUM: "delete medium {on}",
    Action.ANNOTATE: "annotate medium {on} with label {number}",
    Action.ADD_LABEL: "add label {made} to project {on}",
    Action.RENAME_LABEL: "rename label {on}",
    Action.DELETE_LABEL: "delete label {on}",
    Action.FILL_LABELS: "add labels to project {on} up to the limit",
    Action.CROWD_LABELS: "add labels to project {on} beyond the limit",
}


def written(steps: Sequence_) -> bytes:
    """A sequence as it is remembered."""
    return json.dumps([[step.action, step.on, step.made, step.number] for step in steps]).encode()


def read(text: bytes) -> Sequence_:
    """The sequence that ``written`` wrote. Raises ``ValueError`` for what is none."""
    try:
        return tuple(Step(Action(action), on, made, number) for action, on, made, number in json.loads(text))
    except TypeError as error:
        raise ValueError(f"no sequence: {error}") from None
