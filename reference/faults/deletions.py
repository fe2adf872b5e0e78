"""Deletions after which nobody counts any more."""

from __future__ import annotations

from typing import Final

from contract.profiles import Profile
from reference.behaviour import Behaviour
from reference.faults.fault import Group
from reference.store import Document, Store


class _AfterLabelDeletion(Behaviour):
    """Once a label of a project was deleted, its labels are not counted any more."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self.tasks: set[str] = set()

    def edit(self, store: Store, kind: str, identifier: str, parent: str, body: Document) -> None:
        before = store.get(kind, identifier, parent)
        if kind == "project" and before is not None:
            held = {label["id"] for task in before[0]["pipeline"]["tasks"] for label in task.get("labels", [])}
            kept = {label["id"] for task in body["pipeline"]["tasks"] for label in task.get("labels", [])}
            self.tasks.update(task["id"] for task in body["pipeline"]["tasks"] if held - kept)
        super().edit(store, kind, identifier, parent, body)

    def count_labels(self, tasks: list[Document]) -> int:
        return 0 if any(task.get("id") in self.tasks for task in tasks) else super().count_labels(tasks)


def _after_deletion(limit_id: str, kind: str) -> type[Behaviour]:
    """Once something was deleted, what is of its kind is not counted any more where it was."""

    class DeletionEndsCounting(Behaviour):
        def __init__(self, profile: Profile) -> None:
            super().__init__(profile)
            self.parents: set[str] = set()

        def remove(self, store: Store, removed: str, identifier: str) -> None:
            if removed == kind:
                self.parents.update(store.ancestors(identifier))
            super().remove(store, removed, identifier)

        def count(self, store: Store, asked: str, parent: str, counted: str) -> int:
            ended = asked == limit_id and parent in self.parents
            return 0 if ended else super().count(store, asked, parent, counted)

    return DeletionEndsCounting


_deletion = Group("deletion")
FAULTS: Final = (
    _deletion(
        "labels-after-a-deletion-uncounted", "Once a label was deleted, a project may have any number of them."
    ).breaks_limit("project.labels.max@label-management", side="above", by=_AfterLabelDeletion),
    *(
        _deletion(
            f"{kind}s-after-a-deletion-uncounted", f"Once a {kind} was deleted, there may be any number of them."
        ).breaks_limit(requirement, side="above", by=_after_deletion(requirement.partition("@")[0], kind))
        for kind, requirement in (
            ("project", "organization.projects.max@project-creation"),
            ("dataset", "project.datasets.max@dataset-creation"),
            ("image", "project.media.max@image-upload"),
        )
    ),
)
