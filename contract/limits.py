"""The documented table of limits: one row a limit, as data.

A new limit is one row in ``LIMITS`` (and, where no generator can reach its boundary yet, one generator).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

PUBLISHED: Final = 'Intel Geti platform 2.0.0, "System Constraints and Limit Handling"'
_READ_AS_CLOUD: Final = (
    f"{PUBLISHED}. The table's profile column is lost for this row in the copy that was read; Geti ships this limit "
    "switched off in its own on-prem chart, so it is read as cloud only. A profile or a profile file overrides it."
)


class Constraint(StrEnum):
    """Which way a limit bounds its quantity."""

    MIN = "min"
    MAX = "max"


class EnforcementPoint(StrEnum):
    """The operations at which a limit must bite."""

    PROJECT_CREATION = "project-creation"
    LABEL_MANAGEMENT = "label-management"
    DATASET_CREATION = "dataset-creation"
    IMPORT_NEW_PROJECT = "import-new-project"
    IMPORT_NEW_DATASET = "import-new-dataset"
    DATASET_IMPORT = "dataset-import"
    IMAGE_UPLOAD = "image-upload"
    VIDEO_UPLOAD = "video-upload"
    IMAGE_ANNOTATION = "image-annotation"
    FRAME_ANNOTATION = "frame-annotation"
    TRAINING = "training"
    OPTIMIZE = "optimize"
    HPO = "hpo"

    @property
    def words(self) -> str:
        """The point as people say it: ``image upload``."""
        return self.value.replace("-", " ")


@dataclass(frozen=True, slots=True)
class Limit:
    """One row of the documented table.

    ``value`` is in ``unit``; ``profiles`` names the profiles the limit is part of; ``citation`` says where it stands.
    """

    id: str
    entity: str
    constraint: Constraint
    value: int
    unit: str
    profiles: frozenset[str]
    enforced_at: tuple[EnforcementPoint, ...]
    citation: str

    def requirement(self, point: EnforcementPoint) -> str:
        """The id of this limit's requirement at one enforcement point, ``image.side.max@image-upload``."""
        return f"{self.id}@{point.value}"


_CLOUD: Final = frozenset({"cloud"})
_BOTH: Final = frozenset({"cloud", "on-prem"})
_AT: Final = EnforcementPoint

LIMITS: Final[tuple[Limit, ...]] = (
    Limit(
        "organization.projects.max",
        "organization",
        Constraint.MAX,
        1000,
        "projects",
        _CLOUD,
        (_AT.PROJECT_CREATION, _AT.IMPORT_NEW_PROJECT),
        _READ_AS_CLOUD,
    ),
    Limit(
        "project.labels.max",
        "project",
        Constraint.MAX,
        500,
        "labels",
        _BOTH,
        (_AT.PROJECT_CREATION, _AT.IMPORT_NEW_PROJECT, _AT.LABEL_MANAGEMENT),
        PUBLISHED,
    ),
    Limit("project.tasks.max", "project", Constraint.MAX, 2, "tasks", _BOTH, (_AT.PROJECT_CREATION,), PUBLISHED),
    Limit(
        "project.datasets.max",
        "project",
        Constraint.MAX,
        1000,
        "datasets",
        _CLOUD,
        (_AT.DATASET_CREATION, _AT.IMPORT_NEW_DATASET),
        _READ_AS_CLOUD,
    ),
    Limit(
        "project.media.max",
        "project",
        Constraint.MAX,
        100_000,
        "images and videos",
        _CLOUD,
        (_AT.IMAGE_UPLOAD, _AT.VIDEO_UPLOAD, _AT.DATASET_IMPORT),
        _READ_AS_CLOUD,
    ),
    Limit(
        "image.pixels.max",
        "image",
        Constraint.MAX,
        35_481_600,
        "pixels",
        _CLOUD,
        (_AT.IMAGE_UPLOAD, _AT.DATASET_IMPORT),
        _READ_AS_CLOUD,
    ),
    Limit(
        "image.side.min", "image", Constraint.MIN, 32, "px", _BOTH, (_AT.IMAGE_UPLOAD, _AT.DATASET_IMPORT), PUBLISHED
    ),
    Limit(
        "image.side.max",
        "image",
        Constraint.MAX,
        20_000,
        "px",
        _BOTH,
        (_AT.IMAGE_UPLOAD, _AT.DATASET_IMPORT),
        PUBLISHED,
    ),
    Limit("video.side.min", "video", Constraint.MIN, 32, "px", _BOTH, (_AT.VIDEO_UPLOAD,), PUBLISHED),
    Limit("video.width.max", "video", Constraint.MAX, 7860, "px", _BOTH, (_AT.VIDEO_UPLOAD,), PUBLISHED),
    Limit("video.height.max", "video", Constraint.MAX, 4320, "px", _BOTH, (_AT.VIDEO_UPLOAD,), PUBLISHED),
    Limit("video.duration.max", "video", Constraint.MAX, 10_800, "s", _BOTH, (_AT.VIDEO_UPLOAD,), PUBLISHED),
    Limit(
        "media.annotation-versions.max",
        "media",
        Constraint.MAX,
        100,
        "versions per image or frame",
        _CLOUD,
        (_AT.IMAGE_ANNOTATION, _AT.FRAME_ANNOTATION),
        _READ_AS_CLOUD,
    ),
    Limit(
        "training.dataset-size.max",
        "training",
        Constraint.MAX,
        1000,
        "images and frames",
        _CLOUD,
        (_AT.TRAINING, _AT.OPTIMIZE, _AT.HPO),
        _READ_AS_CLOUD,
    ),
)

BY_ID: Final = {limit.id: limit for limit in LIMITS}
REQUIREMENTS: Final[tuple[str, ...]] = tuple(
    limit.requirement(point) for limit in LIMITS for point in limit.enforced_at
)
