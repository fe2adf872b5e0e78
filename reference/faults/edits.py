"""What an edit changes that it does not mention, and what is left of what it changed."""

from __future__ import annotations

import copy
from collections.abc import Callable, MutableMapping
from typing import Any, Final

from starlette.types import ASGIApp

from contract.profiles import Profile
from reference.behaviour import Behaviour
from reference.faults.fields import altered
from reference.faults.replies import Reply, rewritten
from reference.store import Document, Store

_EDIT: Final = ("openapi.fields@edit_project",)


def _editing(kind: str, change: Callable[[Document, Document], None]) -> type[Behaviour]:
    """An edit writes more than it was asked to; the change sees what was there and what is written."""

    class EditsMore(Behaviour):
        def edit(self, store: Store, edited: str, identifier: str, parent: str, body: Document) -> None:
            before = store.get(edited, identifier, parent)
            written = copy.deepcopy(body)
            if edited == kind and before is not None:
                change(before[0], written)
            super().edit(store, edited, identifier, parent, written)

    return EditsMore


class _RenamesAll(Behaviour):
    """An edit of a project gives its name to every other one, too."""

    def edit(self, store: Store, kind: str, identifier: str, parent: str, body: Document) -> None:
        super().edit(store, kind, identifier, parent, body)
        for each in store.list(parent, "project") if kind == "project" else ():
            super().edit(store, kind, each["id"], parent, {**each, "name": body["name"]})


class _ListedUnderBothNames(Behaviour):
    """The table behind the names of projects keeps each name that a project had."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self.former: list[Document] = []

    def edit(self, store: Store, kind: str, identifier: str, parent: str, body: Document) -> None:
        before = store.get(kind, identifier, parent)
        if kind == "project" and before is not None and before[0]["name"] != body["name"]:
            self.former.append({"id": identifier, "name": before[0]["name"]})
        super().edit(store, kind, identifier, parent, body)

    def around(self, app: ASGIApp) -> ASGIApp:
        def listed(scope: MutableMapping[str, Any], reply: Reply) -> Reply:
            value = reply.json() if scope["path"].endswith("/projects_names") and reply.status == 200 else None
            if value is None:
                return reply
            ids = {each["id"] for each in value["projects"]}
            former = [each for each in self.former if each["id"] in ids]
            return reply.with_json({**value, "projects": [*value["projects"], *former]})

        return rewritten(super().around(app), listed)


def _labels(project: Document) -> list[Document]:
    return [label for task in project["pipeline"]["tasks"] for label in task.get("labels", [])]


def _first_colours(_before: Document, written: Document) -> None:
    for label in _labels(written):
        label["color"] = "#808080ff"


def _hotkeys_gone(_before: Document, written: Document) -> None:
    for label in _labels(written):
        label["hotkey"] = ""


def _labels_reversed(_before: Document, written: Document) -> None:
    for task in written["pipeline"]["tasks"]:
        task.get("labels", []).reverse()


def _trains_now(_before: Document, written: Document) -> None:
    written["use_for_training"] = True


FAULTS: Final = (
    altered(
        "renamed-project-under-both-names",
        "A project that was renamed is listed under its former name, too.",
        _EDIT,
        _ListedUnderBothNames,
    ),
    altered(
        "edit-resets-colours", "An edit of a project resets the colours.", _EDIT, _editing("project", _first_colours)
    ),
    altered("edit-loses-hotkeys", "An edit of a project loses hotkeys.", _EDIT, _editing("project", _hotkeys_gone)),
    altered("edit-reverses-labels", "An edit reverses labels.", _EDIT, _editing("project", _labels_reversed)),
    altered("edit-renames-all", "An edit of a project renames all others, too.", _EDIT, _RenamesAll),
    altered(
        "rename-makes-training",
        "A dataset that is renamed becomes one for training.",
        ("openapi.fields@rename_dataset",),
        _editing("dataset", _trains_now),
    ),
)
