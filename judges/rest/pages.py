"""Whether a listing is one whole, however it is walked: each entry once, none lost, nothing foreign."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from contract.identifiers import Ids
from contract.openapi import Operation
from contract.operations import LIST_PROJECT_NAMES, LIST_PROJECTS, QUERY_MEDIA, WORKSPACE, shape_of
from contract.verdicts import Judgement, Verdict
from judges.rest.cases import RestCase
from judges.rest.findings import Finding, Sent, not_judged
from judges.rest.kinds import kinds
from judges.rest.links import query_parameters
from judges.rest.listing import PAGE_PARAMETERS, ListedPage, Listing
from judges.rest.media_filters import media_filter
from judges.rest.plan import Plan
from judges.rest.sender import filled
from judges.rest.tools import Tools

# So many entries make pages enough, and so many are made of what can be made; of longer lists a few pages are read.
_ENTRIES: Final = 5
_TWO: Final = 2
_WALKED: Final = 12
_SIZES: Final = (1, 2)
_EDGE: Final = 2
_READ: Final = 8
_GONE: Final = frozenset({404, 410})
_NAMES: Final = shape_of(WORKSPACE) + LIST_PROJECT_NAMES.shape
# Which numbers of an answer say together how long the list is; where nothing is filtered all media are matched.
_LENGTHS: Final = {
    shape_of(WORKSPACE) + LIST_PROJECTS.shape: (("project_counts",),),
    shape_of(WORKSPACE) + QUERY_MEDIA.shape: (
        ("total_images", "total_videos"),
        ("total_matched_images", "total_matched_videos"),
    ),
}
# Which number of an answer says how many entries of a kind a filter lets pass.
_MATCHED: Final = {"total_matched_images": "image", "total_matched_videos": "video"}


class _WrongError(Exception):
    """What is wrong with a listing, and the request that shows it."""

    def __init__(self, reason: str, sent: Sent) -> None:
        super().__init__(reason)
        self.reason, self.sent = reason, sent


def listings(plan: Plan) -> tuple[Operation, ...]:
    """The operations that read a list: by ``limit`` and ``skip``, or whole."""
    return tuple(each for each in plan.operations if _reads_a_list(plan, each))


def _reads_a_list(plan: Plan, operation: Operation) -> bool:
    if operation.mutates or operation.path.endswith("}"):
        return False
    links = (link for link in plan.links if link.producer.name == operation.name)
    named = any(link.pointer.endswith("/*/id") and link.pointer.count("/") == 2 for link in links)
    whole = operation.method == "GET" and (named or operation.shape == _NAMES)
    return whole or set(query_parameters(plan.content, operation)) >= PAGE_PARAMETERS


def judge_pages(case: RestCase, tools: Tools) -> Finding:
    """Walk a listing to its end in each way; it is read again at the end, since others may create and delete."""
    operation = case.only_operation
    values, _ = tools.resources.values(operation)
    listing = Listing(operation, filled(operation, values), tools.sender, tools.plan.content)
    walk = _Walk(tools, listing, values, _items(tools.plan, operation))
    walk.fill()
    settling = tools.workspace.client.settling
    try:
        return settling.until(walk.finding, lambda finding: finding.judgement.verdict is Verdict.KEPT)
    finally:
        for made in walk.made:
            tools.resources.discard(made)


def _items(plan: Plan, listed: Operation) -> dict[str, Operation]:
    """The operations that read one entry of a listing, by the kind of the entry; media are of two kinds."""
    base = re.escape(listed.path.removesuffix("_names").removesuffix(":query"))
    item = re.compile(base + (r"/\w+" if listed.path.endswith("/media:query") else "") + r"/\{[^{}]*\}")
    return {kinds(each)[each.parameters[-1]]: each for path, each in plan.readers.items() if item.fullmatch(path)}


@dataclass(slots=True)
class _Walk:
    """A listing with what its entries are: ``items`` reads one of them, by kind."""

    tools: Tools
    listing: Listing
    values: dict[str, str]
    items: dict[str, Operation]
    own: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)

    def fill(self) -> None:
        """Make entries until there are a few pages, where the run can make such entries."""
        resources, kind = self.tools.resources, next(iter(self.items), "")
        self.own += [resources.live[each] for each in self.items if each in resources.live]
        wanted = _ENTRIES if self.listing.is_paged else _TWO
        for _ in range(wanted - sum(len(page.entries) for page in self.listing.whole()[0])):
            made = resources.new(kind)
            if made is None:
                return
            self.own.append(made)
            self.made.append(made)

    def finding(self) -> Finding:
        """What one walk comes to."""
        pages, complete = self.listing.whole()
        first, ids = pages[0], [each for page in pages for each in page.ids]
        try:
            self._check_entries(pages)
            self._check_whole(pages, ids, complete=complete)
            if self.listing.is_paged:
                self._check_pages(first, ids, complete=complete)
            if self.listing.names_pages and complete and len(ids) <= _WALKED:
                self._check_filtered(first, [each for page in pages for each in page.entries])
        except _WrongError as wrong:
            again, _ = self.listing.whole()
            if [each for page in again for each in page.ids] != ids:
                reason = f"{wrong.reason}, but the list has changed meanwhile"
                return Finding(Judgement(Verdict.INCONCLUSIVE, reason), wrong.sent)
            return Finding(Judgement(Verdict.NONCONFORMING, wrong.reason), wrong.sent)
        if not ids:
            return not_judged("nothing is listed")
        return Finding(Judgement(Verdict.KEPT, f"{len(ids)} entries, each once, on pages of any size"), first.sent)

    def _check_whole(self, pages: Sequence[ListedPage], ids: Sequence[str], *, complete: bool) -> None:
        last = pages[-1].sent
        _check_once(ids, "the list", last)
        if not complete:
            return
        missing = [each for each in self.own if each not in Ids(ids)]
        if missing:
            raise _WrongError(f"the run's own {_named(missing)} is not among the {len(ids)} entries", last)
        for names in _LENGTHS.get(self.listing.operation.shape, ()):
            numbers = [pages[0].totals.get(name) for name in names]
            if all(isinstance(each, int) for each in numbers) and sum(map(int, filter(None, numbers))) != len(ids):
                said = ", ".join(f"{name} {number}" for name, number in zip(names, numbers, strict=True))
                raise _WrongError(f"it says {said}, and lists {len(ids)} entries", pages[0].sent)

    def _check_pages(self, first: ListedPage, ids: Sequence[str], *, complete: bool) -> None:
        if complete and len(ids) <= _WALKED:
            for size in _SIZES:
                self._check_walk(first, self.listing.by_skip(size, len(ids)), ids, f"pages of {size} by skip")
            if self.listing.names_pages:
                self._check_next_pages(self.listing, first, ids, "")
        else:
            ends = {*range(_EDGE), *(range(len(ids) - _EDGE, len(ids)) if complete else ())}
            for skip in sorted(ends):
                page = self.listing.page({"limit": 1, "skip": skip})
                self._check_page(first, page)
                if page.ids != ids[skip : skip + 1]:
                    raise _WrongError(f"{page.asked} got {_named(page.ids)}, should be entry {skip}", page.sent)
        if complete:
            sent = self.listing.ask({"limit": 1, "skip": len(ids)})
            if sent.answer.accepted and (past := self.listing.page({"limit": 1, "skip": len(ids)})).ids:
                raise _WrongError(f"{past.asked} of {len(ids)} entries got {len(past.ids)}, should be none", past.sent)

    def _check_next_pages(self, listing: Listing, first: ListedPage, ids: Sequence[str], of: str) -> None:
        for size in (*_SIZES, listing.largest):
            what = f"pages of {size}{of} by next_page"
            last = self._check_walk(first, listing.by_next_page(size, len(ids)), ids, what)
            if last.following is not None:
                raise _WrongError(f"{what} do not end: {last.asked} leads on, past {len(ids)} entries", last.sent)

    def _check_filtered(self, unfiltered: ListedPage, entries: Sequence[Mapping[str, Any]]) -> None:
        """Walk and count what a filter lets pass; where it is not taken, or finds nothing, all is well."""
        by = media_filter(self.tools.document, self.listing.operation, entries)
        filtered = None if by is None else replace(self.listing, query=by.body)
        if by is None or filtered is None or not filtered.ask({"limit": 1}).answer.accepted:
            return
        first = filtered.page({"limit": 1})
        if not first.ids:
            return
        kinds_of = {str(each["id"]): each.get("type") for each in entries}
        matched = Counter(kinds_of[each] for each in by.matched)
        wanted = {**unfiltered.totals, **{name: matched[kind] for name, kind in _MATCHED.items()}}
        for name, said in first.totals.items():
            if said != wanted.get(name, said):
                raise _WrongError(f"where {by.words} it says {name} {said}, should be {wanted[name]}", first.sent)
        self._check_next_pages(filtered, first, by.matched, f" where {by.words}")

    def _check_walk(self, first: ListedPage, pages: Iterable[ListedPage], ids: Sequence[str], what: str) -> ListedPage:
        """The last of some pages, each of which is as it should be, and which together are the list."""
        walked, page = list[str](), first
        for page in pages:
            self._check_page(first, page)
            if page.following is not None and page.ids and set(page.ids) <= set(walked):
                raise _WrongError(f"{what} do not end: {page.asked} leads on and brings nothing new", page.sent)
            walked += page.ids
        _check_once(walked, what, page.sent)
        foreign, lost = set(walked) - set(ids), set(ids) - set(walked)
        if foreign:
            raise _WrongError(f"{what} show {_named(foreign)}, which the list does not", page.sent)
        if lost:
            raise _WrongError(f"{what} lose {len(lost)} of {len(ids)} entries", page.sent)
        return page

    def _check_page(self, first: ListedPage, page: ListedPage) -> None:
        if page.size is not None and len(page.ids) > page.size:
            raise _WrongError(f"{page.asked} got {len(page.ids)} entries, should be {page.size} at most", page.sent)
        if page.totals != first.totals:
            raise _WrongError(f"{page.asked} says {page.totals}, {first.asked} says {first.totals}", page.sent)

    def _check_entries(self, pages: Sequence[ListedPage]) -> None:
        """Whether entries can be read where they are listed: what cannot belongs elsewhere, or is gone."""
        entries = [(page, entry) for page in pages for entry in page.entries]
        for page, entry in entries[-_READ:]:
            alone = next(iter(self.items.values())) if len(self.items) == 1 else None
            item = self.items.get(str(entry.get("type")), alone)
            if item is None:
                continue
            values = {**self.values, item.parameters[-1]: str(entry["id"])}
            read = self.tools.sender.send(item, filled(item, values))
            if read.answer.status in _GONE:
                reason = f"it lists {entry['id']}, which is not there: GET {item.path} got {read.answer.words}"
                raise _WrongError(f"{reason}: it is gone, or belongs elsewhere", page.sent)


def _check_once(ids: Sequence[str], what: str, sent: Sent) -> None:
    twice = [each for each, count in Counter(ids).items() if count > 1]
    if twice:
        raise _WrongError(f"{what} shows {_named(twice)} more than once", sent)


def _named(ids: Iterable[str]) -> str:
    return ", ".join(sorted(ids)[:3]) or "nothing"
