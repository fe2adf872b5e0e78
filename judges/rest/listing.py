"""One listing of the deployment, read by limit and skip or by the pages that it names itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from contract.observations import Answer
from contract.openapi import Operation, declared_parameters, declared_response, properties, resolved
from contract.verdicts import Verdict
from judges.rest.findings import ConcludedError, Sent
from judges.rest.links import query_parameters
from judges.rest.sender import Sender

PAGE_PARAMETERS: Final = frozenset({"limit", "skip"})
_LARGE: Final = 100
# So many pages of the largest size are read at most: what is listed may be anybody's.
_MOST_PAGES: Final = 10
_TOTALS: Final = ("project_counts", "total_images", "total_videos", "total_matched_images", "total_matched_videos")
_JSON: Final = {"content-type": "application/json"}


@dataclass(frozen=True, slots=True)
class ListedPage:
    """One page: its ``entries``, what is said of the whole list, and the query of the page that it leads to, if any.

    ``size`` is how many entries it may have at the most, None where that was not asked.
    """

    asked: str
    size: int | None
    entries: tuple[Mapping[str, Any], ...]
    totals: Mapping[str, Any]
    following: Mapping[str, str] | None
    sent: Sent

    @property
    def ids(self) -> list[str]:
        """The ids of its entries, in order."""
        return [str(each["id"]) for each in self.entries]


@dataclass(frozen=True, slots=True)
class Listing:
    """What an operation lists at ``path``; ``document`` says how long a page may be, a POST carries the ``query``."""

    operation: Operation
    path: str
    sender: Sender
    document: Mapping[str, Any]
    query: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_paged(self) -> bool:
        """Whether it is read by ``limit`` and ``skip``."""
        return set(query_parameters(self.document, self.operation)) >= PAGE_PARAMETERS

    @property
    def names_pages(self) -> bool:
        """Whether the document says that an answer names the next page."""
        content = declared_response(self.document, self.operation, 200).get("content") or {}
        schemas = (media.get("schema") for name, media in content.items() if "json" in name)
        return any("next_page" in properties(self.document, schema) for schema in schemas)

    @property
    def largest(self) -> int:
        """The longest page that may be asked for: what is documented in prose, or less where the document says so."""
        limits = [each for each in declared_parameters(self.document, self.operation) if each.get("name") == "limit"]
        stated = [(resolved(self.document, each.get("schema")) or {}).get("maximum") for each in limits]
        return min([_LARGE, *(maximum for maximum in stated if isinstance(maximum, int))])

    def page(self, query: Mapping[str, Any]) -> ListedPage:
        """The page of a query. Raises ``ConcludedError`` where it cannot be read."""
        sent = self.ask(query)
        entries = _entries(sent.answer)
        asked = " and ".join(f"{name}={value}" for name, value in query.items()) or "no parameter"
        if entries is None:
            reason = f"{asked} got {sent.answer.words_with_message}, and no list of entries with ids"
            raise ConcludedError(Verdict.INCONCLUSIVE, reason, sent)
        body = sent.answer.fields
        totals = {name: body[name] for name in _TOTALS if name in body}
        limit = str(query.get("limit", ""))
        size = int(limit) if limit.isdecimal() else None
        return ListedPage(asked, size, entries, totals, _query_of(body.get("next_page")), sent)

    def ask(self, query: Mapping[str, Any]) -> Sent:
        """The answer to a query. Raises ``ConcludedError`` where it judges nothing."""
        content = json.dumps(self.query).encode() if self.operation.method == "POST" else None
        target = f"{self.path}?{urlencode(query)}" if query else self.path
        return self.sender.ask(self.operation, target, _JSON if content else None, content)

    def whole(self) -> tuple[list[ListedPage], bool]:
        """The pages of the largest size from the first on, and whether the last of them is the end of the list."""
        if not self.is_paged:
            page = self.page({})
            return [page], page.following is None
        pages, held = list[ListedPage](), 0
        for _ in range(_MOST_PAGES):
            pages.append(self.page({"limit": self.largest, "skip": held}))
            held += len(pages[-1].entries)
            # A page may be shorter than it was asked for, and still lead on.
            if not pages[-1].entries or (len(pages[-1].entries) < self.largest and pages[-1].following is None):
                return pages, True
        return pages, False

    def by_skip(self, size: int, length: int) -> Iterator[ListedPage]:
        """Every page of a size, of a list of so many entries."""
        return (self.page({"limit": size, "skip": skip}) for skip in range(0, length, size))

    def by_next_page(self, size: int, length: int) -> Iterator[ListedPage]:
        """The pages of a size as each leads to the next, one more than a list of so many entries has at the most."""
        page = self.page({"limit": size})
        yield page
        for _ in range(length + 1):
            if page.following is None:
                return
            page = self.page(page.following)
            yield page


def _query_of(address: Any) -> Mapping[str, str] | None:
    """The query of an address: no answer leads a request elsewhere. None where there is no address or no query."""
    query = dict(parse_qsl(urlsplit(address).query)) if isinstance(address, str) else {}
    return query or None


def _entries(answer: Answer) -> tuple[Mapping[str, Any], ...] | None:
    """The entries of the one list in an answer, each with an id; None where there is none."""
    for value in answer.fields.values():
        entries = value if isinstance(value, list) else [None]
        if all(isinstance(each, dict) and "id" in each for each in entries):
            return tuple(entries)
    return None
