"""Entities that outlive their deletion, belong to every project, exist for whoever names them, or miss from a page."""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from contract.profiles import Profile
from reference.behaviour import Behaviour
from reference.faults.fault import Group
from reference.faults.replies import Reply, rewriting
from reference.store import Document, Page, Store

_Row = tuple[Document, Path | None]
# The operation that creates each kind of entity.
_CREATED_BY: Final = {
    "project": "create_project",
    "dataset": "create_dataset",
    "image": "upload_image",
    "video": "upload_video",
}


class _Cached(Behaviour):
    """What was read once is answered again, whether it is still there or not."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self.cache: dict[tuple[str, str, str], _Row] = {}

    def find(self, store: Store, kind: str, identifier: str, parent: str) -> _Row | None:
        row = super().find(store, kind, identifier, parent)
        if row is not None:
            self.cache[kind, identifier, parent] = row
        return self.cache.get((kind, identifier, parent))


class _CrossesProjects(Behaviour):
    """An id is enough: whose project it belongs to is not asked."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self.homes: dict[str, str] = {}

    def find(self, store: Store, kind: str, identifier: str, parent: str) -> _Row | None:
        row = super().find(store, kind, identifier, parent)
        if row is not None:
            self.homes[identifier] = parent
            return row
        home = self.homes.get(identifier)
        return None if home is None else super().find(store, kind, identifier, home)


class _AnyDataset(Behaviour):
    def find(self, store: Store, kind: str, identifier: str, parent: str) -> _Row | None:
        row = super().find(store, kind, identifier, parent)
        if row is None and kind == "dataset" and re.fullmatch("[0-9a-f]{24}", identifier):
            made_up = {"id": identifier, "name": "Dataset", "use_for_training": False, "creation_time": ""}
            return made_up, None
        return row


class _JobsLate(Behaviour):
    """A job is not there yet when it is asked for the first time."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self.asked: set[str] = set()

    def find(self, store: Store, kind: str, identifier: str, parent: str) -> _Row | None:
        late = kind == "job" and identifier not in self.asked
        self.asked.add(identifier)
        return None if late else super().find(store, kind, identifier, parent)


def _kept(*kinds: str) -> type[Behaviour]:
    class NotDeleted(Behaviour):
        def remove(self, store: Store, kind: str, identifier: str) -> None:
            if kind not in kinds:
                super().remove(store, kind, identifier)

    return NotDeleted


def _paging(change: Callable[[Page], Page], *, limit: int = 0, skip: bool = True) -> type[Behaviour]:
    """Pages that are not what was asked for; ``limit`` stands in for the one asked for, 0 leaves it."""
    given_limit, given_skip = limit, skip

    class PagesOtherwise(Behaviour):
        def page(self, store: Store, parent: str, kind: str | None, limit: int, after: int = 0, skip: int = 0) -> Page:
            found = super().page(store, parent, kind, given_limit or limit, after, skip if given_skip else 0)
            return change(found)

    return PagesOtherwise


def _other_annotation(scope: MutableMapping[str, Any], reply: Reply) -> Reply:
    body = reply.json()
    reads = scope["method"] == "GET" and "/annotations/" in scope["path"] and reply.status == 200
    return reply.with_json({**body, "id": "0" * 24}) if reads and body is not None else reply


def _annotations_outlive(collection: str) -> type[Behaviour]:
    """Each version of an annotation goes on being read after its medium, or frame, is gone."""
    kept = dict[str, bytes]()

    def outlive(scope: MutableMapping[str, Any], reply: Reply) -> Reply:
        path, body = scope["path"], reply.json()
        if f"/{collection}/" not in path or "/annotations" not in path or body is None:
            return reply
        if scope["method"] == "POST" and reply.status == 200:
            kept[f"{path}/{body['id']}"] = reply.body
        if scope["method"] == "GET" and reply.status == 404 and path in kept:
            return reply.with_body(kept[path], b"application/json", 200)
        return reply

    return rewriting(outlive)


def _offset_of_nothing(scope: MutableMapping[str, Any], reply: Reply) -> Reply:
    if scope["method"] != "HEAD" or not any(name == b"upload-offset" for name, _ in reply.headers):
        return reply
    rest = tuple(pair for pair in reply.headers if pair[0] != b"upload-offset")
    return replace(reply, headers=(*rest, (b"upload-offset", b"0")))


_rest = Group("rest")
FAULTS: Final = (
    _rest("cached-reads-after-delete", "What was deleted goes on being read from a cache.").breaks(
        *tuple(f"openapi.sequence@{operation}" for operation in _CREATED_BY.values()),
        verdict="unclean",
        by=_Cached,
        also=("openapi.deleted-ids@*",),
    ),
    *(
        _rest(f"{kind}-not-deleted", f"The deletion of a {kind} is answered as done, and does nothing.").breaks(
            f"openapi.sequence@{operation}",
            verdict="unclean",
            by=_kept(kind),
            also=("openapi.deleted-ids@*", "*.max@*", "image.*", "video.*", "combination.*", "robustness.*"),
        )
        for kind, operation in _CREATED_BY.items()
    ),
    _rest("annotation-of-other-id", "Annotations read back under another id than they were given.").breaks(
        "openapi.sequence@annotate_image",
        "openapi.sequence@annotate_frame",
        verdict="unclean",
        by=rewriting(_other_annotation),
        also=("openapi.*", "media.annotation-versions.max@*"),
    ),
    *(
        _rest(f"annotations-outlive-{collection}", f"Annotations of deleted {collection} go on being read.").breaks(
            f"openapi.deleted-ids@{operation}", verdict="not-enforced", by=_annotations_outlive(collection)
        )
        for collection, operation in (("images", "read_image_annotation"), ("videos", "read_frame_annotation"))
    ),
    _rest("jobs-appear-late", "A job that was started is not found the first time it is asked for.").breaks(
        "openapi.sequence@prepare_import", verdict="unclean", by=_JobsLate, also=("openapi.*",)
    ),
    _rest("upload-offset-zero", "A resumable upload says that it has nothing yet, whatever it has.").breaks(
        "openapi.sequence@tus_create",
        verdict="unclean",
        by=rewriting(_offset_of_nothing),
        also=("openapi.*", "*@dataset-import"),
    ),
    _rest("projects-crossed", "What belongs to one project is reached through any other.").breaks(
        "openapi.ids-of-another-project@*", verdict="not-enforced", by=_CrossesProjects
    ),
    _rest("any-dataset-exists", "A dataset that does not exist is there for everybody who names it.").breaks(
        "openapi.deleted-ids@read_dataset",
        "openapi.deleted-ids@query_media",
        verdict="not-enforced",
        by=_AnyDataset,
        also=("openapi.deleted-ids@*", "openapi.ids-of-another-project@*", "openapi.sequence@*"),
    ),
    _rest("skip-ignored", "Every page of a listing is the first one.").breaks(
        "openapi.pages@list_projects",
        "openapi.pages@query_media",
        verdict="nonconforming",
        by=_paging(lambda page: page, skip=False),
    ),
    _rest("page-loses-last", "The last entry of every full page is on none.").breaks(
        "openapi.pages@list_projects",
        "openapi.pages@query_media",
        verdict="nonconforming",
        by=_paging(lambda page: page if page.end is None else Page(page.shown[:-1], page.end)),
        also=("*",),
    ),
    _rest("page-limit-ignored", "A page is as long as the deployment likes.").breaks(
        "openapi.pages@list_projects",
        "openapi.pages@query_media",
        verdict="nonconforming",
        by=_paging(lambda page: page, limit=100),
    ),
)
