"""Methods that a path does not declare: they lead nowhere."""

from __future__ import annotations

from typing import Final

from contract.openapi import documented_methods
from contract.verdicts import Judgement, Verdict
from deployment.errors import NotContainedError
from judges.rest.cases import RestCase
from judges.rest.findings import Finding, judgeable, not_judged
from judges.rest.kinds import kinds
from judges.rest.sender import filled
from judges.rest.tools import Tools

_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
# How HTTP says that there is no such method here: RFC 9110, 15.5.5, 15.5.6, 15.6.2; a gateway may forbid it instead.
_REFUSALS: Final = frozenset({403, 404, 405, 501})


def judge_methods(case: RestCase, tools: Tools) -> Finding:
    """Whether methods that no documented path declares for an address lead nowhere; the ids in it name nothing."""
    operation, resources = case.only_operation, tools.resources
    values = {
        name: resources.live[kind] if kind in ("organization", "workspace") else resources.unused_id(kind)
        for name, kind in kinds(operation).items()
    }
    address = filled(operation, values)
    declared = documented_methods(tools.plan.operations, address)
    refused, reason = list[str](), "every method is declared for this address"
    for method in _METHODS:
        if method in declared:
            continue
        try:
            sent = tools.sender.send(operation, address, method=method)
        except NotContainedError as error:
            reason = f"held back: {error}"
            continue
        if sent.answer.status not in _REFUSALS:
            judgeable(sent)
            verdict = Verdict.NOT_ENFORCED if sent.answer.accepted else Verdict.WRONG_STATUS
            return Finding(Judgement(verdict, f"{method} got {sent.answer.words}, should be 405 or 404"), sent)
        refused.append(method)
    if not refused:
        return not_judged(reason)
    return Finding(Judgement(Verdict.KEPT, f"{', '.join(refused)} lead nowhere"))
