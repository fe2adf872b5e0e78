"""What only a sequence of requests shows: each of them is answered well, and together they come to something else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from fastapi.responses import Response

from contract.limits import EnforcementPoint
from contract.profiles import Profile
from reference.behaviour import Behaviour
from reference.errors import ApiError
from reference.faults.fault import Fault, Group
from reference.store import Document, Store

_MEDIA: Final = ("image", "video")
_VERSION: Final = "annotation"


def _media_of(store: Store, project: str) -> list[Document]:
    return [
        medium
        for dataset in store.list(project, "dataset")
        for kind in _MEDIA
        for medium in store.list(dataset["id"], kind)
    ]


def _names(body: Document) -> dict[str, str]:
    return {label["id"]: label["name"] for task in body["pipeline"]["tasks"] for label in task.get("labels", [])}


class _Edits(Behaviour):
    """Knows what a project was before an edit."""

    def edit(self, store: Store, kind: str, identifier: str, parent: str, body: Document) -> None:
        before = store.get(kind, identifier, parent)
        if kind == "project" and before is not None:
            body = self.edited(store, before[0], body)
        super().edit(store, kind, identifier, parent, body)

    def edited(self, store: Store, before: Document, after: Document) -> Document:  # noqa: ARG002
        """What is written of an edit."""
        return after


class _RenameAfterLabelEditLost(_Edits):
    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._labelled = set[str]()

    def edited(self, store: Store, before: Document, after: Document) -> Document:
        after = super().edited(store, before, after)
        if _names(before) != _names(after):
            self._labelled.add(before["id"])
        return {**after, "name": before["name"]} if before["id"] in self._labelled else after


class _ThirdRenameLost(Behaviour):
    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._renames = dict[str, int]()

    def edit(self, store: Store, kind: str, identifier: str, parent: str, body: Document) -> None:
        if kind == "dataset":
            self._renames[identifier] = self._renames.get(identifier, 0) + 1
            if self._renames[identifier] > 2:
                return
        super().edit(store, kind, identifier, parent, body)


class _RenameReachesDataset(_Edits):
    def edited(self, store: Store, before: Document, after: Document) -> Document:
        after = super().edited(store, before, after)
        datasets = store.list(before["id"], "dataset")
        if before["name"] != after["name"] and len(datasets) > 1:
            store.put("dataset", datasets[-1]["id"], before["id"], {**datasets[-1], "name": after["name"]})
        return after


class _FirstTaskEditDropsLabel(_Edits):
    """A label that is added to the first of two tasks costs the second its last one."""

    def edited(self, store: Store, before: Document, after: Document) -> Document:
        after = super().edited(store, before, after)
        one, *others = [task for task in after["pipeline"]["tasks"] if task.get("labels")]
        old = next(task for task in before["pipeline"]["tasks"] if task["id"] == one["id"])
        if others and len(one["labels"]) > len(old["labels"]):
            others[-1]["labels"].pop()
        return after


class _DeletedLabelReturns(_Edits):
    """A label that was deleted is there again once the project has another name."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._deleted = dict[str, list[Document]]()

    def edited(self, store: Store, before: Document, after: Document) -> Document:
        after, kept = super().edited(store, before, after), _names(after)
        for task in before["pipeline"]["tasks"]:
            gone = [label for label in task.get("labels", ()) if label["id"] not in kept]
            self._deleted.setdefault(task["id"], []).extend(gone)
        if before["name"] != after["name"]:
            for task in after["pipeline"]["tasks"]:
                task.setdefault("labels", []).extend(self._deleted.pop(task["id"], ()))
        return after


class _AnnotatedLabelFixed(_Edits):
    """A label that annotates something cannot have another name."""

    def edited(self, store: Store, before: Document, after: Document) -> Document:
        old, new = _names(before), _names(after)
        renamed = {key for key, name in old.items() if new.get(key, name) != name}
        for medium in _media_of(store, before["id"]):
            last = store.last(medium["id"], _VERSION)
            used = {label["id"] for each in (last or {}).get("annotations", ()) for label in each["labels"]}
            if used & renamed:
                raise ApiError(400, "bad_request", "The label is in use.")
        return super().edited(store, before, after)


class _UploadAfterLabelEdit(_Edits):
    """The first medium after an edit of labels costs the media of its project their annotations."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._edited = set[str]()

    def edited(self, store: Store, before: Document, after: Document) -> Document:
        if _names(before) != _names(after):
            self._edited.add(before["id"])
        return super().edited(store, before, after)

    @contextmanager
    def admitting(self, store: Store, limit_id: str, point: EnforcementPoint, parent: str, kind: str) -> Iterator[None]:
        with super().admitting(store, limit_id, point, parent, kind):
            yield
        if point is EnforcementPoint.IMAGE_UPLOAD and parent in self._edited:
            self._edited.discard(parent)
            for medium in _media_of(store, parent):
                for version in store.list(medium["id"], _VERSION):
                    store.delete(version["id"])


class _AnnotationMisplaced(Behaviour):
    """After a medium of a dataset was deleted, the next annotation there goes to the oldest that is left."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._after_deletion = set[str]()

    def remove(self, store: Store, kind: str, identifier: str) -> None:
        if kind in _MEDIA:
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


_sequence = Group("sequence", ("lifecycle.*",))


def _fault(name: str, sentence: str, requirement: str, by: type[Behaviour], verdict: str = "unclean") -> Fault:
    return _sequence(name, sentence).breaks(requirement, verdict=verdict, by=by)


FAULTS: Final = (
    _fault(
        "rename-after-label-edit-lost",
        "Once its labels were edited, a project keeps its name whatever it is renamed to.",
        "lifecycle.changes@project",
        _RenameAfterLabelEditLost,
    ),
    _fault(
        "third-rename-lost",
        "The third rename of a dataset is answered as done, and lost.",
        "lifecycle.changes@dataset",
        _ThirdRenameLost,
    ),
    _fault(
        "rename-reaches-dataset",
        "To rename a project renames its newest dataset, too.",
        "lifecycle.untouched@dataset",
        _RenameReachesDataset,
    ),
    _fault(
        "first-task-edit-drops-label",
        "A label more in the first of two tasks costs the second its last one.",
        "lifecycle.untouched@labels",
        _FirstTaskEditDropsLabel,
    ),
    _fault(
        "deleted-label-returns",
        "A label that was deleted is there again once its project was renamed.",
        "lifecycle.deletions@label",
        _DeletedLabelReturns,
    ),
    _fault(
        "annotated-label-fixed",
        "A label that annotates something cannot be renamed.",
        "lifecycle.acceptance",
        _AnnotatedLabelFixed,
        "over-enforced",
    ),
    _fault(
        "upload-after-label-edit-costs-annotations",
        "The first image after an edit of labels costs the media of its project their annotations.",
        "lifecycle.untouched@annotations",
        _UploadAfterLabelEdit,
    ),
    _fault(
        "annotation-after-deletion-misplaced",
        "After a medium was deleted the next annotation in its dataset lands on another medium.",
        "lifecycle.untouched@annotations",
        _AnnotationMisplaced,
    ),
    _fault(
        "refused-upload-costs-annotation",
        "An image that is refused for its size costs the last annotated one its annotations.",
        "lifecycle.refusals",
        _RefusedUploadCostsAnnotation,
    ),
)
