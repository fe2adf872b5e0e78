"""What Geti's REST documentation states beside the limits: numbers, patterns and sets, one row each, as data.

A new constraint is one row in ``CONSTRAINTS``. How its value is put into a request is one entry in
``judges.constraints.subjects``; the probes, the cases and the faults follow from the row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from contract import operations as api
from contract.formats import IMAGE_FORMATS, VIDEO_FORMATS
from contract.limits import Statement, whole_number
from contract.operations import ApiOperation
from contract.registry import Registry

REST_2_11: Final = "Intel Geti REST API 2.11"


class Kind(StrEnum):
    """What a constraint bounds."""

    RANGE = "range"
    LENGTH = "length"
    SIZE = "size"
    SET = "set"
    PATTERN = "pattern"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What is allowed: numbers from ``least`` to ``most`` (None: no bound), the ``members``, or what fits a pattern."""

    least: int | None = None
    most: int | None = None
    members: Collection[str] = ()
    pattern: str = ""

    def takes(self, value: float | str) -> bool:
        """Whether a value is allowed: a number, or a text."""
        if not isinstance(value, str):
            return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)
        if self.pattern:
            return re.fullmatch(self.pattern, value) is not None
        return not self.members or value in self.members

    @property
    def words(self) -> str:
        """What is allowed, in words: ``1 to 100``, ``at most 5,000``, ``coco or voc``."""
        if self.pattern:
            return self.pattern
        if self.members:
            return " or ".join(self.members)
        if self.least is None:
            return f"at most {self.most:,}"
        return f"at least {self.least:,}" if self.most is None else f"{self.least:,} to {self.most:,}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a constraint must hold: an operation, in ``words``.

    ``stated`` is where a document states it, as names from the operation's body, or of a parameter where the first is
    ``query``: ``[]`` stands for the entries of a list, ``?POLYGON`` for the alternative of that type. ``announced``
    says that the size of a file is only named there, and not one of its bytes is sent.
    """

    words: str
    operation: ApiOperation
    stated: tuple[str, ...] = ()
    announced: bool = False

    @property
    def id(self) -> str:
        """The scope in a requirement's id: ``project-creation``."""
        return self.words.replace(" ", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """One row: ``sentence`` is what is promised, ``allowed`` the value as documented, in ``unit``.

    ``refusals`` are the documented statuses. What is bounded are the ``fields`` of the subject, each by itself, or two
    at a time (``x+y``); ``near`` are texts that just miss a set or a pattern, or say what just misses a number.
    ``only_beyond``: what lies inside may be refused for another reason. ``stated`` says how prose states the number,
    ``listed`` how it lists the members of a set, in group 1. ``read_as`` is the number by the other reading of its
    unit, where it has two: nothing is promised in between. ``gate_value`` is what the embedded deployment is set to
    where the documented number takes gigabytes. ``sampled`` are values well inside, asked for where that number is out
    of reach. ``unjudged`` says why no probe is sent.
    """

    id: str
    sentence: str
    kind: Kind
    allowed: Allowed
    refusals: frozenset[int]
    at: tuple[Place, ...]
    source: str
    unit: str = ""
    fields: tuple[str, ...] = ("",)
    near: tuple[str, ...] = ()
    only_beyond: bool = False
    stated: tuple[Statement, ...] = ()
    listed: re.Pattern[str] | None = None
    read_as: int | None = None
    gate_value: int | None = None
    sampled: tuple[int, ...] = ()
    unjudged: str = ""

    @property
    def one_bound(self) -> bool:
        """Whether what is allowed is one number, which another can stand for."""
        return (self.allowed.least is None) is not (self.allowed.most is None)

    @property
    def unsought(self) -> str:
        """Why no survey looks for it; empty where one does."""
        return self.unjudged or ("it takes files of gigabytes" if self.gate_value is not None else "")

    def requirement(self, place: Place) -> str:
        """The id of this constraint's requirement at one place."""
        return f"{self.id}@{place.id}"


# Nothing is sent to these: they are no operations that may go out, and stand here alone.
_PIPELINE: Final = "/projects/{project}/pipelines/{pipeline}"
_PREDICT: Final = ApiOperation("POST", f"{_PIPELINE}:batch_predict")
_EXPLAIN: Final = ApiOperation("POST", f"{_PIPELINE}:batch_explain")
_TEST: Final = ApiOperation("POST", "/projects/{project}/tests")

_400, _412, _413, _415 = (frozenset({status}) for status in (400, 412, 413, 415))
_LABELS: Final = ("pipeline", "tasks", "[]", "labels", "[]")
_SHAPE: Final = ("annotations", "[]", "shape")
_CREATION: Final = Place("project creation", api.CREATE_PROJECT)
_IMAGES: Final = Place("image upload", api.UPLOAD_IMAGE)
_VIDEOS: Final = Place("video upload", api.UPLOAD_VIDEO)
_ARCHIVES: Final = Place("archive upload", api.UPLOAD_ARCHIVE)
_RESUMABLE: Final = Place("resumable upload", api.START_UPLOAD, announced=True)
# So many whole bytes lie within 4.7 GiB.
_GIB_4_7: Final = 47 * 2**30 // 10
_EXTENSIONS: Final = re.compile(r"formats are ((?:[`\s,]|and|\.[a-z0-9]+)+)", re.IGNORECASE)
_MODEL: Final = "it takes a trained model, which no request of a gate can make"


def _on_image(*stated: str) -> tuple[Place, ...]:
    return (Place("image annotation", api.ANNOTATE_IMAGE, (*_SHAPE, *stated)),)


def _number(pattern: str, scale: Callable[[str], int] = whole_number) -> Statement:
    return Statement(pattern=re.compile(pattern, re.IGNORECASE), scale=scale)


def _decimal_gigabytes(text: str) -> int:
    return round(float(text) * 10**9)


def _megabytes(text: str) -> int:
    return whole_number(text) * 2**20


CONSTRAINTS: Final[Registry[Constraint]] = Registry(
    Constraint(
        id="list.limit",
        sentence="a listing gives at most 100 entries at once",
        kind=Kind.RANGE,
        allowed=Allowed(most=100),
        unit="entries",
        refusals=_400,
        at=(
            Place("project listing", api.LIST_PROJECTS, ("query", "limit")),
            Place("media query", api.QUERY_MEDIA, ("query", "limit")),
        ),
        source=f"{REST_2_11}, the parameter limit of listings",
        stated=(_number(r"default is \d+ and maximum is (\d+)"),),
    ),
    Constraint(
        id="annotation.polygon.points.max",
        sentence="a polygon has at most 5,000 points",
        kind=Kind.LENGTH,
        allowed=Allowed(most=5000),
        unit="points",
        refusals=_400,
        at=_on_image("?POLYGON"),
        fields=("points",),
        source=f"{REST_2_11}, polygon",
    ),
    Constraint(
        id="annotation.rectangle.side.min",
        sentence="a rectangle is at least 1 px wide and high",
        kind=Kind.RANGE,
        allowed=Allowed(least=1),
        unit="px",
        refusals=_400,
        at=_on_image("?RECTANGLE"),
        fields=("width", "height"),
        source=f"{REST_2_11}, rectangle",
    ),
    Constraint(
        id="annotation.rectangle.corner.min",
        sentence="the corner of a rectangle lies at 0 or further",
        kind=Kind.RANGE,
        allowed=Allowed(least=0),
        unit="px",
        refusals=_400,
        at=_on_image("?RECTANGLE"),
        fields=("x", "y", "x+y"),
        source=f"{REST_2_11}, rectangle",
    ),
    Constraint(
        id="annotation.ellipse.side.min",
        sentence="an ellipse is at least 1 px wide and high",
        kind=Kind.RANGE,
        allowed=Allowed(least=1),
        unit="px",
        refusals=_400,
        at=_on_image("?ELLIPSE"),
        fields=("width", "height"),
        source=f"{REST_2_11}, ellipse",
    ),
    Constraint(
        id="label.color",
        sentence="the colour of a label is #rrggbb or #rrggbbaa",
        kind=Kind.PATTERN,
        allowed=Allowed(pattern="^#([a-fA-F0-9]{6}|[a-fA-F0-9]{8})$"),
        refusals=_400,
        at=(Place("project creation", api.CREATE_PROJECT, (*_LABELS, "color")),),
        near=("#ff000", "#ff0000f", "#ff0000ff0", "ff0000", "#gg0000", "red"),
        source=f"{REST_2_11}, label",
    ),
    Constraint(
        id="label.name",
        sentence="the names of a project's labels differ",
        kind=Kind.SET,
        allowed=Allowed(members=("two names",)),
        refusals=_400,
        at=(_CREATION,),
        near=("one name twice",),
        source=f"{REST_2_11}, label",
    ),
    Constraint(
        id="project.labels.min.detection",
        sentence="a detection has at least 1 label",
        kind=Kind.RANGE,
        allowed=Allowed(least=1),
        unit="labels",
        refusals=_400,
        at=(_CREATION,),
        fields=("detection",),
        source=f"{REST_2_11}, project creation",
        stated=(_number(r"detection projects must have at least (\d+) label"),),
    ),
    Constraint(
        id="project.labels.min.classification",
        sentence="a classification has at least 2 labels at the top level",
        kind=Kind.RANGE,
        allowed=Allowed(least=2),
        unit="labels",
        refusals=_400,
        at=(_CREATION,),
        fields=("classification",),
        near=("one label and one below it",),
        source=f"{REST_2_11}, project creation",
    ),
    Constraint(
        id="project.labels.anomaly",
        sentence="an anomaly task is given no label, or two",
        kind=Kind.SET,
        allowed=Allowed(members=("no label",)),
        refusals=_400,
        at=(_CREATION,),
        near=("one label",),
        source=f"{REST_2_11}, project creation",
    ),
    Constraint(
        id="project.chain",
        sentence="two tasks are a detection and then a classification or a segmentation",
        kind=Kind.SET,
        allowed=Allowed(members=("detection -> classification", "detection -> segmentation")),
        refusals=_400,
        at=(_CREATION,),
        near=("classification -> detection", "segmentation -> classification"),
        source=f"{REST_2_11}, project creation",
    ),
    Constraint(
        id="dataset.name.min",
        sentence="the name of a dataset has at least 1 character",
        kind=Kind.LENGTH,
        allowed=Allowed(least=1),
        unit="characters",
        refusals=_400,
        at=(Place("dataset creation", api.CREATE_DATASET, ("name",)),),
        source=f"{REST_2_11}, dataset creation",
    ),
    Constraint(
        id="image.format",
        sentence="an image is one of the documented formats, by the extension of its file name",
        kind=Kind.SET,
        allowed=Allowed(members=IMAGE_FORMATS.keys()),
        refusals=_415,
        at=(_IMAGES,),
        near=("gif", "jpe", "txt", "mp4"),
        source=f"{REST_2_11}, image upload",
        listed=_EXTENSIONS,
    ),
    Constraint(
        id="video.format",
        sentence="a video is one of the documented formats, by the extension of its file name",
        kind=Kind.SET,
        allowed=Allowed(members=VIDEO_FORMATS.keys()),
        refusals=_415,
        at=(_VIDEOS,),
        near=("mpg", "wmv", "mp3", "png"),
        source=f"{REST_2_11}, video upload",
        listed=_EXTENSIONS,
    ),
    Constraint(
        id="archive.file.min",
        sentence="an archive is no empty file",
        kind=Kind.SIZE,
        allowed=Allowed(least=1),
        unit="bytes",
        refusals=_400,
        at=(_ARCHIVES,),
        only_beyond=True,
        source=f"{REST_2_11}, dataset upload",
    ),
    Constraint(
        id="tus.version",
        sentence="a resumable upload speaks tus 1.0.0",
        kind=Kind.SET,
        allowed=Allowed(members=("1.0.0",)),
        refusals=_412,
        at=(_RESUMABLE,),
        near=("0.2.2", "2.0.0"),
        source=f"{REST_2_11}, resumable upload; tus 1.0.0, Tus-Version",
    ),
    Constraint(
        id="tus.whole",
        sentence="an import is prepared of a file that was uploaded whole",
        kind=Kind.SET,
        allowed=Allowed(members=("whole file", "whole file in parts")),
        refusals=_412,
        at=(Place("import preparation", api.PREPARE_IMPORT),),
        near=("unfinished file", "file not begun"),
        source=f"{REST_2_11}, preparation of a dataset import",
    ),
    Constraint(
        id="image.file.max",
        sentence="an image is a file of at most 4.7 GiB",
        kind=Kind.SIZE,
        allowed=Allowed(most=_GIB_4_7),
        unit="bytes",
        refusals=_413,
        at=(_IMAGES,),
        source=f"{REST_2_11}, image upload: 413 is declared; the number is that of the service",
        gate_value=12_000_000,
        sampled=(12_000_000,),
    ),
    Constraint(
        id="video.file.max",
        sentence="a video is a file of at most 4.7 GB",
        kind=Kind.SIZE,
        allowed=Allowed(most=4_700_000_000),
        unit="bytes",
        refusals=_413,
        at=(_VIDEOS,),
        source=f"{REST_2_11}, video upload",
        stated=(_number(r"may not be larger than (\d+(?:\.\d+)?) GB\b", _decimal_gigabytes),),
        read_as=_GIB_4_7,
        gate_value=54_000_000,
        sampled=(60_000_000,),
    ),
    Constraint(
        id="archive.file.max",
        sentence="an archive is a file of at most 10,240 MB",
        kind=Kind.SIZE,
        allowed=Allowed(most=10_240 * 2**20),
        unit="bytes",
        refusals=_413,
        at=(_ARCHIVES, _RESUMABLE),
        source=f"{REST_2_11}, dataset upload",
        stated=(_number(r"exceeding (\d[\d,]*) MB is not allowed", _megabytes),),
        gate_value=16_000_000,
    ),
    Constraint(
        id="predict.frames.max",
        sentence="a prediction is asked for at most 20 frames",
        kind=Kind.RANGE,
        allowed=Allowed(most=20),
        unit="frames",
        refusals=_400,
        at=(Place("batch prediction", _PREDICT),),
        source=f"{REST_2_11}, batch prediction",
        stated=(_number(r"maximum number of frames to generate predictions for is (\d+)"),),
        unjudged=_MODEL,
    ),
    Constraint(
        id="explain.frames.max",
        sentence="an explanation is asked for at most 20 frames",
        kind=Kind.RANGE,
        allowed=Allowed(most=20),
        unit="frames",
        refusals=_400,
        at=(Place("batch explanation", _EXPLAIN),),
        source=f"{REST_2_11}, batch explanation",
        stated=(_number(r"maximum number of frames to generate explanations for is (\d+)"),),
        unjudged=_MODEL,
    ),
    Constraint(
        id="test.datasets",
        sentence="a test is of exactly 1 dataset",
        kind=Kind.LENGTH,
        allowed=Allowed(least=1, most=1),
        unit="datasets",
        refusals=_400,
        at=(Place("model test", _TEST),),
        source=f"{REST_2_11}, model test",
        unjudged=_MODEL,
    ),
    Constraint(
        id="export.format",
        sentence="a dataset is exported as coco, yolo, voc or datumaro",
        kind=Kind.SET,
        allowed=Allowed(members=("coco", "yolo", "voc", "datumaro")),
        refusals=_400,
        at=(Place("dataset export", api.PREPARE_EXPORT, ("query", "export_format")),),
        near=("pdf",),
        source=f"{REST_2_11}, dataset export",
    ),
    Constraint(
        id="thumbnail.side",
        sentence="a thumbnail is asked for with sides of 1 to 1,000 px",
        kind=Kind.RANGE,
        allowed=Allowed(least=1, most=1000),
        unit="px",
        refusals=_400,
        at=(),
        source=f"{REST_2_11}, thumbnail",
        unjudged="no published document declares the parameter",
    ),
    Constraint(
        id="user.settings.length.max",
        sentence="the settings of a user have at most 3,000 characters",
        kind=Kind.LENGTH,
        allowed=Allowed(most=3000),
        unit="characters",
        refusals=_400,
        at=(Place("user settings", api.SAVE_SETTINGS, ("settings",)),),
        source=f"{REST_2_11}, user settings",
    ),
)
