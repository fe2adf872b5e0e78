"""Listings that are not walked to their end: what is on none of their pages, or on two, or does not belong there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, MutableMapping
from typing import Any, Final
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Receive, Scope, Send

from contract.profiles import Profile
from reference.behaviour import Behaviour
from reference.faults.fault import Fault, Group
from reference.faults.replies import Reply, json_object, read_body, rewriting, rewritten
from reference.store import Page, Store

_PROJECTS, _MEDIA, _DATASETS = (
    f"openapi.pages@{operation}" for operation in ("list_projects", "query_media", "list_datasets")
)
_EVERY: Final = "openapi.pages@list_*"
# A list under the name of its collection, and the names of projects.
_NAMED: Final = re.compile(r"/(\w+?)(?:_names)?/\1$")
_KINDS: Final = ("images", "videos")
_LISTS: Final = ("projects", "media", "datasets")


class _LongerByOne(Behaviour):
    def page(self, store: Store, parent: str, kind: str | None, limit: int, after: int = 0, skip: int = 0) -> Page:
        return super().page(store, parent, kind, limit + 1, after, skip)


class _LastRepeats(Behaviour):
    """The last page begins with the last entry of the page before it."""

    def page(self, store: Store, parent: str, kind: str | None, limit: int, after: int = 0, skip: int = 0) -> Page:
        found = super().page(store, parent, kind, limit, after, skip)
        if found.end is not None or not found.shown or not (after or skip):
            return found
        everything = super().page(store, parent, kind, 1000).shown
        before = everything[-len(found.shown) - 1 : -len(found.shown)]
        return Page([*before, *found.shown], None)


class _SkipsOneMore(Behaviour):
    def page(self, store: Store, parent: str, kind: str | None, limit: int, after: int = 0, skip: int = 0) -> Page:
        return super().page(store, parent, kind, limit, after, skip + 1 if skip > 1 else skip)


class _PastTheEnd(Behaviour):
    """Past the end the last entry comes again."""

    def page(self, store: Store, parent: str, kind: str | None, limit: int, after: int = 0, skip: int = 0) -> Page:
        found = super().page(store, parent, kind, limit, after, skip)
        if found.shown or not skip:
            return found
        return Page(super().page(store, parent, kind, 1000).shown[-1:], None)


class _FilterOnceOnly(Behaviour):
    """Only the first page of a query obeys its filter."""

    def page(self, store: Store, parent: str, kind: str | None, limit: int, after: int = 0, skip: int = 0) -> Page:
        return super().page(store, parent, None if after else kind, limit, after, skip)


class _FilteredEndsEarly(Behaviour):
    """What is filtered has one page only."""

    def page(self, store: Store, parent: str, kind: str | None, limit: int, after: int = 0, skip: int = 0) -> Page:
        found = super().page(store, parent, kind, limit, after, skip)
        return Page(found.shown, None) if kind in ("image", "video") else found


class _Foreign(Behaviour):
    """The last page of a dataset's media shows one of another project, too."""

    def page(self, store: Store, parent: str, kind: str | None, limit: int, after: int = 0, skip: int = 0) -> Page:
        found = super().page(store, parent, kind, limit, after, skip)
        if found.end is not None or not any("media_information" in each for each in found.shown):
            return found
        project, workspace, *_ = store.ancestors(parent)
        others = [each["id"] for each in store.list(workspace, "project") if each["id"] != project]
        datasets = [dataset["id"] for other in others for dataset in store.list(other, "dataset")]
        foreign = [image for dataset in datasets for image in store.list(dataset, "image")]
        return Page([*found.shown, *foreign[:1]], None)


class _FirstTwice(Behaviour):
    """A listing that was read before shows its first entry twice."""

    def __init__(self, profile: Profile) -> None:
        super().__init__(profile)
        self.read: Counter[str] = Counter()

    def around(self, app: ASGIApp) -> ASGIApp:
        def twice(scope: MutableMapping[str, Any], reply: Reply) -> Reply:
            value = reply.json() if scope["method"] == "GET" and reply.status == 200 else None
            name = next((each for each in value or () if _NAMED.search(f"{scope['path']}/{each}")), None)
            if value is None or name is None or not value[name]:
                return reply
            self.read[scope["path"]] += 1
            doubled = {**value, name: [*value[name], value[name][0]]}
            return reply.with_json(doubled) if self.read[scope["path"]] > 1 else reply

        return rewritten(super().around(app), twice)


def _listed(change: Callable[[MutableMapping[str, Any], dict[str, Any], str], dict[str, Any]]) -> type[Behaviour]:
    """Listings as ``change`` makes them of request, answer and the name of its list."""

    def rewrite(scope: MutableMapping[str, Any], reply: Reply) -> Reply:
        value = reply.json() if reply.status == 200 and "/api/" in scope["path"] else None
        reads = scope["method"] == "GET" or scope["path"].endswith(":query")
        name = next((each for each in _LISTS if isinstance((value or {}).get(each), list)), None)
        if value is None or name is None or not reads or not scope["path"].endswith((f"/{name}", ":query")):
            return reply
        return reply.with_json(change(scope, value, name))

    return rewriting(rewrite)


