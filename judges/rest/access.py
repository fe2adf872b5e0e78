"""Who may call, by which method, with which ids: what must be refused is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

import httpx

from contract.limits import EnforcementPoint
from contract.observations import Answer, documented_error
from contract.openapi import Operation
from contract.verdicts import Judgement, Verdict
from deployment.client import OWN_KEY
from deployment.errors import NotContainedError
from generators.artefacts import make
from generators.specs import MediaSpec
from judges.rest.bodies import known_body
from judges.rest.cases import Case, Check, Finding, no_answer
from judges.rest.kinds import kinds
from judges.rest.resources import IMAGE, VIDEO, Resources
from judges.rest.sender import Sender, Sent, filled

Known = tuple[dict[str, str] | None, bytes | None]
GARBAGE: Final = "geti_pat_0000000000000000000000000000000000000000000"
# What a deployment says where it has no such operation, or where nothing lies behind a made-up id.
_ABSENT: Final = frozenset({404, 405, 501})
_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_MALFORMED: Final = ("x", "g" * 24, "0" * 25, "-1", "%00", "..%2F..", "é" * 8, "'\";--", "0" * 400)
_MALFORMED_FRAMES: Final = ("-1", "999999999", "x", "1e3", "0x0", "9" * 40)
# What may be sent where a request might change something: values that cannot be taken for a path or an escape.
_HARMLESS: Final = ("x", "g" * 24, "0" * 25)


def judge_key(case: Case, sender: Sender, resources: Resources, keys: Mapping[str, str]) -> Finding:
    """Whether an operation refuses a key that must not open it."""
    operation = _operation(case)
    key = _key(case.check, keys)
    if key == OWN_KEY:
        return _not_judged(f"no such key is known; give one with --geti-{_name(case.check)}-token-file")
    if case.check is Check.KEY_FOREIGN and "organization" not in kinds(operation).values():
        return _not_judged("the operation belongs to no organization: a key of another is a key like any other")
    if operation.definition.get("security") == []:
        return _not_judged("the document declares this operation open to all")
    try:
        sent = sender.send(operation, filled(operation, resources.values(operation)[0]), key=key)
    except NotContainedError as error:
        return _not_judged(f"held back: {error}")
    if sent.answer.accepted:
        resources.spent(operation)
    if sent.answer.status in _ABSENT:
        control = sender.send(operation, filled(operation, resources.values(operation)[0])).answer
        if control.status == sent.answer.status:
            told = f"got {sent.answer.words}, with the run's own key too: whether the key is refused does not show"
            return Finding(Judgement(Verdict.INCONCLUSIVE, told), sent)
        if control.accepted:
            resources.spent(operation)
    return Finding(_key_refused(sent.answer), sent)


def judge_methods(case: Case, sender: Sender, resources: Resources, declared: frozenset[str]) -> Finding:
    """Whether methods that a path does not declare are answered with 405 or 404; ids are nobody's."""
    operation = _operation(case)
    values = {
        n: resources.live[k] if k in ("organization", "workspace") else resources.nobodys(k)
        for n, k in kinds(operation).items()
    }
    tried, held = [], ""
    for method in _METHODS:
        if method in declared:
            continue
        try:
            sent = sender.send(operation, filled(operation, values), method=method)
        except NotContainedError as error:
            held = f"held back: {error}"
            continue
        tried.append(method)
        judgement = no_answer(sent.answer)
        if judgement is None and sent.answer.status not in (404, 405):
            verdict = Verdict.NOT_ENFORCED if sent.answer.accepted else Verdict.WRONG_STATUS
            judgement = Judgement(verdict, f"{method} got {sent.answer.words}, should be 405 or 404")
        if judgement is not None:
            return Finding(judgement, sent)
    if not tried:
        return _not_judged(held or "the path declares every method")
    return Finding(Judgement(Verdict.KEPT, f"{', '.join(tried)} got 405 or 404"))


def judge_deleted(case: Case, sender: Sender, resources: Resources) -> Finding:
    """Whether what was deleted can no longer be reached."""
    operation = _operation(case)
    named = kinds(operation)
    name = next((name for name in reversed(operation.parameters) if named[name] in resources.deleted), None)
    if name is None:
        return _not_judged("nothing in this path could be created and deleted")
    values = _steady(operation, resources) | {name: resources.deleted[named[name]]}
    known = _known(operation, resources, values)
    return _gone(operation, values, sender, f"{named[name]} was deleted", known)


def judge_elsewhere(case: Case, sender: Sender, resources: Resources) -> Finding:
    """Whether a resource of one project is out of reach through the path of another."""
    operation = _operation(case)
    named = kinds(operation)
    below = [name for name, kind in named.items() if kind in ("dataset", "image", "video", "annotation", "task")]
    project = next((name for name, kind in named.items() if kind == "project"), None)
    if project is None or not any(named[name] in resources.live for name in below):
        return _not_judged("the path names nothing that belongs to a project of the run")
    values = _steady(operation, resources) | {project: resources.elsewhere}
    return _gone(operation, values, sender, f"{named[below[0]]} belongs to another project")


