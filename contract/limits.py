"""The documented table of limits: one row a limit, as data.

A new limit is one row in ``LIMITS``: what is made, expected, counted, described and drawn for it follows from the row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from contract.registry import Registry

PUBLISHED: Final = 'Intel Geti platform 2.0.0, "System Constraints and Limit Handling"'
_READ_AS_CLOUD: Final = (
    f"{PUBLISHED}. The table's profile column is lost for this row in the copy that was read; Geti ships this limit "
    "switched off in its own on-prem chart, so it is read as cloud only. A profile or a profile file overrides it."
)


class Constraint(StrEnum):
    """Which way a limit bounds its quantity."""

    MIN = "min"
    MAX = "max"


class Axis(StrEnum):
    """What a probe of a limit varies: a measure of the medium, or how many entities there are."""

    WIDTH = "width"
    HEIGHT = "height"
    AREA = "area"
    DURATION = "duration"
    FRAME_RATE = "frame-rate"
    COUNT = "count"


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


class Counted(StrEnum):
    """What a limit on a count counts."""

    PROJECTS = "projects"
    LABELS = "labels"
    TASKS = "tasks"
    DATASETS = "datasets"
    MEDIA = "media"
    ANNOTATION_VERSIONS = "annotation versions"
    TRAINING_IMAGES = "training images"


# Kinds of cases beyond the plain one: many creations at once for the last place, an import of two for one place, ...
RACE: Final = "race"
TWO_FOR_ONE_PLACE: Final = "two-for-one-place"
TWO_TASKS: Final = "two-tasks"
# The labels are those of the second task; or what counts comes after some was deleted, or in the edit that deletes it;
# or an edit changes nothing.
SECOND_TASK: Final = "second-task"
AFTER_DELETION: Final = "after-deletion"
EXCHANGE: Final = "exchange"
UNCHANGED: Final = "unchanged"
# A name of 250 characters; a medium's with two extensions, in capitals. Where it is an import, the archive goes by tus.
LONG_NAME: Final = "long-name"
# A dataset that is not for training; what is uploaded comes with labels.
SECOND_DATASET: Final = "second-dataset"
# A submission of no annotation at all.
EMPTY: Final = "empty"
# A training that asks for no earlier model to begin with.
FROM_SCRATCH: Final = "from-scratch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """How a limit on a count is probed.

    ``gate_value`` is what the embedded deployment is set to where a gate of a minute could not fill the documented
    value. ``single_request`` says that one request reaches the boundary; other counts are filled up, with
    ``requests_each`` for each entity, ``filled_with_media`` where that is an upload. ``one_fill`` says that all
    enforcement points share one fill, ``exclusive`` that the count includes what other cases and processes create, so
    that nothing else may be judged meanwhile. ``variants`` are the cases of each probe at a point, where it has more
    than the plain one, ``""``; ``above_only`` are further cases beyond the limit, ``at_only`` at it.
    """

    of: Counted
    gate_value: int | None = None
    single_request: bool = False
    requests_each: int = 1
    filled_with_media: bool = False
    one_fill: bool = False
    exclusive: bool = False
    variants: Mapping[EnforcementPoint, tuple[str, ...]] = field(default_factory=dict)
    above_only: Mapping[EnforcementPoint, tuple[str, ...]] = field(default_factory=dict)
    at_only: Mapping[EnforcementPoint, tuple[str, ...]] = field(default_factory=dict)


def whole_number(text: str) -> int:
    """A number as people write it: ``10,240``."""
    return int(text.replace(",", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """How an OpenAPI document may state a limit's number in prose: group 1 of ``pattern``, or ``number`` itself.

    ``scale`` makes a number of the group, in the unit of the row.
    """

    pattern: re.Pattern[str]
    number: int | None = None
    scale: Callable[[str], int] = whole_number

    def numbers(self, text: str) -> list[int]:
        """Every number that ``text`` states."""
        if self.number is not None:
            return [self.number] if self.pattern.search(text) else []
        return [self.scale(found[1]) for found in self.pattern.finditer(text)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One row of the documented table.

    ``value`` is in ``unit``; ``profiles`` names the profiles the limit is part of; ``citation`` says where it stands.
    A limit of images or videos has the ``axes`` that it bounds; a limit on a count has ``counting``. ``stated`` are the
    ways in which a document states the number, ``seconds`` is about how long one case takes in the gate.

    Raises ``ValueError`` for a row that says neither or both.
    """

    id: str
    entity: str
    constraint: Constraint
    value: int
    unit: str
    profiles: frozenset[str]
    enforced_at: tuple[EnforcementPoint, ...]
    citation: str
    axes: tuple[Axis, ...] = ()
    counting: Counting | None = None
    stated: tuple[Statement, ...] = ()
    seconds: float = 0.06

    def __post_init__(self) -> None:
        if bool(self.axes) is (self.counting is not None):
            raise ValueError(f"the row {self.id!r} must say either axes (of a medium) or counting")
        if self.axes and self.entity not in ("image", "video"):
            raise ValueError(f"the row {self.id!r} bounds axes of {self.entity!r}, which is no medium")
        if self.entity == "image" and not set(self.axes) <= {Axis.WIDTH, Axis.HEIGHT, Axis.AREA}:
            raise ValueError(f"the row {self.id!r} bounds an axis that no image has")

    def requirement(self, point: EnforcementPoint) -> str:
        """The id of this limit's requirement at one enforcement point, ``image.side.max@image-upload``."""
        return f"{self.id}@{point.value}"

    @property
    def sign(self) -> int:
        """1 for a maximum, -1 for a minimum: the direction in which the limit is passed."""
        return 1 if self.constraint is Constraint.MAX else -1

    @property
    def counts(self) -> Counting:
        """How the count is probed. Raises ``ValueError`` for a limit of media."""
        if self.counting is None:
            raise ValueError(f"{self.id} is no limit on a count")
        return self.counting

    @property
    def at_most(self) -> str:
        """How the bound begins in words: ``at most``, or ``at least`` for a minimum."""
        return "at most" if self.constraint is Constraint.MAX else "at least"

    @property
    def bound_words(self) -> str:
        """The bound in words: ``at most 20,000 px``."""
        return f"{self.at_most} {self.value:,} {self.unit}"

    @property
    def sentence(self) -> str:
        """The limit in words: ``image, width and height: at most 20,000 px``."""
        quantity = " and ".join(axis.value.replace("-", " ") for axis in self.axes)
        return f"{self.entity}{f', {quantity}' if quantity else ''}: {self.bound_words}"


