"""From the pages of a recording to what is wrong with the listing, whatever else is listed when it is read again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from reports.finding.names import parsed
from reports.finding.script.listings import NOT_THERE, Page, entries_of, is_whole, query_of, wrong_with
from reports.finding.steps import Step, Steps

_GONE: Final = (404, 410)


@dataclass(frozen=True, slots=True)
class WrongListing:
    """What is ``wrong`` with a listing that the step ``whole`` reads; ``items`` is where entries are read, by type."""

    whole: Step
    wrong: tuple[str, ...]
    items: Mapping[str, str]


def wrong_listing(decisive: Step, steps: Steps) -> WrongListing | None:
    """What is wrong with the listing that the decisive step read; None where it is none, or right by itself."""
    path, pages, items, gone = _path(decisive), list[Page](), dict[str, str](), False
    whole = decisive
    for exchange in steps.exchanges:
        if not exchange.reads:
            pages.clear()
        elif exchange.target.partition("?")[0] == path and exchange.accepted and isinstance(parsed(exchange), dict):
            page = query_of(exchange.target), parsed(exchange)
            pages = [page] if pages and page[0] == pages[0][0] else [*pages, page]
        if exchange.trace_id == decisive.exchange.trace_id:
            break
    if not pages or not entries_of(pages[0][1]) or not is_whole(pages[0]):
        return None
    types = {str(each["id"]): str(each.get("type", "")) for each in entries_of(pages[0][1])}
    for step in steps.listed:
        identifier = step.exchange.target.rpartition("/")[2]
        if step.exchange.method == "GET" and identifier in types:
            items[types[identifier]] = step.fields["target"].rpartition("/")[0]
            gone = gone or step.exchange.status in _GONE
        elif _path(step) == path and query_of(step.exchange.target) == pages[0][0]:
            whole = step
    wrong = wrong_with(pages) | ({NOT_THERE} if gone else set())
    return WrongListing(whole, tuple(sorted(wrong)), items) if wrong else None


def _path(step: Step) -> str:
    return step.exchange.target.partition("?")[0]
