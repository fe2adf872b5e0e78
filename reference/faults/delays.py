"""What is done is answered at once, and shows too late."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from reference.behaviour import Behaviour
from reference.faults.fault import Group
from reference.store import Document, Store

# Both are longer than what a host may lag behind another.
_DELETION_S: Final = 1.5
_EDIT_S: Final = 2.0


def _later(seconds: float, act: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, act)
    timer.daemon = True
    timer.start()


class _DeletedLater(Behaviour):
    def remove(self, store: Store, kind: str, identifier: str) -> None:
        remove = super().remove
        _later(_DELETION_S, lambda: remove(store, kind, identifier))


class _EditedLater(Behaviour):
    def edit(self, store: Store, kind: str, identifier: str, parent: str, body: Document) -> None:
        edit = super().edit

        def write() -> None:
            if store.get(kind, identifier, parent) is not None:  # else it has been deleted meanwhile
                edit(store, kind, identifier, parent, body)

        _later(_EDIT_S, write)


_delay = Group("delay")
FAULTS: Final = (
    _delay("deletion-takes-effect-late", "What is deleted can be read and is listed for 1.5 s more.").breaks(
        "openapi.sequence@create_project",
        "openapi.sequence@create_dataset",
        "openapi.sequence@upload_image",
        "openapi.sequence@upload_video",
        verdict="unclean",
        by=_DeletedLater,
        also=("openapi.deleted-ids@*", "openapi.pages@*", "project.*", "organization.*"),
    ),
    _delay("edit-shows-late", "What is edited reads back as it was for 2 s more.").breaks(
        "openapi.sequence@create_project",
        "openapi.sequence@edit_project",
        "openapi.sequence@create_dataset",
        verdict="unclean",
        by=_EditedLater,
        also=("project.labels.max@label-management",),
    ),
)
