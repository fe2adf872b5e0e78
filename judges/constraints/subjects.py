"""What each constraint is asked of, and with which value well inside it: one entry a row of the table."""

from __future__ import annotations

from typing import Final

from contract.constraints import Allowed, Constraint
from judges.constraints.annotations import Annotations
from judges.constraints.exports import Exports
from judges.constraints.listings import Listings
from judges.constraints.projects import Datasets, Projects
from judges.constraints.settings import Settings
from judges.constraints.subject import Subject
from judges.constraints.uploads import Archives, Media

_SMALL_FILE: Final = 10_000  # bytes

# By the id of the row: the subject, and a value that is legal beyond doubt unless a document says otherwise.
_SUBJECTS: Final[dict[str, tuple[type[Subject], int | str]]] = {
    "list.limit": (Listings, 10),
    "annotation.polygon.points.max": (Annotations, 8),
    "annotation.rectangle.side.min": (Annotations, 12),
    "annotation.rectangle.corner.min": (Annotations, 2),
    "annotation.ellipse.side.min": (Annotations, 12),
    "label.color": (Projects, "#ff0000ff"),
    "label.name": (Projects, "two names"),
    "project.labels.min.detection": (Projects, 4),
    "project.labels.min.classification": (Projects, 4),
    "project.labels.anomaly": (Projects, "no label"),
    "project.chain": (Projects, "detection -> classification"),
    "dataset.name.min": (Datasets, 12),
    "image.format": (Media, "png"),
    "video.format": (Media, "mp4"),
    "image.file.max": (Media, _SMALL_FILE),
    "video.file.max": (Media, _SMALL_FILE),
    "archive.file.min": (Archives, 300),
    "archive.file.max": (Archives, _SMALL_FILE),
    "tus.version": (Archives, "1.0.0"),
    "tus.whole": (Archives, "whole file"),
    "export.format": (Exports, "coco"),
    "user.settings.length.max": (Settings, 100),
}


def subject_of(constraint: Constraint) -> type[Subject]:
    """What a constraint is asked of. Raises ``LookupError`` for a row that has no entry, by name."""
    if constraint.id not in _SUBJECTS:
        raise LookupError(f"{constraint.id}: nothing puts its value into a request; add an entry in {__name__}")
    return _SUBJECTS[constraint.id][0]


def control_of(constraint: Constraint, allowed: Allowed) -> int | str:
    """A value well inside what is allowed; where the usual one is not, the nearest bound or the first member."""
    value = _SUBJECTS[constraint.id][1]
    if allowed.takes(value):
        return value
    if isinstance(value, int):
        bounds = [bound for bound in (allowed.least, allowed.most) if bound is not None]
        return min(bounds, key=lambda bound: abs(bound - value))
    return next(iter(sorted(allowed.members)), value)
