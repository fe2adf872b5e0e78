"""Media and annotations that only a sequence of requests loses, misplaces, or leaves behind."""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from fastapi.responses import Response
from starlette.types import ASGIApp

from contract.limits import EnforcementPoint
from contract.profiles import Profile
from reference.behaviour import Behaviour
from reference.errors import ApiError
from reference.faults.fault import Fault
from reference.faults.replies import Reply, rewritten
from reference.faults.sequences import SEQUENCE, Edits, label_names, media_of
from reference.store import Document, Page, Store

_MEDIA: Final = ("image", "video")
_VERSION: Final = "annotation"
_DISPLAYED: Final = re.compile(r".*/media/[a-z]+/[^/]+/display/[a-z]+")
_SMALL: Final = 100_000


class _UploadAfterLabelEdit(Edits):
    """The first medium after an edit of labels costs the media of its project their annotations."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._edited = set[str]()

    def edited(self, store: Store, before: Document, after: Document) -> Document:
        if label_names(before) != label_names(after):
            self._edited.add(before["id"])
        return super().edited(store, before, after)

    @contextmanager
    def admitting(self, store: Store, limit_id: str, point: EnforcementPoint, parent: str, kind: str) -> Iterator[None]:
        with super().admitting(store, limit_id, point, parent, kind):
            yield
        if point is EnforcementPoint.IMAGE_UPLOAD and parent in self._edited:
            self._edited.discard(parent)
            for medium in media_of(store, parent):
                for version in store.list(medium["id"], _VERSION):
                    store.delete(version["id"])


class _AnnotationMisplaced(Behaviour):
    """After an annotated medium was deleted, the next annotation in its dataset goes to the oldest that is left."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._after_deletion = set[str]()

    def remove(self, store: Store, kind: str, identifier: str) -> None:
        if kind in _MEDIA and store.count(identifier, _VERSION):
            self._after_deletion.update(list(store.ancestors(identifier))[:1])
        super().remove(store, kind, identifier)

    def annotated(self, store: Store, medium: str, kind: str) -> None:
        super().annotated(store, medium, kind)
        dataset = next(store.ancestors(medium))
        oldest = store.page(dataset, None, 1).shown[0]["id"]
        version = store.last(medium, kind)
        if kind == _VERSION and dataset in self._after_deletion and oldest != medium and version is not None:
            self._after_deletion.discard(dataset)
            store.delete(version["id"])
            store.put(kind, version["id"], oldest, version)


class _RefusedUploadCostsAnnotation(Behaviour):
    """An image that is refused costs the last annotation of its dataset."""

    _dataset: tuple[Store, str] | None = None

    def find(self, store: Store, kind: str, identifier: str, parent: str) -> tuple[Document, Path | None] | None:
        if kind == "dataset":
            self._dataset = store, identifier
        return super().find(store, kind, identifier, parent)

    def refusal(self, error: ApiError) -> Response:
        if self._dataset is not None and error.message.startswith("image.side.min"):
            store, dataset = self._dataset
            for medium in store.annotated(dataset)[-1:]:
                for version in store.list(medium, _VERSION):
                    store.delete(version["id"])
        return super().refusal(error)


class _AnnotationAfterRenameLost(Edits):
    """What replaces an annotation whose label was renamed is answered as done, and lost."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._renamed = set[str]()

    def edited(self, store: Store, before: Document, after: Document) -> Document:
        old, new = label_names(before), label_names(after)
        self._renamed.update(key for key, name in old.items() if new.get(key, name) != name)
        return super().edited(store, before, after)

    def annotated(self, store: Store, medium: str, kind: str) -> None:
        super().annotated(store, medium, kind)
        *_, version = versions = store.list(medium, kind)
        replaced = versions[-2]["annotations"] if len(versions) > 1 else []
        if self._renamed & {label["id"] for each in replaced for label in each["labels"]}:
            store.delete(version["id"])


class _UploadAfterRenameUnlisted(Behaviour):
    """The images that come once a dataset has another name are not listed."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._known = dict[str, set[str]]()

    def edit(self, store: Store, kind: str, identifier: str, parent: str, body: Document) -> None:
        if kind == "dataset":
            held = {medium["id"] for each in _MEDIA for medium in store.list(identifier, each)}
            self._known.setdefault(identifier, held)
        super().edit(store, kind, identifier, parent, body)

    def page(self, store: Store, parent: str, kind: str | None, limit: int, after: int = 0, skip: int = 0) -> Page:
        page, known = super().page(store, parent, kind, limit, after, skip), self._known.get(parent)
        return page if known is None else replace(page, shown=[each for each in page.shown if each["id"] in known])


