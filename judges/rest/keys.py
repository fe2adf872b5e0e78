"""Keys that must not open an operation: they are refused, and no answer ever shows one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from contract.identifiers import identifiers
from contract.observations import Answer
from contract.openapi import Operation, open_to_all
from contract.verdicts import Judgement, Verdict
from deployment.parsing import media_type_of
from judges.rest.bodies import known_request
from judges.rest.cases import RestCase
from judges.rest.coverage import coverage, lines_of
from judges.rest.creations import Creation
from judges.rest.findings import Finding, Sent, judgeable, not_judged, unjudgeable
from judges.rest.kinds import kinds
from judges.rest.plan import Plan
from judges.rest.sender import Echo, filled
from judges.rest.tools import Tools
from judges.rest.written_keys import WrittenKey, altered_keys, keys_elsewhere, together

GARBAGE: Final = "geti_pat_0000000000000000000000000000000000000000000"
# What a deployment says where it has no such operation, or where nothing lies behind a made-up id.
_ABSENT: Final = frozenset({404, 405, 501})
# How HTTP says that there is no such method: RFC 9110, 15.5.6, 15.6.2.
_NO_SUCH_METHOD: Final = frozenset({405, 501})
_SHOWN: Final = 8
# So many forms of the key each operation is asked with: they take turns, so that each comes to many operations.
_ALTERED: Final = 3
_AUTHORIZED: Final = 1


def judge_key(case: RestCase, tools: Tools, key: str | None) -> Finding:
    """Whether an operation refuses ``key``, and creates nothing; None sends none."""
    operation, sender, resources = case.only_operation, tools.sender, tools.resources
    if open_to_all(tools.plan.content, operation):
        return not_judged("the document declares this operation open to all")
    values = resources.values(operation)[0]
    target, creation = filled(operation, values), Creation.of(operation, resources, values)
    headers, content = creation.request if creation else (None, None)
    if operation.method == "GET" and target not in sender.gathered.read:
        sender.send(operation, target)  # a copy that was kept for who has the key is for nobody else
    sent = sender.send(operation, target, headers, content, key=key)
    left = creation.take_away() if creation and not sent.answer.accepted else ()
    if sent.answer.accepted:
        resources.note(operation, target, sent.answer)
    if sent.answer.status in _ABSENT:
        control = sender.send(operation, target, headers, content).answer
        if control.accepted:
            resources.note(operation, target, control)
        if control.status == sent.answer.status:
            reason = f"got {sent.answer.words}, with the run's own key too: whether the key is refused does not show"
            return Finding(Judgement(Verdict.INCONCLUSIVE, reason), sent)
    judgement = unjudgeable(sent.answer) or _refusal(sent.answer)
    if left and judgement.verdict is Verdict.KEPT:
        reason = f"refused with {sent.answer.words}, yet it is there: {', '.join(left)}"
        return Finding(Judgement(Verdict.UNCLEAN, reason), sent)
    return Finding(judgement, sent)


def judge_other_key(case: RestCase, tools: Tools, name: str) -> Finding:
    """Whether an operation refuses the run's ``expired`` or ``foreign`` key, where there is one."""
    if name not in tools.other_keys:
        return not_judged(f"no such key is known; give one with --geti-{name}-token-file")
    if name == "foreign" and "organization" not in kinds(case.only_operation).values():
        return not_judged("the operation belongs to no organization: a key of another is a key like any other")
    return judge_key(case, tools, tools.other_keys[name])


def judge_altered_key(case: RestCase, tools: Tools) -> Finding:
    """Whether an operation refuses the run's own key where it is not written as it was issued."""
    keys = altered_keys(tools.workspace.client.token)
    return _judge_written(case.only_operation, tools, _share(keys, case.only_operation, tools.plan, _ALTERED))


def judge_displaced_key(case: RestCase, tools: Tools) -> Finding:
    """Whether the run's own key opens nothing where no key is declared to be."""
    keys = keys_elsewhere(tools.workspace.client.token, tools.document)
    authorized = [key for key in keys if "authorization" in key.headers]
    others = together([key for key in keys if key not in authorized])
    turn = _share(authorized, case.only_operation, tools.plan, _AUTHORIZED) if authorized else []
    return _judge_written(case.only_operation, tools, [others, *turn])


def _share(keys: Sequence[WrittenKey], operation: Operation, plan: Plan, count: int) -> list[WrittenKey]:
    """The forms of a key that an operation is asked with, by its place in the document."""
    first = plan.operations.index(operation) * count
    return [keys[number % len(keys)] for number in range(first, first + count)]


