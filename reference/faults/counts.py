"""Counts that race, count what is gone, or count the wrong things."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Final

from contract.limits import EnforcementPoint
from contract.profiles import Profile
from reference.behaviour import Behaviour
from reference.errors import ApiError
from reference.faults.fault import Fault, Group
from reference.store import Document, Store

_WITH_EMPTY_LABEL: Final = frozenset({"detection", "segmentation"})
# Between a count and the insertion after it others come in: so long that they always do, in seconds.
_GAP_S: Final = 0.5


def _racing(limit_id: str) -> type[Behaviour]:
    class CountsBeforeOthersAreDone(Behaviour):
        def counting(self, store: Store, asked: str) -> AbstractContextManager[None]:
            return nullcontext() if asked == limit_id else super().counting(store, asked)

        def admit(self, asked: str, point: EnforcementPoint, value: int) -> ApiError | None:
            late = super().admit(asked, point, value)
            if asked == limit_id and value == self.limit(limit_id, point):
                time.sleep(_GAP_S)  # for the last place alone: fills stay as fast as they are
            return late

    return CountsBeforeOthersAreDone


def _deleted_count(limit_id: str, *kinds: str) -> type[Behaviour]:
    class DeletedCount(Behaviour):
        def __init__(self, profile: Profile) -> None:
            super().__init__(profile)
            self.removed: Counter[str] = Counter()

        def remove(self, store: Store, kind: str, identifier: str) -> None:
            if kind in kinds:
                self.removed.update(store.ancestors(identifier))
            super().remove(store, kind, identifier)

        def count(self, store: Store, asked: str, parent: str, kind: str) -> int:
            gone = self.removed[parent] if asked == limit_id else 0
            return super().count(store, asked, parent, kind) + gone

    return DeletedCount


def _media(of_datasets: Callable[[list[dict[str, int]]], int]) -> type[Behaviour]:
    """The media of a project, counted otherwise from those of each of its datasets."""

    class MediaCountedOtherwise(Behaviour):
        def count(self, store: Store, asked: str, parent: str, kind: str) -> int:
            if asked != "project.media.max":
                return super().count(store, asked, parent, kind)
            datasets = [dataset["id"] for dataset in store.list(parent, "dataset")]
            return of_datasets([{each: store.count(one, each) for each in ("image", "video")} for one in datasets])

    return MediaCountedOtherwise


class _MediaUncountedInJobs(Behaviour):
    """The import is held against the limit when it is asked for, and what the job brings is not."""

    def admit(self, limit_id: str, point: EnforcementPoint, value: int) -> ApiError | None:
        if limit_id == "project.media.max" and point is EnforcementPoint.DATASET_IMPORT:
            return None
        return super().admit(limit_id, point, value)


class _LabelsOfEachTask(Behaviour):
    def count_labels(self, tasks: list[Document]) -> int:
        most = 0
        for task in tasks:
            most = max(most, super().count_labels([task]))
        return most


class _EmptyLabelCounts(Behaviour):
    def count_labels(self, tasks: list[Document]) -> int:
        own = sum(task.get("task_type", "detection") in _WITH_EMPTY_LABEL for task in tasks)
        return super().count_labels(tasks) + own


class _DeletedLabelsCount(Behaviour):
    """Once a project was edited, its labels count as if they had been added anew."""

    def count_labels(self, tasks: list[Document]) -> int:
        edited = len([label for task in tasks for label in task.get("labels", []) if "id" in label])
        return super().count_labels(tasks) + min(edited, 2)


class _CropsCount(Behaviour):
    def count_tasks(self, tasks: list[Document]) -> int:
        crops = [task for task in tasks if task["task_type"] == "crop"]
        return super().count_tasks(tasks) + len(crops)


class _KindsOfTasks(Behaviour):
    def count_tasks(self, tasks: list[Document]) -> int:
        return min(super().count_tasks(tasks), len({task["task_type"] for task in tasks} - {"dataset", "crop"}))


_count = Group("count")


def _race(name: str, what: str, requirement: str) -> Fault:
    sentence = f"{what} created at once share the last place, since the count is taken before it is used."
    return _count(name, sentence).breaks_limit(requirement, side="above", by=_racing(requirement.partition("@")[0]))


FAULTS: Final = (
    _race("projects-race", "Projects", "organization.projects.max@project-creation"),
    _race("datasets-race", "Datasets", "project.datasets.max@dataset-creation"),
    _race("media-race", "Images", "project.media.max@image-upload"),
    _race("annotation-versions-race", "Annotation versions", "media.annotation-versions.max@image-annotation"),
    _count("deleted-projects-count", "Deleted projects count towards the limit.").breaks_limit(
        "organization.projects.max@project-creation",
        side="above",
        verdict="over-enforced",
        by=_deleted_count("organization.projects.max", "project"),
    ),
    _count("deleted-datasets-count", "Deleted datasets count towards the limit.").breaks_limit(
        "project.datasets.max@dataset-creation",
        side="above",
        verdict="over-enforced",
        by=_deleted_count("project.datasets.max", "dataset"),
    ),
    _count("deleted-media-count", "Deleted images and videos count towards the limit.").breaks_limit(
        "project.media.max@image-upload",
        side="above",
        verdict="over-enforced",
        by=_deleted_count("project.media.max", "image", "video"),
    ),
    _count("videos-do-not-count", "Videos do not count as media of a project.").breaks_limit(
        "project.media.max@video-upload", side="above", by=_media(lambda held: sum(each["image"] for each in held))
    ),
    _count(
        "media-of-one-dataset-count", "The limit on the media of a project is held against each dataset by itself."
    ).breaks_limit(
        "project.media.max@image-upload",
        side="above",
        by=_media(lambda held: max(map(sum, (each.values() for each in held)))),
    ),
    _count("media-of-first-dataset-count", "Only the media of the first dataset of a project count.").breaks_limit(
        "project.media.max@image-upload", side="above", by=_media(lambda held: sum(held[0].values()))
    ),
    _count(
        "imported-media-do-not-count", "An import fills a project past its limit once there was room for one."
    ).breaks_limit("project.media.max@dataset-import", side="above", by=_MediaUncountedInJobs),
    _count(
        "labels-of-each-task-count", "The limit on the labels of a project is held against each task by itself."
    ).breaks_limit("project.labels.max@project-creation", side="above", by=_LabelsOfEachTask),
    _count(
        "empty-label-counts", "The label that the deployment adds by itself counts as one of the user's."
    ).breaks_limit("project.labels.max@import-new-project", side="at", by=_EmptyLabelCounts),
    _count("edited-labels-count-twice", "Two labels of a project count twice once it is edited.").breaks_limit(
        "project.labels.max@label-management", side="at", by=_DeletedLabelsCount
    ),
    _count("crops-count-as-tasks", "The crops between the tasks of a chain count as tasks.").breaks_limit(
        "project.tasks.max@project-creation", side="at", by=_CropsCount
    ),
    _count("kinds-of-tasks-count", "Tasks of one kind count as one task.").breaks_limit(
        "project.tasks.max@project-creation", side="above", by=_KindsOfTasks
    ),
)