def _filtered(change: Callable[[dict[str, Any]], dict[str, Any]]) -> type[Behaviour]:
    """Queries that have a rule are answered as ``change`` makes of the answer."""

    def rewrite(_scope: MutableMapping[str, Any], reply: Reply) -> Reply:
        value = reply.json() if reply.status == 200 else None
        return reply if value is None else reply.with_json(change(value))

    class Filtered(Behaviour):
        def around(self, app: ASGIApp) -> ASGIApp:
            inner = super().around(app)
            changed = rewritten(inner, rewrite)

            async def filtered(scope: Scope, receive: Receive, send: Send) -> None:
                if scope["type"] != "http" or not scope["path"].endswith("/media:query"):
                    await inner(scope, receive, send)
                    return
                body, again = await read_body(receive)
                await (changed if json_object(body).get("rules") else inner)(scope, again, send)

            return filtered

    return Filtered


def _all_matched(value: dict[str, Any]) -> dict[str, Any]:
    return {**value, **{f"total_matched_{kind}": value[f"total_{kind}"] for kind in _KINDS}}


def _all_filtered(value: dict[str, Any]) -> dict[str, Any]:
    return {**value, **{f"total_{kind}": value[f"total_matched_{kind}"] for kind in _KINDS}}


def _itself(scope: MutableMapping[str, Any], value: dict[str, Any], _name: str) -> dict[str, Any]:
    if "next_page" not in value:
        return value
    return {**value, "next_page": f"{scope['path']}?{scope['query_string'].decode()}"}


def _totals_of_page(_scope: MutableMapping[str, Any], value: dict[str, Any], _name: str) -> dict[str, Any]:
    if "media" not in value:
        return value
    kinds = [each["type"] for each in value["media"]]
    return {**value, "total_images": kinds.count("image"), "total_videos": kinds.count("video")}


def _matched_after_skip(scope: MutableMapping[str, Any], value: dict[str, Any], _name: str) -> dict[str, Any]:
    left = int(parse_qs(scope["query_string"].decode()).get("skip", ["0"])[0])
    matched = dict[str, int]()
    for name in ("total_matched_images", "total_matched_videos"):
        if name in value:
            matched[name] = max(value[name] - left, 0)
            left -= value[name] - matched[name]
    return {**value, **matched}


def _matched_one_more(_scope: MutableMapping[str, Any], value: dict[str, Any], _name: str) -> dict[str, Any]:
    name = "total_matched_images"
    return {**value, name: value[name] + 1} if name in value else value


def _total_one_more(_scope: MutableMapping[str, Any], value: dict[str, Any], _name: str) -> dict[str, Any]:
    return {**value, "project_counts": value["project_counts"] + 1} if "project_counts" in value else value


def _ends_early(scope: MutableMapping[str, Any], value: dict[str, Any], _name: str) -> dict[str, Any]:
    later = "page_token" in parse_qs(scope["query_string"].decode())
    return {key: each for key, each in value.items() if not later or key != "next_page"}


def _newest_missing(_scope: MutableMapping[str, Any], value: dict[str, Any], name: str) -> dict[str, Any]:
    return {**value, name: value[name][:-1]} if name == "datasets" and len(value[name]) > 1 else value


_listing = Group("listing")


def _pages(name: str, sentence: str, *requirements: str, by: type[Behaviour]) -> Fault:
    return _listing(name, sentence).breaks(*requirements, verdict="nonconforming", by=by, also=("*.max@*",))


FAULTS: Final = (
    _pages("last-page-repeats", "The last page repeats the entry before it.", _PROJECTS, _MEDIA, by=_LastRepeats),
    _pages("skip-one-more", "A page leaves out one entry too many.", _PROJECTS, _MEDIA, by=_SkipsOneMore),
    _pages("last-past-the-end", "Past the end the last entry comes again.", _PROJECTS, _MEDIA, by=_PastTheEnd),
    _pages("media-of-another-project", "Among the media of a dataset is one of another project.", _MEDIA, by=_Foreign),
    _pages("page-longer-by-one", "A page has one entry more than was asked for.", _PROJECTS, by=_LongerByOne),
    _pages("next-page-is-itself", "The next page of the media is the page itself.", _MEDIA, by=_listed(_itself)),
    _pages("totals-of-page", "The totals of the media are those of the page.", _MEDIA, by=_listed(_totals_of_page)),
    _pages("filter-once-only", "Only the first page of a query of media obeys its filter.", _MEDIA, by=_FilterOnceOnly),
    _pages("filtered-ends-early", "A filtered list of media has no second page.", _MEDIA, by=_FilteredEndsEarly),
    _pages("matched-after-skip", "Media left out do not count as matched.", _MEDIA, by=_listed(_matched_after_skip)),
    _pages("matched-one-more", "One image more is matched than there is.", _MEDIA, by=_listed(_matched_one_more)),
    _pages(
        "all-media-matched", "All media of a dataset count as matched by a filter.", _MEDIA, by=_filtered(_all_matched)
    ),
    _pages(
        "totals-filtered",
        "The totals of a dataset are those that a filter lets pass.",
        _MEDIA,
        by=_filtered(_all_filtered),
    ),
    _pages("total-one-more", "There is one project fewer than a listing says.", _PROJECTS, by=_listed(_total_one_more)),
    _pages("pages-end-early", "The second page of media is the last one.", _MEDIA, by=_listed(_ends_early)),
    _pages("first-entry-twice", "A listing that was read before shows its first entry twice.", _EVERY, by=_FirstTwice),
    _pages("newest-dataset-missing", "The newest dataset is not listed.", _DATASETS, by=_listed(_newest_missing)),
)