class _DeletionTakesNext(Behaviour):
    """An annotated medium that is deleted takes the next of its dataset with it."""

    def remove(self, store: Store, kind: str, identifier: str) -> None:
        following: list[str] = []
        if kind in _MEDIA and store.count(identifier, _VERSION):
            held = [each["id"] for each in store.list(next(store.ancestors(identifier)), kind)]
            following = held[held.index(identifier) + 1 :][:1]
        super().remove(store, kind, identifier)
        for medium in following:
            store.delete(medium)


def _served_after(deleted: str) -> type[Behaviour]:
    """What was displayed once is kept, and served after the deletion of what ``deleted`` is the collection of."""

    class ServedFromCache(Behaviour):
        def __init__(self, profile: Profile) -> None:
            super().__init__(profile)
            self.kept = dict[str, Reply]()

        def around(self, app: ASGIApp) -> ASGIApp:
            return rewritten(super().around(app), self._displayed)

        def _displayed(self, scope: MutableMapping[str, Any], reply: Reply) -> Reply:
            path, done = scope["path"], reply.status == 200
            if scope["method"] == "DELETE" and done and path.split("/")[-2] != deleted:
                self.kept = {key: each for key, each in self.kept.items() if not key.startswith(f"{path}/")}
            if scope["method"] != "GET" or not _DISPLAYED.fullmatch(path):
                return reply
            if done and len(reply.body) < _SMALL:
                self.kept[path] = reply
            return self.kept.get(path, reply) if reply.status == 404 else reply

    return ServedFromCache


def _fault(name: str, sentence: str, requirement: str, by: type[Behaviour]) -> Fault:
    return SEQUENCE(name, sentence).breaks(requirement, verdict="unclean", by=by)


FAULTS: Final = (
    _fault(
        "upload-after-label-edit-costs-annotations",
        "The first image after an edit of labels costs the media of its project their annotations.",
        "lifecycle.untouched@annotations",
        _UploadAfterLabelEdit,
    ),
    _fault(
        "annotation-after-deletion-misplaced",
        "After an annotated medium was deleted the next annotation in its dataset lands on another.",
        "lifecycle.*@annotations",
        _AnnotationMisplaced,
    ),
    _fault(
        "refused-upload-costs-annotation",
        "An image that is refused for its size costs the last annotated one its annotations.",
        "lifecycle.refusals",
        _RefusedUploadCostsAnnotation,
    ),
    _fault(
        "annotation-after-label-rename-lost",
        "What replaces an annotation whose label was renamed is answered as done, and lost.",
        "lifecycle.changes@annotations",
        _AnnotationAfterRenameLost,
    ),
    _fault(
        "upload-after-dataset-rename-unlisted",
        "What is uploaded once a dataset was renamed is not listed.",
        "lifecycle.changes@media",
        _UploadAfterRenameUnlisted,
    ),
    _fault(
        "deletion-takes-the-next",
        "An annotated medium that is deleted takes the next of its dataset with it.",
        "lifecycle.untouched@media",
        _DeletionTakesNext,
    ),
    SEQUENCE(
        "media-of-a-deleted-project-served", "What was displayed once is served on when its project was deleted."
    ).breaks("lifecycle.deletions@project", verdict="unclean", by=_served_after("projects")),
    SEQUENCE(
        "media-of-a-deleted-dataset-served", "What was displayed once is served on when its dataset was deleted."
    ).breaks("lifecycle.deletions@dataset", verdict="unclean", by=_served_after("datasets")),
    SEQUENCE("deleted-image-served", "An image that was displayed once is served on when it was deleted.").breaks(
        "lifecycle.deletions@medium", verdict="unclean", by=_served_after("images")
    ),
)
