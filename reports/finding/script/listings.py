"""What is wrong with a listing by itself, to a plan and to ``reproduce.py``, whatever else it lists meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

# Lists of so many entries are walked page by page; so many entries of others are asked for.
WALKED = 12
READ = 8
NOT_THERE = "it lists what is not there"
# Which numbers of an answer say together how long a list is.
_LENGTHS = (("project_counts",), ("total_images", "total_videos"))
# The query of a page, and the JSON of its answer.
Page = tuple[dict[str, str], dict[str, Any]]


def entries_of(body: Any) -> list[dict[str, Any]]:
    """The entries with ids of the one list in an answer."""
    lists = [each for each in body.values() if isinstance(each, list)] if isinstance(body, dict) else []
    return [each for each in (lists[0] if len(lists) == 1 else ()) if isinstance(each, dict) and "id" in each]


def is_whole(page: Page) -> bool:
    """Whether a page has all that there is."""
    query, body = page
    first = query.get("skip", "0") == "0" and "page_token" not in query
    return first and len(entries_of(body)) < int(query.get("limit", 1 << 30))


def query_of(target: str) -> dict[str, str]:
    """The query of an address."""
    return dict(parse_qsl(urlsplit(target).query))


def pages_of(read: Callable[[dict[str, str]], dict[str, Any]], first: dict[str, str]) -> list[Page]:
    """The pages of a list that ``first`` reads as a whole: that, then pages of 1 and 2, by number and by ``next_page``.

    ``read`` is given the query of a page.
    """
    pages = [(first, read(first))]
    length = len(entries_of(pages[0][1]))
    if "limit" not in first or not is_whole(pages[0]) or length > WALKED:
        return pages
    for size in ("1", "2"):
        queries: list[dict[str, str]] = [{"limit": size, "skip": str(at)} for at in range(0, length, int(size))]
        pages += [(query, read(query)) for query in queries]
    named = any(body.get("next_page") for _, body in pages)
    for size in ("1", "2") if named else ():
        query = {"limit": size}
        for _ in range(length + 2):
            pages.append((query, read(query)))
            query = query_of(str(pages[-1][1].get("next_page") or ""))
            if not query:
                break
    past = {"limit": "1", "skip": str(length)}
    return [*pages, (past, read(past))]


def wrong_with(pages: Sequence[Page]) -> set[str]:
    """What is wrong with pages, of which the first is the whole list."""
    whole = [each["id"] for each in entries_of(pages[0][1])]
    found, seen, number = set[str](), list[str](), 0
    for position, (query, body) in enumerate(pages):
        entries = [each["id"] for each in entries_of(body)]
        if len(entries) > int(query.get("limit", 1 << 30)):
            found.add("a page has more entries than were asked for")
        if entries and int(query.get("skip", 0)) >= len(whole):
            found.add("there are entries past the end")
            continue
        if query.get("skip", "0") == "0" and "page_token" not in query:
            seen, number = [], 0
        number += 1
        leads_on = bool(body.get("next_page"))
        if leads_on and entries and (set(entries) <= set(seen) or number > len(whole) + 1):
            found.add("its pages do not end")
        seen += entries
        if len(set(seen)) < len(seen):
            found.add("an entry is there twice")
        if set(seen) - set(whole):
            found.add("a page shows what the list does not")
        last = position + 1 == len(pages) or _begins(pages[position + 1][0], len(whole))
        if last and set(whole) - set(seen):
            found.add("its pages lose an entry")
        for names in _LENGTHS:
            if names[0] in body and sum(body[name] for name in names) != len(whole):
                found.add("it says another number of entries than it lists")
    return found


def _begins(query: dict[str, str], length: int) -> bool:
    """Whether a page is the first of several, or past their end."""
    return "page_token" not in query and query.get("skip", "0") in ("0", str(length))
