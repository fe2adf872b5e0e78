"""What only a sequence of requests shows: each of them is answered well, and together they come to something else."""

from __future__ import annotations

from typing import Final

from contract.profiles import Profile
from reference.behaviour import Behaviour
from reference.errors import ApiError
from reference.faults.fault import Fault, Group
from reference.store import Document, Store

_MEDIA: Final = ("image", "video")
_VERSION: Final = "annotation"


def media_of(store: Store, project: str) -> list[Document]:
    """All media of a project."""
    return [
        medium
        for dataset in store.list(project, "dataset")
        for kind in _MEDIA
        for medium in store.list(dataset["id"], kind)
    ]


def label_names(body: Document) -> dict[str, str]:
    """The names of all labels of a project, by id."""
    return {label["id"]: label["name"] for task in body["pipeline"]["tasks"] for label in task.get("labels", [])}


class Edits(Behaviour):
    """Knows what a project was before an edit."""

    def edit(self, store: Store, kind: str, identifier: str, parent: str, body: Document) -> None:
        """Write what ``edited`` makes of it."""
        before = store.get(kind, identifier, parent)
        if kind == "project" and before is not None:
            body = self.edited(store, before[0], body)
        super().edit(store, kind, identifier, parent, body)

    def edited(self, store: Store, before: Document, after: Document) -> Document:  # noqa: ARG002
        """What is written of an edit."""
        return after


class _RenameAfterLabelEditLost(Edits):
    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._labelled = set[str]()

    def edited(self, store: Store, before: Document, after: Document) -> Document:
        after = super().edited(store, before, after)
        if label_names(before) != label_names(after):
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


class _RenameReachesDataset(Edits):
    def edited(self, store: Store, before: Document, after: Document) -> Document:
        after = super().edited(store, before, after)
        datasets = store.list(before["id"], "dataset")
        if before["name"] != after["name"] and len(datasets) > 1:
            store.put("dataset", datasets[-1]["id"], before["id"], {**datasets[-1], "name": after["name"]})
        return after


class _FirstTaskEditDropsLabel(Edits):
    """A label that is added to the first of two tasks costs the second its last one."""

    def edited(self, store: Store, before: Document, after: Document) -> Document:
        after = super().edited(store, before, after)
        one, *others = [task for task in after["pipeline"]["tasks"] if task.get("labels")]
        old = next(task for task in before["pipeline"]["tasks"] if task["id"] == one["id"])
        if others and len(one["labels"]) > len(old["labels"]):
            others[-1]["labels"].pop()
        return after


class _DeletedLabelReturns(Edits):
    """A label that was deleted is there again once the project has another name."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._deleted = dict[str, list[Document]]()

    def edited(self, store: Store, before: Document, after: Document) -> Document:
        after, kept = super().edited(store, before, after), label_names(after)
        for task in before["pipeline"]["tasks"]:
            gone = [label for label in task.get("labels", ()) if label["id"] not in kept]
            self._deleted.setdefault(task["id"], []).extend(gone)
        if before["name"] != after["name"]:
            for task in after["pipeline"]["tasks"]:
                task.setdefault("labels", []).extend(self._deleted.pop(task["id"], ()))
        return after


class _AnnotatedLabelFixed(Edits):
    """A label that annotates something cannot have another name."""

    def edited(self, store: Store, before: Document, after: Document) -> Document:
        old, new = label_names(before), label_names(after)
        renamed = {key for key, name in old.items() if new.get(key, name) != name}
        for medium in media_of(store, before["id"]):
            last = store.last(medium["id"], _VERSION)
            used = {label["id"] for each in (last or {}).get("annotations", ()) for label in each["labels"]}
            if used & renamed:
                raise ApiError(400, "bad_request", "The label is in use.")
        return super().edited(store, before, after)


class _SecondLabelName(Edits):
    """The second name of a label is lost, or the label is there under its old name, too."""

    keeps_both: bool

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._renamed = set[str]()

    def edited(self, store: Store, before: Document, after: Document) -> Document:
        after, old = super().edited(store, before, after), label_names(before)
        for task in after["pipeline"]["tasks"]:
            for label in list(task.get("labels", ())):
                if old.get(label["id"], label["name"]) == label["name"]:
                    continue
                if label["id"] in self._renamed and self.keeps_both:
                    task["labels"].append({**label, "id": store.new_id(), "name": old[label["id"]]})
                elif label["id"] in self._renamed:
                    label["name"] = old[label["id"]]
                self._renamed.add(label["id"])
        return after


class _SecondLabelRenameLost(_SecondLabelName):
    keeps_both = False


class _SecondLabelRenameDoubles(_SecondLabelName):
    keeps_both = True


class _SecondDatasetRenameDoubles(Behaviour):
    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._renamed = set[str]()

    def edit(self, store: Store, kind: str, identifier: str, parent: str, body: Document) -> None:
        before = store.get(kind, identifier, parent)
        super().edit(store, kind, identifier, parent, body)
        if kind == "dataset" and identifier in self._renamed and before is not None:
            copy = {**before[0], "id": store.new_id(), "use_for_training": False}
            store.put("dataset", copy["id"], parent, copy)
        self._renamed.add(identifier)


SEQUENCE: Final = Group("sequence", ("lifecycle.*",), search="lifecycle")


def _fault(name: str, sentence: str, requirement: str, by: type[Behaviour], verdict: str = "unclean") -> Fault:
    return SEQUENCE(name, sentence).breaks(requirement, verdict=verdict, by=by)


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
        "second-label-rename-lost",
        "The second rename of a label is answered as done, and lost.",
        "lifecycle.changes@labels",
        _SecondLabelRenameLost,
    ),
    _fault(
        "second-label-rename-doubles",
        "The second rename of a label leaves it there under its old name, too.",
        "lifecycle.counts@labels",
        _SecondLabelRenameDoubles,
    ),
    _fault(
        "second-dataset-rename-doubles",
        "The second rename of a dataset leaves one of its old name, too.",
        "lifecycle.counts@dataset",
        _SecondDatasetRenameDoubles,
    ),
)
