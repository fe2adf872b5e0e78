"""Whether the pages of a listing are parts of one whole: each entry on one page, none lost, none twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from contract.observations import Answer
from contract.openapi import Operation, resolved
from contract.verdicts import Judgement, Verdict
from judges.rest.cases import Case, Finding, no_answer
from judges.rest.resources import Resources
from judges.rest.sender import Sender, Sent, filled

_ASKED: Final = frozenset({"limit", "skip"})
_LARGE: Final = 100
_PAGES: Final = 4
_TOTALS: Final = ("project_counts", "total_images", "total_videos")
_JSON: Final = {"content-type": "application/json"}


def is_paged(document: Mapping[str, Any], operation: Operation) -> bool:
    """Whether an operation reads a list by ``limit`` and ``skip``."""
    declared = [resolved(document, each) for each in operation.definition.get("parameters") or ()]
    names = {each.get("name") for each in declared if isinstance(each, Mapping) and each.get("in") == "query"}
    return names >= _ASKED and not operation.mutates


class _Broken(Exception):  # noqa: N818  it carries a judgement, it is no error of the suite
    def __init__(self, judgement: Judgement, sent: Sent | None) -> None:
        super().__init__(judgement.reason)
        self.judgement, self.sent = judgement, sent


def judge_pages(case: Case, sender: Sender, resources: Resources) -> Finding:
    """Read page by page what a large page gives at once; it is read twice, since others may create and delete."""
    operation = case.operation
    assert operation is not None, "pages are of one operation"
    path = filled(operation, resources.values(operation)[0])
    try:
        whole, first = _ids(operation, path, sender, _LARGE, 0)
        if len(whole) < 2:
            return Finding(Judgement(Verdict.NOT_APPLICABLE, f"{len(whole)} entries are no two pages"))
        wrong = _first_wrong_page(operation, path, sender, whole, _totals(first.answer))
        again, _ = _ids(operation, path, sender, _LARGE, 0)
    except _Broken as broken:
        return Finding(broken.judgement, broken.sent)
    if wrong is None:
        return Finding(Judgement(Verdict.KEPT, f"{min(len(whole), _PAGES)} pages are parts of one whole"), first)
    if again != whole:
        return Finding(Judgement(Verdict.INCONCLUSIVE, f"{wrong[0]}, but the list has changed meanwhile"), wrong[1])
    return Finding(Judgement(Verdict.NONCONFORMING, wrong[0]), wrong[1])


def _first_wrong_page(
    operation: Operation, path: str, sender: Sender, whole: list[str], totals: dict[str, Any]
) -> tuple[str, Sent] | None:
    for skip in range(min(len(whole), _PAGES)):
        page, sent = _ids(operation, path, sender, 1, skip)
        told = _totals(sent.answer)
        if told != totals:
            return f"limit=1 and skip={skip} says {told}, a page of {_LARGE} says {totals}", sent
        if page != whole[skip : skip + 1]:
            where = whole.index(page[0]) if len(page) == 1 and page[0] in whole else None
            got = f"entry {where}" if where is not None else f"{len(page)} entries"
            return f"limit=1 and skip={skip} of {len(whole)} entries got {got}, should be entry {skip}", sent
    if len(whole) < _LARGE:
        page, sent = _ids(operation, path, sender, 1, len(whole))
        if page:
            return f"limit=1 and skip={len(whole)} of {len(whole)} entries got {len(page)}, should be none", sent
    return None


def _ids(operation: Operation, path: str, sender: Sender, limit: int, skip: int) -> tuple[list[str], Sent]:
    """The ids on one page. Raises ``_Broken`` where it cannot be read."""
    content = b"{}" if operation.method == "POST" else None
    query = urlencode({"limit": limit, "skip": skip})
    sent = sender.send(operation, f"{path}?{query}", _JSON if content else None, content)
    silent = no_answer(sent.answer)
    if silent is not None:
        raise _Broken(silent, sent)
    listed = _listed(sent.answer)
    if listed is None:
        told = f"limit={limit} and skip={skip} got {sent.answer.words}, and no list of entries with ids"
        raise _Broken(Judgement(Verdict.INCONCLUSIVE, told), sent)
    return listed, sent


def _totals(answer: Answer) -> dict[str, Any]:
    """What an answer says of the whole list."""
    body = answer.body if isinstance(answer.body, dict) else {}
    return {name: body[name] for name in _TOTALS if name in body}


def _listed(answer: Answer) -> list[str] | None:
    """The ids of the one list in an answer; None where there is none."""
    for value in answer.fields.values():
        entries = value if isinstance(value, list) else [None]
        ids = [str(each["id"]) for each in entries if isinstance(each, dict) and "id" in each]
        if len(ids) == len(entries):
            return ids
    return None