def judge_malformed(case: Case, sender: Sender, resources: Resources) -> Finding:
    """Whether ids that can be nobody's are refused, each with a status of the client's side."""
    operation = _operation(case)
    name, values = operation.parameters[-1], _steady(operation, resources)
    frame = kinds(operation)[name] == "frame"
    tried = (
        _HARMLESS if operation.method not in ("GET", "HEAD", "OPTIONS") else _MALFORMED_FRAMES if frame else _MALFORMED
    )
    resources.client.created.update(_HARMLESS)  # nobody's, as those that are drawn at random
    sent: Sent | None = None
    for value in tried:
        try:
            sent = sender.send(operation, filled(operation, values | {name: value}))
        except NotContainedError as error:
            return _not_judged(f"held back: {error}")
        judgement = no_answer(sent.answer)
        if judgement is None and not 400 <= (sent.answer.status or 0) < 500:
            judgement = Judgement(Verdict.NOT_ENFORCED, f"{value[:40]!r} as {name} got {sent.answer.words}")
        if judgement is not None:
            return Finding(judgement, sent, {name: value})
    return Finding(Judgement(Verdict.KEPT, f"{len(tried)} malformed ids were refused"), sent)


def _gone(
    operation: Operation, values: dict[str, str], sender: Sender, why: str, known: Known = (None, None)
) -> Finding:
    try:
        sent = sender.send(operation, filled(operation, values), *known)
    except NotContainedError as error:
        return _not_judged(f"held back: {error}")
    answer = sent.answer
    judgement = no_answer(answer)
    if judgement is not None:
        return Finding(judgement, sent)
    if answer.accepted:
        return Finding(Judgement(Verdict.NOT_ENFORCED, f"got {answer.words}, and the {why}"), sent)
    if answer.status in _ABSENT - {404}:
        return Finding(Judgement(Verdict.INCONCLUSIVE, f"got {answer.words}: there is no such operation to ask"), sent)
    # Without a body a request may be refused for that first; one without a body must say what is not there.
    if "requestBody" not in operation.definition and answer.status not in (404, 410):
        if operation.method != "HEAD" and answer.status in (400, 409, 412, 422) and _asks_for_more(operation):
            return Finding(Judgement(Verdict.KEPT, f"refused with {answer.words}"), sent)
        return Finding(Judgement(Verdict.WRONG_STATUS, f"got {answer.words}, should be 404: the {why}"), sent)
    fault = documented_error(answer) if answer.status == 404 and operation.method != "HEAD" else None
    if fault is not None:
        return Finding(Judgement(Verdict.NONCONFORMING, f"got 404, but not as documented: {fault}"), sent)
    return Finding(Judgement(Verdict.KEPT, f"refused with {answer.words}"), sent)


def _known(operation: Operation, resources: Resources, values: dict[str, str]) -> Known:
    """Headers and body that would be accepted if what the path names were there; none where we know of none."""
    media: dict[EnforcementPoint, MediaSpec] = {
        EnforcementPoint.IMAGE_UPLOAD: IMAGE,
        EnforcementPoint.VIDEO_UPLOAD: VIDEO,
    }
    for point, spec in media.items():
        if point in operation.points:
            artefact = make(spec)
            file = {"file": (spec.name, artefact.content, artefact.media_type)}
            request = httpx.Request("POST", "http://nowhere.invalid", files=file)
            return {"content-type": request.headers["content-type"]}, request.read()
    body = known_body(operation, resources, values)
    return (None, None) if body is None else ({"content-type": "application/json"}, json.dumps(body).encode())


def _asks_for_more(operation: Operation) -> bool:
    parameters = operation.definition.get("parameters") or ()
    return any(isinstance(each, dict) and each.get("required") and each.get("in") != "path" for each in parameters)


def _steady(operation: Operation, resources: Resources) -> dict[str, str]:
    """Live ids where there are any, else ids that are nobody's; nothing is made for the occasion."""
    return {name: resources.live.get(kind) or resources.nobodys(kind) for name, kind in kinds(operation).items()}


def _key_refused(answer: Answer) -> Judgement:
    judgement = no_answer(answer)
    if judgement is not None:
        return judgement
    if answer.status in (401, 403):
        return Judgement(Verdict.KEPT, f"refused with {answer.words}")
    if answer.accepted:
        return Judgement(Verdict.NOT_ENFORCED, f"accepted with {answer.words}, should be 401 or 403")
    return Judgement(Verdict.WRONG_STATUS, f"got {answer.words}, should be 401 or 403")


def _key(check: Check, keys: Mapping[str, str]) -> str | None:
    if check is Check.KEY_MISSING:
        return None
    return GARBAGE if check is Check.KEY_GARBAGE else keys.get(_name(check), OWN_KEY)


def _name(check: Check) -> str:
    return check.value.removeprefix("key-")


def _operation(case: Case) -> Operation:
    assert case.operation is not None, "this check is of one operation"
    return case.operation


def _not_judged(reason: str) -> Finding:
    return Finding(Judgement(Verdict.NOT_APPLICABLE, reason))