def _judge_written(operation: Operation, tools: Tools, keys: Sequence[WrittenKey]) -> Finding:
    if open_to_all(tools.plan.content, operation):
        return not_judged("the document declares this operation open to all")
    sender, sent = tools.sender, None
    values = tools.resources.values(operation)[0]
    own_headers, content = known_request(operation, tools.resources, values)
    waiting, opened = list(keys), None
    while waiting:
        key = waiting.pop(0)
        redactor = tools.workspace.client.redactor
        if key.value and redactor.clean_cut(key.value) == key.value:
            redactor.hide(key.value)
        target = filled(operation, values) + (f"?{key.query}" if key.query else "")
        headers = {**(own_headers or {}), **key.headers}
        sent = sender.send(operation, target, headers, content, key=key.value, shown_key=key.shell)
        if sent.response is None:
            continue  # what stands before the deployment may cut off what it takes for no request
        if judgeable(sent).answer.accepted:
            tools.resources.note(operation, filled(operation, values), sent.answer)
            opened = _opened(key, sent)
            if not key.parts:
                return opened
            waiting = list(key.parts)  # which of them it was, where that still shows
    if opened is not None:
        return opened
    words = " and ".join(key.words for key in keys)
    return Finding(Judgement(Verdict.KEPT, f"the key {words} opens nothing"), sent)


def _opened(key: WrittenKey, sent: Sent) -> Finding:
    reason = f"the key {key.words} is accepted with {sent.answer.words}, should be 401 or 403"
    return Finding(Judgement(Verdict.NOT_ENFORCED, reason), sent, {"tried": f"the key {key.words}"})


def judge_other_methods(case: RestCase, tools: Tools) -> Finding:
    """Whether HEAD and OPTIONS show nothing of what GET shows only to who has a key.

    A preflight of CORS may be answered to anybody: it is a finding only where it shows what GET shows.
    """
    reader = case.only_operation
    if open_to_all(tools.plan.content, reader):
        return not_judged("the document declares this operation open to all")
    target = filled(reader, tools.resources.values(reader)[0])
    declared = {each.method for each in tools.plan.operations if each.path == reader.path}
    for method, is_shown in (("HEAD", _is_same_head), ("OPTIONS", _shows_the_same)):
        if method in declared:
            continue  # it is an operation of its own
        sent = tools.sender.send(reader, target, key=None, method=method)
        if sent.answer.status not in _NO_SUCH_METHOD and judgeable(sent).answer.accepted:
            shown = tools.sender.send(reader, target)
            if shown.answer.accepted and is_shown(sent, shown):
                reason = f"{method} without a key got {sent.answer.words}, as GET with one, should be 401 or 403"
                return Finding(Judgement(Verdict.NOT_ENFORCED, reason), sent, {"tried": f"{method} without a key"})
    return Finding(Judgement(Verdict.KEPT, "HEAD and OPTIONS show nothing without a key"))


def _is_same_head(head: Sent, shown: Sent) -> bool:
    assert head.response is not None
    assert shown.response is not None
    return media_type_of(head.response) == media_type_of(shown.response)


def _shows_the_same(options: Sent, shown: Sent) -> bool:
    assert options.response is not None
    assert shown.response is not None
    same = bool(options.response.content) and options.response.content == shown.response.content
    named = identifiers(options.response.text) - identifiers(options.request.url)
    return same or bool(named & identifiers(shown.response.text))


def judge_echo(_case: RestCase, tools: Tools) -> Finding:
    """Whether any key was ever part of an answer, over everything that was sent; what was reached is noted beside."""
    if "openapi" not in tools.workspace.coverage:
        reached = tools.workspace.coverage["openapi"] = coverage(tools.plan, tools.sender, tools.generator)
        tools.workspace.notes.extend(lines_of(reached))
    echoes = tools.sender.gathered.echoes
    counts = [tally.statuses.total() for tally in tools.sender.gathered.tallies.values()]
    if echoes:
        places = "; ".join(f"{name} ({echo.where})" for name, echo in sorted(echoes.items())[:_SHOWN])
        reason = f"{len(echoes)} operations answered with a key: {places}"
        return Finding(Judgement(Verdict.UNCLEAN, reason), _asked_again(echoes.values(), tools))
    if not sum(counts):
        return Finding(Judgement(Verdict.INCONCLUSIVE, "nothing was sent that could have been echoed"))
    return Finding(Judgement(Verdict.KEPT, f"in {sum(counts)} answers of {sum(map(bool, counts))} operations"))


def _asked_again(echoes: Iterable[Echo], tools: Tools) -> Sent | None:
    """The answer to the simplest reading that was answered with a key, asked for again: the finding rests on it."""
    reads = [echo for echo in echoes if echo.operation.method == "GET"]
    if not reads:
        return None
    simplest = min(reads, key=lambda echo: (len(echo.operation.parameters), len(echo.target)))
    sent = tools.sender.send(simplest.operation, simplest.target, key=simplest.key)
    return sent if sent.response is not None and tools.sender.place_of_a_key(sent.response, simplest.key) else None


def _refusal(answer: Answer) -> Judgement:
    if answer.status in (401, 403):
        return Judgement(Verdict.KEPT, f"refused with {answer.words}")
    if answer.accepted:
        return Judgement(Verdict.NOT_ENFORCED, f"accepted with {answer.words}, should be 401 or 403")
    return Judgement(Verdict.WRONG_STATUS, f"got {answer.words}, should be 401 or 403")
