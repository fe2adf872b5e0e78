"""Paths around the limits on counts: names, datasets, tasks and edits for which nobody counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from contract.limits import LIMITS, EnforcementPoint
from contract.profiles import Profile
from reference.behaviour import Behaviour
from reference.errors import LimitReached
from reference.faults.fault import Fault, Group
from reference.faults.replies import json_object, read_body
from reference.store import Document, Store

_LABELS, _DATASETS, _MEDIA, _PROJECTS, _VERSIONS = (
    "project.labels.max",
    "project.datasets.max",
    "project.media.max",
    "organization.projects.max",
    "media.annotation-versions.max",
)
_LONG: Final = 100
# Whether the request in hand is one that nobody counts for.
_UNCOUNTED: Final[ContextVar[bool]] = ContextVar("uncounted", default=False)
_Concerned = Callable[[str, bytes], bool]


def _requests(limit_id: str, method: str, concerned: _Concerned) -> type[Behaviour]:
    """Requests of a method, chosen by path and body, are not held against a limit; nor are the jobs that they start."""

    class Uncounted(Behaviour):
        def __init__(self, profile: Profile) -> None:
            super().__init__(profile)
            self.jobs = 0

        def check(self, asked: str, point: EnforcementPoint, value: int) -> None:
            job = "import" in point and self.jobs > 0
            if asked != limit_id or not (_UNCOUNTED.get() or job):
                super().check(asked, point, value)

        def around(self, app: ASGIApp) -> ASGIApp:
            inner = super().around(app)

            async def marked(scope: Scope, receive: Receive, send: Send) -> None:
                if scope["type"] != "http" or scope["method"] != method:
                    await inner(scope, receive, send)
                    return
                body, again = await read_body(receive)
                uncounted = concerned(scope["path"], body)
                self.jobs += uncounted and scope["path"].endswith(":import-from-dataset")
                token = _UNCOUNTED.set(uncounted)
                try:
                    await inner(scope, again, send)
                finally:
                    _UNCOUNTED.reset(token)

            return marked

    return Uncounted


def _named(path: str, field: str = "name") -> _Concerned:
    """What creates at a path something of a long name."""
    return lambda at, body: at.endswith(path) and len(str(json_object(body).get(field, ""))) > _LONG


def _file_named(pattern: bytes) -> _Concerned:
    return lambda at, body: at.endswith(("/media/images", "/media/videos")) and re.search(pattern, body) is not None


def _second_dataset(limit_id: str) -> type[Behaviour]:
    """What lies in another dataset than the one for training is not held against a limit."""

    class OtherDatasetsUncounted(Behaviour):
        def find(self, store: Store, kind: str, identifier: str, parent: str) -> tuple[Document, Path | None] | None:
            row = super().find(store, kind, identifier, parent)
            if kind == "dataset":
                _UNCOUNTED.set(row is not None and not row[0]["use_for_training"])
            return row

        def check(self, asked: str, point: EnforcementPoint, value: int) -> None:
            if asked != limit_id or not _UNCOUNTED.get():
                super().check(asked, point, value)

    return OtherDatasetsUncounted


class _LaterTasks(Behaviour):
    """The labels of an edit are counted for the first task that has any."""

    def count_labels(self, tasks: list[Document]) -> int:
        labelled = [task for task in tasks if task.get("labels")]
        edited = all("id" in label for task in labelled for label in task["labels"])
        return super().count_labels(labelled[:1] if edited else tasks)


class _FullEditRefused(Behaviour):
    """A project with as many labels as it may have cannot be edited at all."""

    def check(self, limit_id: str, point: EnforcementPoint, value: int) -> None:
        super().check(limit_id, point, value)
        if limit_id == _LABELS and point is EnforcementPoint.LABEL_MANAGEMENT and _UNCOUNTED.get():
            bound = self.limit(limit_id, point)
            if bound is not None and value >= bound:
                raise LimitReached(limit_id, f"{limit_id}: {value} {LIMITS[limit_id].unit} are too many to edit")


def _unchanged(path: str, body: bytes) -> bool:
    tasks = (json_object(body).get("pipeline") or {}).get("tasks") if "/projects/" in path else None
    return bool(tasks) and all("id" in label for task in tasks or () for label in task.get("labels", ()))


class _UnchangedRefused(_requests("", "PUT", _unchanged), _FullEditRefused):  # type: ignore[misc]
    pass


def _exchanges(path: str, body: bytes) -> bool:
    tasks = (json_object(body).get("pipeline") or {}).get("tasks") if "/projects/" in path else None
    return any(label.get("is_deleted") for task in tasks or () for label in task.get("labels", ()))


class _DeletedInEditCount(_requests("", "PUT", _exchanges)):  # type: ignore[misc]
    """The labels that an edit deletes count among those that it leaves."""

    def count_labels(self, tasks: list[Document]) -> int:
        return int(super().count_labels(tasks) + _UNCOUNTED.get())


_path = Group("path")


def _around(name: str, sentence: str, requirement: str, by: type[Behaviour], side: str = "above") -> Fault:
    return _path(name, sentence).breaks_limit(requirement, side=side, by=by)


FAULTS: Final = (
    _around(
        "long-datasets-uncounted",
        "Datasets of long names are not held against the limit.",
        f"{_DATASETS}@dataset-creation",
        _requests(_DATASETS, "POST", _named("/datasets")),
    ),
    _around(
        "long-projects-uncounted",
        "Projects of long names are not held against the limit.",
        f"{_PROJECTS}@project-creation",
        _requests(_PROJECTS, "POST", _named("/projects")),
    ),
    _around(
        "long-imports-uncounted",
        "Datasets that are imported under a long name are not held against the limit.",
        f"{_DATASETS}@import-new-dataset",
        _requests(_DATASETS, "POST", _named(":import-from-dataset", "dataset_name")),
    ),
    _around(
        "long-imported-projects-uncounted",
        "Projects that are imported under a long name are not held against the limit.",
        f"{_PROJECTS}@import-new-project",
        _requests(_PROJECTS, "POST", _named(":import-from-dataset", "project_name")),
    ),
    _around(
        "chains-uncounted",
        "Projects of two tasks are not held against the limit on projects.",
        f"{_PROJECTS}@project-creation",
        _requests(_PROJECTS, "POST", lambda at, body: at.endswith("/projects") and b'"crop"' in body),
    ),
    _around(
        "upper-case-uncounted",
        "Images whose extension is in capitals are not held against the limit on media.",
        f"{_MEDIA}@image-upload",
        _requests(_MEDIA, "POST", _file_named(rb'filename="[^"]*\.PNG"')),
    ),
    _around(
        "double-extensions-uncounted",
        "Media with two extensions are not held against the limit on media.",
        f"{_MEDIA}@image-upload",
        _requests(_MEDIA, "POST", _file_named(rb'filename="[^"]*\.[a-z]+\.\w+"')),
    ),
    _around(
        "labelled-uploads-uncounted",
        "Media that come with labels are not held against the limit on media.",
        f"{_MEDIA}@video-upload",
        _requests(_MEDIA, "POST", _file_named(rb'name="upload_info"')),
    ),
    _around(
        "other-datasets-uncounted",
        "Media of datasets that are not for training are not held against the limit.",
        f"{_MEDIA}@image-upload",
        _second_dataset(_MEDIA),
    ),
    _around(
        "versions-of-other-datasets-uncounted",
        "Annotation versions in datasets that are not for training are not counted.",
        f"{_VERSIONS}@image-annotation",
        _second_dataset(_VERSIONS),
    ),
    _around(
        "empty-versions-uncounted",
        "Submissions of no annotation are kept, and not held against the limit on annotation versions.",
        f"{_VERSIONS}@image-annotation",
        _requests(_VERSIONS, "POST", lambda at, body: "/images/" in at and json_object(body).get("annotations") == []),
    ),
    _around(
        "empty-frame-versions-uncounted",
        "Submissions of no annotation of a frame are kept, and not held against the limit on annotation versions.",
        f"{_VERSIONS}@frame-annotation",
        _requests(_VERSIONS, "POST", lambda at, body: "/frames/" in at and json_object(body).get("annotations") == []),
    ),
    _around(
        "labels-of-later-tasks-uncounted",
        "An edit counts the labels of the first task alone.",
        f"{_LABELS}@label-management",
        _LaterTasks,
    ),
    _around(
        "exchanges-of-labels-uncounted",
        "An edit that deletes a label may add any number of them.",
        f"{_LABELS}@label-management",
        _requests(_LABELS, "PUT", _exchanges),
    ),
    _around(
        "labels-deleted-in-the-edit-count",
        "A label that an edit deletes counts beside those that the edit adds.",
        f"{_LABELS}@label-management",
        _DeletedInEditCount,
        side="at",
    ),
    _around(
        "full-project-cannot-be-edited",
        "An edit that changes nothing is refused where a project has as many labels as it may have.",
        f"{_LABELS}@label-management",
        _UnchangedRefused,
        side="at",
    ),
)
