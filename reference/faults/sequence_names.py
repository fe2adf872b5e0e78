"""Names that do not come free again, and annotations that a label takes with it."""

from __future__ import annotations

from typing import Any, Final

from contract.profiles import Profile
from reference.behaviour import Behaviour
from reference.errors import ApiError
from reference.faults.fault import Fault
from reference.faults.replies import Looking
from reference.faults.sequences import SEQUENCE, Edits, label_names, media_of
from reference.store import Document, Store


class _NamesOfDeletedTaken(Looking):
    """What was deleted keeps its name from those of its kind that come after it."""

    kind: str

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._names = set[tuple[str, str]]()

    def remove(self, store: Store, kind: str, identifier: str) -> None:
        parent = next(store.ancestors(identifier), "")
        if kind == self.kind:
            self._names |= {(parent, each["name"]) for each in store.list(parent, kind) if each["id"] == identifier}
        super().remove(store, kind, identifier)

    def look(self, method: str, path: str, body: dict[str, Any]) -> ApiError | None:
        above, _, collection = path.rpartition("/")
        named = (above.rpartition("/")[2], body.get("name"))
        if (method, collection) == ("POST", f"{self.kind}s") and named in self._names:
            return ApiError(409, f"{self.kind}_already_exists", f"A {self.kind} of this name already exists.")
        return super().look(method, path, body)


class _DatasetNames(_NamesOfDeletedTaken):
    kind = "dataset"


class _ProjectNames(_NamesOfDeletedTaken):
    kind = "project"


class _LabelNames(Edits):
    """A label is not added under a name that one of its project had before."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self._former = set[tuple[str, str]]()

    def edited(self, store: Store, before: Document, after: Document) -> Document:
        after = super().edited(store, before, after)
        had, has = label_names(before), label_names(after)
        if any((before["id"], name) in self._former for key, name in has.items() if key not in had):
            raise ApiError(400, "bad_request", "A label of this name was there before.")
        self._former |= {(before["id"], name) for key, name in had.items() if has.get(key) != name}
        return after


class _LabelTakesAnnotations(Edits):
    """A label that is deleted takes with it all annotations of a medium of which one is of it."""

    def edited(self, store: Store, before: Document, after: Document) -> Document:
        after = super().edited(store, before, after)
        gone = label_names(before).keys() - label_names(after).keys()
        for medium in media_of(store, before["id"]) if gone else ():
            latest = store.last(medium["id"], "annotation")
            named = {label["id"] for each in (latest or {}).get("annotations", ()) for label in each["labels"]}
            if latest is not None and named & gone:
                store.put("annotation", latest["id"], medium["id"], {**latest, "annotations": []})
        return after


def _taken(name: str, sentence: str, by: type[Behaviour]) -> Fault:
    return SEQUENCE(name, sentence).breaks("lifecycle.acceptance", verdict="over-enforced", by=by)


FAULTS: Final = (
    _taken("name-of-a-deleted-dataset-taken", "A dataset cannot have the name of a deleted one.", _DatasetNames),
    _taken("name-of-a-deleted-project-taken", "A project cannot have the name of a deleted one.", _ProjectNames),
    _taken("former-name-of-a-label-taken", "A label cannot have a name that another had before.", _LabelNames),
    SEQUENCE(
        "deleted-label-takes-all-annotations", "A deleted label takes annotations of other labels with its own."
    ).breaks("lifecycle.untouched@annotations", verdict="unclean", by=_LabelTakesAnnotations),
)