_CLOUD: Final = frozenset({"cloud"})
_BOTH: Final = frozenset({"cloud", "on-prem"})
_AT: Final = EnforcementPoint
_NUMBER: Final = r"(\d[\d,]*)"


def _at_most(noun: str) -> Statement:
    bound = r"(?:at most|up to|no more than|not exceed|maximum(?: of| is)?|limited to)"
    return Statement(pattern=re.compile(rf"{bound} {_NUMBER} ?{noun}\b", re.IGNORECASE))


_BETWEEN: Final = r"between {} and {} ?(?:pixels|px)\b"
_LOW: Final = Statement(pattern=re.compile(_BETWEEN.format(_NUMBER, r"\d[\d,]*"), re.IGNORECASE))
_HIGH: Final = Statement(pattern=re.compile(_BETWEEN.format(r"\d[\d,]*", _NUMBER), re.IGNORECASE))


def _8k(side: int) -> Statement:
    """8K is 7680 x 4320: ITU-R BT.2020."""
    return Statement(pattern=re.compile(r"\b8K\b"), number=side)


LIMITS: Final[Registry[Limit]] = Registry(
    Limit(
        id="organization.projects.max",
        entity="organization",
        constraint=Constraint.MAX,
        value=1000,
        unit="projects",
        profiles=_CLOUD,
        enforced_at=(_AT.PROJECT_CREATION, _AT.IMPORT_NEW_PROJECT),
        citation=_READ_AS_CLOUD,
        counting=Counting(
            of=Counted.PROJECTS,
            gate_value=30,
            one_fill=True,
            exclusive=True,
            above_only={_AT.PROJECT_CREATION: (RACE, LONG_NAME, TWO_TASKS), _AT.IMPORT_NEW_PROJECT: (LONG_NAME,)},
        ),
        stated=(_at_most("projects"),),
        seconds=0.15,
    ),
    Limit(
        id="project.labels.max",
        entity="project",
        constraint=Constraint.MAX,
        value=500,
        unit="labels",
        profiles=_BOTH,
        enforced_at=(_AT.PROJECT_CREATION, _AT.IMPORT_NEW_PROJECT, _AT.LABEL_MANAGEMENT),
        citation=PUBLISHED,
        # Labels count for the project: those of two tasks go together.
        counting=Counting(
            of=Counted.LABELS,
            single_request=True,
            variants={_AT.PROJECT_CREATION: ("", TWO_TASKS)},
            above_only={
                _AT.PROJECT_CREATION: (SECOND_TASK, LONG_NAME),
                _AT.LABEL_MANAGEMENT: (SECOND_TASK, AFTER_DELETION, EXCHANGE),
            },
            at_only={_AT.LABEL_MANAGEMENT: (UNCHANGED, EXCHANGE)},
        ),
        stated=(_at_most("labels"),),
        seconds=0.15,
    ),
    Limit(
        id="project.tasks.max",
        entity="project",
        constraint=Constraint.MAX,
        value=2,
        unit="tasks",
        profiles=_BOTH,
        enforced_at=(_AT.PROJECT_CREATION,),
        citation=PUBLISHED,
        # What ends the chain of tasks; before it stand detections.
        counting=Counting(
            of=Counted.TASKS, single_request=True, variants={_AT.PROJECT_CREATION: ("classification", "segmentation")}
        ),
        stated=(_at_most("tasks"),),
        seconds=0.15,
    ),
    Limit(
        id="project.datasets.max",
        entity="project",
        constraint=Constraint.MAX,
        value=1000,
        unit="datasets",
        profiles=_CLOUD,
        enforced_at=(_AT.DATASET_CREATION, _AT.IMPORT_NEW_DATASET),
        citation=_READ_AS_CLOUD,
        counting=Counting(
            of=Counted.DATASETS,
            gate_value=40,
            above_only={_AT.DATASET_CREATION: (RACE, LONG_NAME), _AT.IMPORT_NEW_DATASET: (LONG_NAME,)},
        ),
        stated=(_at_most("datasets"),),
        seconds=0.15,
    ),
    Limit(
        id="project.media.max",
        entity="project",
        constraint=Constraint.MAX,
        value=100_000,
        unit="images and videos",
        profiles=_CLOUD,
        enforced_at=(_AT.IMAGE_UPLOAD, _AT.VIDEO_UPLOAD, _AT.DATASET_IMPORT),
        citation=_READ_AS_CLOUD,
        # An import is held against the limit by what it brings, not only by whether there is room.
        counting=Counting(
            of=Counted.MEDIA,
            gate_value=48,
            one_fill=True,
            filled_with_media=True,
            above_only={
                _AT.IMAGE_UPLOAD: (RACE, LONG_NAME, SECOND_DATASET),
                _AT.VIDEO_UPLOAD: (LONG_NAME, SECOND_DATASET),
                _AT.DATASET_IMPORT: (TWO_FOR_ONE_PLACE, SECOND_DATASET),
            },
        ),
        stated=(_at_most("(?:media|images)"),),
        seconds=0.15,
    ),
    Limit(
        id="image.pixels.max",
        entity="image",
        constraint=Constraint.MAX,
        value=35_481_600,
        unit="pixels",
        profiles=_CLOUD,
        enforced_at=(_AT.IMAGE_UPLOAD, _AT.DATASET_IMPORT),
        citation=_READ_AS_CLOUD,
        axes=(Axis.AREA,),
        stated=(_at_most(r"pixels\b(?! (?:wide|high|a side))"),),
        seconds=0.48,
    ),
    Limit(
        id="image.side.min",
        entity="image",
        constraint=Constraint.MIN,
        value=32,
        unit="px",
        profiles=_BOTH,
        enforced_at=(_AT.IMAGE_UPLOAD, _AT.DATASET_IMPORT),
        citation=PUBLISHED,
        axes=(Axis.WIDTH, Axis.HEIGHT),
        stated=(_LOW,),
    ),
    Limit(
        id="image.side.max",
        entity="image",
        constraint=Constraint.MAX,
        value=20_000,
        unit="px",
        profiles=_BOTH,
        enforced_at=(_AT.IMAGE_UPLOAD, _AT.DATASET_IMPORT),
        citation=PUBLISHED,
        axes=(Axis.WIDTH, Axis.HEIGHT),
        stated=(_HIGH,),
    ),
    Limit(
        id="video.side.min",
        entity="video",
        constraint=Constraint.MIN,
        value=32,
        unit="px",
        profiles=_BOTH,
        enforced_at=(_AT.VIDEO_UPLOAD,),
        citation=PUBLISHED,
        axes=(Axis.WIDTH, Axis.HEIGHT),
        stated=(_LOW,),
    ),
    Limit(
        id="video.width.max",
        entity="video",
        constraint=Constraint.MAX,
        value=7860,
        unit="px",
        profiles=_BOTH,
        enforced_at=(_AT.VIDEO_UPLOAD,),
        citation=PUBLISHED,
        axes=(Axis.WIDTH,),
        stated=(_at_most("(?:px|pixels) wide"), _8k(7680)),
    ),
    Limit(
        id="video.height.max",
        entity="video",
        constraint=Constraint.MAX,
        value=4320,
        unit="px",
        profiles=_BOTH,
        enforced_at=(_AT.VIDEO_UPLOAD,),
        citation=PUBLISHED,
        axes=(Axis.HEIGHT,),
        stated=(_at_most("(?:px|pixels) high"), _8k(4320)),
    ),
    Limit(
        id="video.duration.max",
        entity="video",
        constraint=Constraint.MAX,
        value=10_800,
        unit="s",
        profiles=_BOTH,
        enforced_at=(_AT.VIDEO_UPLOAD,),
        citation=PUBLISHED,
        axes=(Axis.DURATION,),
        stated=(_at_most("(?:s|seconds)"),),
        seconds=0.35,
    ),
    Limit(
        id="media.annotation-versions.max",
        entity="media",
        constraint=Constraint.MAX,
        value=100,
        unit="versions per image or frame",
        profiles=_CLOUD,
        enforced_at=(_AT.IMAGE_ANNOTATION, _AT.FRAME_ANNOTATION),
        citation=_READ_AS_CLOUD,
        counting=Counting(
            of=Counted.ANNOTATION_VERSIONS,
            gate_value=25,
            above_only={_AT.IMAGE_ANNOTATION: (RACE, EMPTY), _AT.FRAME_ANNOTATION: (EMPTY,)},
        ),
        stated=(_at_most("versions"),),
        seconds=1.10,
    ),
    Limit(
        id="training.dataset-size.max",
        entity="training",
        constraint=Constraint.MAX,
        value=1000,
        unit="images and frames",
        profiles=_CLOUD,
        enforced_at=(_AT.TRAINING, _AT.OPTIMIZE, _AT.HPO),
        citation=_READ_AS_CLOUD,
        # An upload and an annotation for each.
        counting=Counting(
            of=Counted.TRAINING_IMAGES,
            gate_value=10,
            one_fill=True,
            requests_each=2,
            above_only={_AT.TRAINING: (FROM_SCRATCH,)},
            at_only={_AT.TRAINING: (AFTER_DELETION,)},
        ),
        seconds=0.10,
    ),
)
