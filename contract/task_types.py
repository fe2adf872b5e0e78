"""The task types of a project: how many labels each has, and which shapes suit it.

Source: what Geti's REST documentation says of projects and of annotations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from contract.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskType:
    """One task type that can be trained.

    ``labels`` are the fewest and, where that is bounded, the most labels that a new task names. ``shapes`` suit its
    annotations; where they are of the ``whole_medium``, they are as large as it. ``own_labels`` are those that a
    deployment adds by itself, ``empty_label`` is one of them that stands for "nothing is there".
    """

    id: str
    labels: tuple[int, int | None]
    shapes: tuple[str, ...]
    whole_medium: bool = False
    own_labels: tuple[str, ...] = ()
    empty_label: str | None = None


_FOUR: Final = ("POLYGON", "RECTANGLE", "ELLIPSE", "ROTATED_RECTANGLE")

TASK_TYPES: Final[Registry[TaskType]] = Registry(
    TaskType(id="classification", labels=(2, None), shapes=("RECTANGLE",), whole_medium=True),
    TaskType(id="detection", labels=(1, None), shapes=("RECTANGLE",), empty_label="No object"),
    TaskType(
        id="rotated_detection", labels=(1, None), shapes=("ROTATED_RECTANGLE", "RECTANGLE"), empty_label="No object"
    ),
    TaskType(id="segmentation", labels=(1, None), shapes=_FOUR, empty_label="Empty"),
    TaskType(id="instance_segmentation", labels=(1, None), shapes=_FOUR, empty_label="Empty"),
    TaskType(id="anomaly", labels=(0, 0), shapes=("RECTANGLE",), whole_medium=True, own_labels=("Normal", "Anomalous")),
    TaskType(id="keypoint_detection", labels=(1, None), shapes=("KEYPOINT",)),
)
