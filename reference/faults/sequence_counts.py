"""Counts that only a sequence of requests makes wrong, and places that it does not give back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any, Final

from starlette.types import ASGIApp

from contract.limits import EnforcementPoint
from contract.profiles import Profile
from reference.behaviour import Behaviour
from reference.faults.replies import Reply, rewritten
from reference.faults.sequences import SEQUENCE, Edits
from reference.store import Document, Store

_MEDIA: Final = ("image", "video")


class _DeletionCostsPlaces(Behaviour):
    """A dataset that is deleted while it holds media goes on being counted, or its media do."""

    concerns: str

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._lost = dict[str, int]()

    def remove(self, store: Store, kind: str, identifier: str) -> None:
        held = store.count(identifier, *_MEDIA) if kind == "dataset" else 0
        if held:
            project = next(store.ancestors(identifier))
            lost = 1 if self.concerns == "project.datasets.max" else held
            self._lost[project] = self._lost.get(project, 0) + lost
        super().remove(store, kind, identifier)

    def count(self, store: Store, limit_id: str, parent: str, kind: str) -> int:
        lost = self._lost.get(parent, 0) if limit_id == self.concerns else 0
        return super().count(store, limit_id, parent, kind) + lost


class _DatasetPlaceLost(_DeletionCostsPlaces):
    concerns = "project.datasets.max"


class _MediaPlacesLost(_DeletionCostsPlaces):
    concerns = "project.media.max"


class _Totals(Behaviour):
    """The totals of a dataset are off by what is noted."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self.off = dict[str, int]()

    def around(self, app: ASGIApp) -> ASGIApp:
        return rewritten(super().around(app), self._counted)

    def _counted(self, scope: MutableMapping[str, Any], reply: Reply) -> Reply:
        path = scope["path"]
        dataset = path.removesuffix("/media:query").rpartition("/")[2]
        body = reply.json()
        if not path.endswith("/media:query") or body is None or not self.off.get(dataset) or reply.status != 200:
            return reply
        return reply.with_json({**body, "total_images": max(0, body["total_images"] + self.off[dataset])})


class _StatisticsKeepDeleted(Behaviour):
    """Media that are deleted by themselves go on counting in the statistics of their dataset."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._deleted = Counter[str]()

    def remove(self, store: Store, kind: str, identifier: str) -> None:
        if kind in _MEDIA:
            self._deleted[next(store.ancestors(identifier))] += 1
        super().remove(store, kind, identifier)

    def around(self, app: ASGIApp) -> ASGIApp:
        return rewritten(super().around(app), self._counted)

    def _counted(self, scope: MutableMapping[str, Any], reply: Reply) -> Reply:
        path, body = scope["path"], reply.json()
        if not path.endswith("/statistics") or body is None or reply.status != 200:
            return reply
        images = body["overview"]["images"] + self._deleted[path.removesuffix("/statistics").rpartition("/")[2]]
        return reply.with_json({**body, "overview": {**body["overview"], "images": images}})


class _ImportAfterDeletionTwice(_Totals):
    """What is imported into a project of which an annotated medium was deleted counts twice."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._after_deletion = set[str]()

    def remove(self, store: Store, kind: str, identifier: str) -> None:
        if kind in _MEDIA and store.count(identifier, "annotation"):
            self._after_deletion.update(list(store.ancestors(identifier))[1:2])
        super().remove(store, kind, identifier)

    @contextmanager
    def admitting(self, store: Store, limit_id: str, point: EnforcementPoint, parent: str, kind: str) -> Iterator[None]:
        with super().admitting(store, limit_id, point, parent, kind):
            yield
        if (
            point is EnforcementPoint.DATASET_IMPORT
            and limit_id == "project.media.max"
            and parent in self._after_deletion
        ):
            newest = max(store.list(parent, "dataset"), key=lambda each: store.count(each["id"], *_MEDIA))
            self.off[newest["id"]] = self.off.get(newest["id"], 0) + 1


class _DeletionCountsElsewhere(_Totals):
    """An annotated image that is deleted in one project is taken off the count of the others."""

    def remove(self, store: Store, kind: str, identifier: str) -> None:
        if kind in _MEDIA and store.count(identifier, "annotation"):
            _dataset, project, workspace, *_ = store.ancestors(identifier)
            others = [each["id"] for each in store.list(workspace, "project") if each["id"] != project]
            for dataset in (each["id"] for other in others for each in store.list(other, "dataset")[:1]):
                self.off[dataset] = self.off.get(dataset, 0) - 1
        super().remove(store, kind, identifier)


class _DatasetDeletionRenames(Edits):
    """A dataset that is deleted while it holds media takes the name of its project back to the one before."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._earlier = dict[str, str]()

    def edited(self, store: Store, before: Document, after: Document) -> Document:
        if before["name"] != after["name"]:
            self._earlier[before["id"]] = before["name"]
        return super().edited(store, before, after)

    def remove(self, store: Store, kind: str, identifier: str) -> None:
        places = list(store.ancestors(identifier))
        holds = kind == "dataset" and store.count(identifier, "image", "video")
        super().remove(store, kind, identifier)
        row = store.get("project", places[0], places[1]) if holds else None
        if row is not None and places[0] in self._earlier:
            store.put("project", places[0], places[1], {**row[0], "name": self._earlier[places[0]]})


FAULTS: Final = (
    SEQUENCE(
        "place-of-a-filled-dataset-lost", "The place of a dataset that held media is not given back by its deletion."
    ).breaks("project.datasets.max@dataset-creation", verdict="over-enforced", by=_DatasetPlaceLost),
    SEQUENCE(
        "media-of-a-deleted-dataset-counted", "The media of a dataset that was deleted go on counting in its project."
    ).breaks("project.media.max@image-upload", verdict="over-enforced", by=_MediaPlacesLost),
    SEQUENCE(
        "import-after-a-deletion-twice",
        "What is imported into a project counts twice once an annotated one was deleted.",
    ).breaks("lifecycle.counts@media", verdict="unclean", by=_ImportAfterDeletionTwice, also=("*",)),
    SEQUENCE("statistics-keep-deleted", "Media that were deleted go on counting in the statistics.").breaks(
        "lifecycle.counts@media", verdict="unclean", by=_StatisticsKeepDeleted, also=("*",)
    ),
    SEQUENCE(
        "deletion-counts-elsewhere", "An annotated image that is deleted is taken off the counts of other projects."
    ).breaks("lifecycle.counts@media", verdict="unclean", by=_DeletionCountsElsewhere, also=("*",)),
    SEQUENCE(
        "dataset-deletion-renames-project", "A dataset that held media takes the last name of its project with it."
    ).breaks("lifecycle.untouched@project", verdict="unclean", by=_DatasetDeletionRenames),
)
