"""What is stored is not what was answered: refused and kept, or an edit or a version that is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from contract.limits import EnforcementPoint
from reference.behaviour import Behaviour
from reference.errors import ApiError, LimitReached
from reference.faults.fault import Fault, Group
from reference.store import Document, Store, now

_VERSIONS: Final = "media.annotation-versions.max"


def _kept_despite(limit_id: str) -> type[Behaviour]:
    def concerned(error: ApiError) -> bool:
        return isinstance(error, LimitReached) and error.limit_id == limit_id

    class KeptDespiteRefusal(Behaviour):
        def admit(self, asked: str, point: EnforcementPoint, value: int) -> ApiError | None:
            try:
                return super().admit(asked, point, value)
            except LimitReached as error:
                if not concerned(error):
                    raise
                return error

        def stores_despite(self, error: ApiError) -> bool:
            return concerned(error) or super().stores_despite(error)

    return KeptDespiteRefusal


class _OldestVersionDropped(Behaviour):
    """The last version that fits costs the first one its place."""

    def annotated(self, store: Store, medium: str, kind: str) -> None:
        super().annotated(store, medium, kind)
        bound = self.limit(_VERSIONS, EnforcementPoint.IMAGE_ANNOTATION)
        if bound is not None and store.count(medium, kind) >= bound:
            store.delete(store.page(medium, kind, 1).shown[0]["id"])


class _VersionsRotate(Behaviour):
    """Nothing is ever refused: the oldest version makes room."""

    def admit(self, limit_id: str, point: EnforcementPoint, value: int) -> ApiError | None:
        return None if limit_id == _VERSIONS else super().admit(limit_id, point, value)

    def annotated(self, store: Store, medium: str, kind: str) -> None:
        bound = self.limit(_VERSIONS, EnforcementPoint.IMAGE_ANNOTATION)
        super().annotated(store, medium, kind)
        if bound is not None and store.count(medium, kind) > bound:
            store.delete(store.page(medium, kind, 1).shown[0]["id"])


def _refusal_changes_latest(field: str, value: Callable[[], Any]) -> type[Behaviour]:
    """A version of annotations that is refused changes a field of the one that is latest."""

    class RefusalChangesLatest(Behaviour):
        @contextmanager
        def admitting(
            self, store: Store, limit_id: str, point: EnforcementPoint, parent: str, kind: str
        ) -> Iterator[None]:
            try:
                with super().admitting(store, limit_id, point, parent, kind):
                    yield
            except LimitReached:
                latest = store.last(parent, kind) if limit_id == _VERSIONS else None
                if latest is not None:
                    store.put(kind, latest["id"], parent, {**latest, field: value()})
                raise

    return RefusalChangesLatest


class _VersionsReadAsLatest(Behaviour):
    """A version of annotations is found by its id, and shown with the annotations of the latest."""

    def find(self, store: Store, kind: str, identifier: str, parent: str) -> tuple[Document, Path | None] | None:
        kept = super().find(store, kind, identifier, parent)
        if kept is None or "annotations" not in kept[0]:
            return kept
        latest = store.last(parent, kind) or kept[0]
        return {**kept[0], "annotations": latest["annotations"]}, kept[1]


class _OnlyLatestVersion(Behaviour):
    def annotated(self, store: Store, medium: str, kind: str) -> None:
        super().annotated(store, medium, kind)
        for version in store.list(medium, kind)[:-1]:
            store.delete(version["id"])


class _EditLosesLabels(Behaviour):
    def edit(self, store: Store, kind: str, identifier: str, parent: str, body: Document) -> None:
        if kind == "project":
            tasks = [
                {**task, "labels": task["labels"][:-1]} if len(task.get("labels", ())) > 2 else task
                for task in body["pipeline"]["tasks"]
            ]
            body = {**body, "pipeline": {**body["pipeline"], "tasks": tasks}}
        super().edit(store, kind, identifier, parent, body)


class _EditForgotten(Behaviour):
    def edit(self, store: Store, kind: str, identifier: str, parent: str, body: Document) -> None:
        pass


def _kept(name: str, what: str, *requirements: str) -> Fault:
    kept = STORAGE(name, f"{what} is refused with 409, and stored all the same.")
    by = _kept_despite(requirements[0].partition("@")[0])
    return kept.breaks_limit(*requirements, side="above", verdict="unclean", by=by)


STORAGE: Final = Group("storage")
FAULTS: Final = (
    _kept("stored-despite-refusal", "An image under the smallest side", "image.side.min@image-upload"),
    _kept("video-stored-despite-refusal", "A video over the width limit", "video.width.max@video-upload"),
    _kept(
        "medium-stored-despite-refusal",
        "An image or a video too many",
        "project.media.max@image-upload",
        "project.media.max@video-upload",
    ),
    _kept("project-created-despite-refusal", "A project too many", "organization.projects.max@project-creation"),
    _kept("dataset-created-despite-refusal", "A dataset too many", "project.datasets.max@dataset-creation"),
    _kept(
        "labels-kept-despite-refusal",
        "A project with labels too many",
        "project.labels.max@project-creation",
        "project.labels.max@label-management",
    ),
    _kept("version-kept-despite-refusal", "An annotation version too many", "media.annotation-versions.max@*"),
    STORAGE(
        "annotation-oldest-version-dropped", "The last annotation version that fits drops the oldest in silence."
    ).breaks(
        f"{_VERSIONS}@image-annotation",
        side="at",
        verdict="unclean",
        by=_OldestVersionDropped,
        also=(f"{_VERSIONS}@*",),
    ),
    STORAGE("annotation-versions-rotate", "No annotation version is refused: the oldest makes room.").breaks(
        f"{_VERSIONS}@image-annotation",
        side="above",
        verdict="not-enforced",
        by=_VersionsRotate,
        also=(f"{_VERSIONS}@*",),
    ),
    STORAGE("annotation-versions-read-as-latest", "Each annotation version reads as the latest.").breaks(
        f"{_VERSIONS}@*", verdict="unclean", by=_VersionsReadAsLatest, also=(f"{_VERSIONS}@*", "openapi.*")
    ),
    STORAGE("annotation-only-latest-kept", "Each annotation version replaces the one before.").breaks(
        f"{_VERSIONS}@frame-annotation",
        side="below",
        verdict="unclean",
        by=_OnlyLatestVersion,
        also=(f"{_VERSIONS}@*",),
    ),
    *(
        STORAGE(name, f"An annotation version that is refused changes {what} of the latest.").breaks(
            f"{_VERSIONS}@*",
            side="above",
            verdict="unclean",
            by=_refusal_changes_latest(field, value),
            also=(f"{_VERSIONS}@*",),
        )
        for name, what, field, value in (
            ("refused-version-dates-latest", "the time", "modified", now),
            ("refused-version-signs-latest", "the annotator", "annotator", lambda: "somebody"),
        )
    ),
    STORAGE("edit-loses-labels", "An edit of a project loses the last of its labels.").breaks(
        "project.labels.max@label-management", side="at", verdict="unclean", by=_EditLosesLabels
    ),
    STORAGE("edit-forgotten", "An edit is answered as if it were done, and changes nothing.").breaks(
        "openapi.sequence@edit_project",
        "openapi.sequence@create_dataset",
        verdict="unclean",
        by=_EditForgotten,
        also=("project.labels.max@label-management",),
    ),
)
