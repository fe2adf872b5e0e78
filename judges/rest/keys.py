"""Keys that must not open an operation: they are refused, and no answer ever shows one."""

from __future__ import annotations

from typing import Final

from contract.observations import Answer
from contract.openapi import open_to_all
from contract.verdicts import Judgement, Verdict
from judges.rest.cases import RestCase
from judges.rest.coverage import coverage, lines_of
from judges.rest.findings import Finding, not_judged, unjudgeable
from judges.rest.kinds import kinds
from judges.rest.sender import filled
from judges.rest.tools import Tools

GARBAGE: Final = "geti_pat_0000000000000000000000000000000000000000000"
# What a deployment says where it has no such operation, or where nothing lies behind a made-up id.
_ABSENT: Final = frozenset({404, 405, 501})
_SHOWN: Final = 8


def judge_key(case: RestCase, tools: Tools, key: str | None) -> Finding:
    """Whether an operation refuses ``key``; None sends none."""
    operation, sender, resources = case.only_operation, tools.sender, tools.resources
    if open_to_all(tools.plan.content, operation):
        return not_judged("the document declares this operation open to all")
    sent = sender.send(operation, filled(operation, resources.values(operation)[0]), key=key)
    if sent.answer.accepted:
        resources.spent(operation)
    if sent.answer.status in _ABSENT:
        control = sender.send(operation, filled(operation, resources.values(operation)[0])).answer
        if control.status == sent.answer.status:
            reason = f"got {sent.answer.words}, with the run's own key too: whether the key is refused does not show"
            return Finding(Judgement(Verdict.INCONCLUSIVE, reason), sent)
        if control.accepted:
            resources.spent(operation)
    return Finding(unjudgeable(sent.answer) or _refusal(sent.answer), sent)


def judge_other_key(case: RestCase, tools: Tools, name: str) -> Finding:
    """Whether an operation refuses the run's ``expired`` or ``foreign`` key, where there is one."""
    if name not in tools.other_keys:
        return not_judged(f"no such key is known; give one with --geti-{name}-token-file")
    if name == "foreign" and "organization" not in kinds(case.only_operation).values():
        return not_judged("the operation belongs to no organization: a key of another is a key like any other")
    return judge_key(case, tools, tools.other_keys[name])


def judge_echo(_case: RestCase, tools: Tools) -> Finding:
    """Whether any key was ever part of an answer, over everything that was sent; what was reached is noted beside."""
    if "openapi" not in tools.workspace.coverage:
        reached = tools.workspace.coverage["openapi"] = coverage(tools.plan, tools.sender, tools.generator)
        tools.workspace.notes.extend(lines_of(reached))
    echoes = tools.sender.gathered.echoes
    counts = [tally.statuses.total() for tally in tools.sender.gathered.tallies.values()]
    if echoes:
        places = "; ".join(f"{name} ({where})" for name, where in sorted(echoes.items())[:_SHOWN])
        return Finding(Judgement(Verdict.UNCLEAN, f"{len(echoes)} operations answered with a key: {places}"))
    if not sum(counts):
        return Finding(Judgement(Verdict.INCONCLUSIVE, "nothing was sent that could have been echoed"))
    return Finding(Judgement(Verdict.KEPT, f"in {sum(counts)} answers of {sum(map(bool, counts))} operations"))


def _refusal(answer: Answer) -> Judgement:
    if answer.status in (401, 403):
        return Judgement(Verdict.KEPT, f"refused with {answer.words}")
    if answer.accepted:
        return Judgement(Verdict.NOT_ENFORCED, f"accepted with {answer.words}, should be 401 or 403")
    return Judgement(Verdict.WRONG_STATUS, f"got {answer.words}, should be 401 or 403")
