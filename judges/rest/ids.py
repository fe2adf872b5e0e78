"""Ids that name nothing of the caller's: of what was deleted, of another project, and no ids at all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from contract.openapi import Operation, declared_parameters
from contract.verdicts import Judgement, Verdict
from judges.rest.bodies import KnownBody, known_request
from judges.rest.cases import RestCase
from judges.rest.findings import Finding, Sent, error_fault, not_judged, unjudgeable
from judges.rest.kinds import kinds
from judges.rest.resources import Resources
from judges.rest.sender import filled
from judges.rest.tools import Tools

_GONE: Final = (404, 410)
_NO_SUCH_OPERATION: Final = frozenset({405, 501})
# Statuses that say that a request lacks something beside its path.
_INCOMPLETE: Final = frozenset({400, 409, 412, 422})
_OF_A_PROJECT: Final = ("dataset", "image", "video", "annotation", "task")
_MALFORMED: Final = ("x", "g" * 24, "0" * 25, "-1", "%00", "..%2F..", "é" * 8, "'\";--", "0" * 400)
# What names a thing by a text of its own has no ids that could be malformed.
_NO_ID: Final = re.compile(r".*(name|email|type|format|kind|key|path|locale|language|status|version)", re.IGNORECASE)
_MALFORMED_FRAMES: Final = ("-1", "999999999", "x", "1e3", "0x0", "9" * 40)
# What may be sent where a request might change something: values that cannot be taken for a path or an escape.
_HARMLESS: Final = ("x", "g" * 24, "0" * 25)


def judge_deleted(case: RestCase, tools: Tools) -> Finding:
    """Whether what was deleted can no longer be reached."""
    operation, resources = case.only_operation, tools.resources
    named = kinds(operation)
    name = next((name for name in reversed(operation.parameters) if named[name] in resources.deleted), None)
    if name is None:
        return not_judged("nothing in this path could be created and deleted")
    values = _live_or_unused(operation, resources) | {name: resources.deleted[named[name]]}
    values |= {below: resources.deleted_with[kind] for below, kind in named.items() if kind in resources.deleted_with}
    body = known_request(operation, resources, values)
    finding = _gone(operation, values, tools, f"{named[name]} was deleted", body)
    idempotent = operation.method == "DELETE" and not any(map(operation.declares, _GONE))
    if idempotent and finding.sent is not None and finding.sent.answer.accepted:
        # RFC 9110, 9.2.2: nothing is there afterwards, as was asked, and the document promises no other answer.
        return Finding(Judgement(Verdict.KEPT, f"got {finding.sent.answer.words}, and nothing is there"), finding.sent)
    return finding


def judge_elsewhere(case: RestCase, tools: Tools) -> Finding:
    """Whether a resource of one project is out of reach through the path of another."""
    operation, resources = case.only_operation, tools.resources
    named = kinds(operation)
    below = [kind for kind in named.values() if kind in _OF_A_PROJECT]
    project = next((name for name, kind in named.items() if kind == "project"), None)
    if project is None or not any(kind in resources.live for kind in below):
        return not_judged("the path names nothing that belongs to a project of the run")
    values = _live_or_unused(operation, resources) | {project: resources.elsewhere}
    return _gone(operation, values, tools, f"{below[0]} belongs to another project", (None, None))


def judge_malformed(case: RestCase, tools: Tools) -> Finding:
    """Whether ids that can name nothing are refused, each with a status of the client's side."""
    operation, resources = case.only_operation, tools.resources
    name, values = operation.parameters[-1], _live_or_unused(operation, resources)
    if _NO_ID.fullmatch(name):
        return not_judged(f"{name} is no id")
    malformed: Sequence[str] = _HARMLESS
    if operation.method in ("GET", "HEAD", "OPTIONS"):
        malformed = _MALFORMED_FRAMES if kinds(operation)[name] == "frame" else _MALFORMED
    resources.client.created.update(_HARMLESS)  # they name nothing, as those that are drawn at random
    sent: Sent | None = None
    for value in malformed:
        sent = tools.sender.send(operation, filled(operation, values | {name: value}))
        judgement = unjudgeable(sent.answer)
        if judgement is None and not 400 <= (sent.answer.status or 0) < 500:
            judgement = Judgement(Verdict.NOT_ENFORCED, f"{value[:40]!r} as {name} got {sent.answer.words}")
        if judgement is not None:
            return Finding(
                judgement, sent, {name: value, "tried": f"{value[:40]!r} as the id of a {kinds(operation)[name]}"}
            )
    return Finding(Judgement(Verdict.KEPT, f"{len(malformed)} malformed ids were refused"), sent)


def _gone(operation: Operation, values: dict[str, str], tools: Tools, why: str, body: KnownBody) -> Finding:
    sent = tools.sender.send(operation, filled(operation, values), *body)
    unjudged = unjudgeable(sent.answer)
    if unjudged is not None:
        return Finding(unjudged, sent, {"tried": why})
    answer = sent.answer
    if answer.accepted:
        return Finding(Judgement(Verdict.NOT_ENFORCED, f"got {answer.words}, and the {why}"), sent)
    if answer.status in _NO_SUCH_OPERATION:
        return Finding(Judgement(Verdict.INCONCLUSIVE, f"got {answer.words}: there is no such operation to ask"), sent)
    # Without a body a request may be refused for that first; one without a body must say what is not there.
    if "requestBody" not in operation.definition and answer.status not in _GONE:
        incomplete = (
            operation.method != "HEAD"
            and answer.status in _INCOMPLETE
            and _asks_for_more(tools.plan.content, operation)
        )
        if not incomplete:
            return Finding(Judgement(Verdict.WRONG_STATUS, f"got {answer.words}, should be 404: the {why}"), sent)
    fault = error_fault(tools.plan.content, operation, sent) if answer.status == 404 else None
    return Finding(fault or Judgement(Verdict.KEPT, f"refused with {answer.words}"), sent)


def _asks_for_more(document: Mapping[str, Any], operation: Operation) -> bool:
    parameters = declared_parameters(document, operation)
    return any(each.get("required") and each.get("in") != "path" for each in parameters)


def _live_or_unused(operation: Operation, resources: Resources) -> dict[str, str]:
    """Live ids where there are any, else ids that name nothing; nothing is made for the occasion."""
    return {name: resources.live.get(kind) or resources.unused_id(kind) for name, kind in kinds(operation).items()}
