"""Whether the pages of a listing are parts of one whole: each entry on one page, none lost, none twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from contract.observations import Answer
from contract.openapi import Operation, declared_parameters, resolved
from contract.verdicts import Judgement, Verdict
from judges.rest.cases import RestCase
from judges.rest.findings import ConcludedError, Finding, Sent, not_judged
from judges.rest.links import query_parameters
from judges.rest.plan import Plan
from judges.rest.sender import Sender, filled
from judges.rest.tools import Tools

_PAGE_PARAMETERS: Final = frozenset({"limit", "skip"})
_LARGE: Final = 100
_PAGES: Final = 4
_TOTALS: Final = ("project_counts", "total_images", "total_videos")
_JSON: Final = {"content-type": "application/json"}


def paged(plan: Plan) -> tuple[Operation, ...]:
    """The operations that read a list by ``limit`` and ``skip``."""
    reading = [operation for operation in plan.operations if not operation.mutates]
    return tuple(
        operation for operation in reading if set(query_parameters(plan.content, operation)) >= _PAGE_PARAMETERS
    )


def judge_pages(case: RestCase, tools: Tools) -> Finding:
    """Read page by page what a large page gives at once; it is read twice, since others may create and delete."""
    operation = case.only_operation
    path = filled(operation, tools.resources.values(operation)[0])
    listing = _Listing(operation, path, tools.sender, _largest(tools.plan.content, operation))
    settling = tools.workspace.client.settling
    return settling.until(lambda: _compared(listing), lambda finding: finding.judgement.verdict is Verdict.KEPT)


def _compared(listing: _Listing) -> Finding:
    whole, first = listing.page(listing.largest, 0)
    if len(whole) < 2:
        return not_judged(f"{len(whole)} entries are no two pages")
    wrong = _first_wrong_page(listing, whole, _totals(first.answer))
    again, _ = listing.page(listing.largest, 0)
    if wrong is None:
        return Finding(Judgement(Verdict.KEPT, f"{min(len(whole), _PAGES)} pages are parts of one whole"), first)
    reason, sent = wrong
    if again != whole:
        return Finding(Judgement(Verdict.INCONCLUSIVE, f"{reason}, but the list has changed meanwhile"), sent)
    return Finding(Judgement(Verdict.NONCONFORMING, reason), sent)


@dataclass(frozen=True, slots=True)
class _Listing:
    operation: Operation
    path: str
    sender: Sender
    largest: int

    def page(self, limit: int, skip: int) -> tuple[list[str], Sent]:
        """The ids on one page. Raises ``ConcludedError`` where it cannot be read."""
        content = b"{}" if self.operation.method == "POST" else None
        query = urlencode({"limit": limit, "skip": skip})
        sent = self.sender.ask(self.operation, f"{self.path}?{query}", _JSON if content else None, content)
        ids = _ids(sent.answer)
        if ids is None:
            reason = (
                f"limit={limit} and skip={skip} got {sent.answer.words_with_message}, and no list of entries with ids"
            )
            raise ConcludedError(Verdict.INCONCLUSIVE, reason, sent)
        return ids, sent


def _largest(document: Mapping[str, Any], operation: Operation) -> int:
    """The longest page that may be asked for: what is documented in prose, or less where the document says so."""
    limits = [each for each in declared_parameters(document, operation) if each.get("name") == "limit"]
    stated = [(resolved(document, each.get("schema")) or {}).get("maximum") for each in limits]
    return min([_LARGE, *(maximum for maximum in stated if isinstance(maximum, int))])


def _first_wrong_page(listing: _Listing, whole: list[str], totals: dict[str, Any]) -> tuple[str, Sent] | None:
    for skip in range(min(len(whole), _PAGES)):
        page, sent = listing.page(1, skip)
        totals_here = _totals(sent.answer)
        if totals_here != totals:
            return f"limit=1 and skip={skip} says {totals_here}, a page of {listing.largest} says {totals}", sent
        if page != whole[skip : skip + 1]:
            where = whole.index(page[0]) if len(page) == 1 and page[0] in whole else None
            got = f"entry {where}" if where is not None else f"{len(page)} entries"
            return f"limit=1 and skip={skip} of {len(whole)} entries got {got}, should be entry {skip}", sent
    if len(whole) < listing.largest:
        page, sent = listing.page(1, len(whole))
        if page:
            return f"limit=1 and skip={len(whole)} of {len(whole)} entries got {len(page)}, should be none", sent
    return None


def _totals(answer: Answer) -> dict[str, Any]:
    """What an answer says of the whole list."""
    body = answer.fields
    return {name: body[name] for name in _TOTALS if name in body}


def _ids(answer: Answer) -> list[str] | None:
    """The ids of the one list in an answer; None where there is none."""
    for value in answer.fields.values():
        entries = value if isinstance(value, list) else [None]
        ids = [str(each["id"]) for each in entries if isinstance(each, dict) and "id" in each]
        if len(ids) == len(entries):
            return ids
    return None
