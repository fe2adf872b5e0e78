"""Methods that a path does not declare: they lead nowhere."""

from __future__ import annotations

from typing import Final

from contract.verdicts import Judgement, Verdict
from deployment.errors import NotContainedError
from judges.rest.cases import RestCase
from judges.rest.findings import Finding, not_judged
from judges.rest.kinds import kinds
from judges.rest.sender import filled
from judges.rest.tools import Tools

_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")


def judge_methods(case: RestCase, tools: Tools) -> Finding:
    """Whether methods that a path does not declare are answered with 405 or 404; its ids name nothing."""
    operation, resources = case.only_operation, tools.resources
    values = {
        name: resources.live[kind] if kind in ("organization", "workspace") else resources.unused_id(kind)
        for name, kind in kinds(operation).items()
    }
    declared = tools.plan.methods(operation.path)
    refused, reason = list[str](), "the path declares every method"
    for method in _METHODS:
        if method in declared:
            continue
        try:
            sent = tools.sender.ask(operation, filled(operation, values), method=method)
        except NotContainedError as error:
            reason = f"held back: {error}"
            continue
        if sent.answer.status not in (404, 405):
            verdict = Verdict.NOT_ENFORCED if sent.answer.accepted else Verdict.WRONG_STATUS
            return Finding(Judgement(verdict, f"{method} got {sent.answer.words}, should be 405 or 404"), sent)
        refused.append(method)
    if not refused:
        return not_judged(reason)
    return Finding(Judgement(Verdict.KEPT, f"{', '.join(refused)} got 405 or 404"))
