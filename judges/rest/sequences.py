"""Sequences of operations: which of them the document has, and what they come to."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Final

from contract.limits import EnforcementPoint
from contract.openapi import Operation
from contract.verdicts import Judgement, Verdict
from judges.rest.bodies import edit_body, json_request
from judges.rest.cases import RestCase
from judges.rest.findings import ConcludedError, Finding, Sent, concluded
from judges.rest.kinds import kinds
from judges.rest.labels import label_names, with_label, without_label
from judges.rest.lifecycle import Lifecycle
from judges.rest.plan import Plan
from judges.rest.sender import filled
from judges.rest.tools import Tools

# What costs least of what starts a job: one job is enough to see that jobs can be read.
_CHEAP_FIRST: Final = (":prepare-for-export", ":export", ":prepare-for-import", ":train")


def first_operations(plan: Plan) -> tuple[Operation, ...]:
    """The operations that a sequence begins with: each creation whose item can be read, one job, the edit of labels."""
    readable = {
        kinds(op)[op.parameters[-1]] for op in plan.operations if op.method in ("GET", "HEAD") and op.path.endswith("}")
    }
    creations = [link for link in plan.links if link.creates and link.kind in readable]
    names = {link.producer.name for link in creations if link.kind != "job"}
    jobs = [link.producer for link in creations if link.kind == "job"]
    names |= {operation.name for operation in sorted(jobs, key=_cost)[:1]}
    names |= {op.name for op in plan.operations if EnforcementPoint.LABEL_MANAGEMENT in op.points}
    return tuple(operation for operation in plan.operations if operation.name in names)


def judge_sequence(case: RestCase, tools: Tools) -> Finding:
    """The first step that did not show; kept where every step did."""
    steps: list[str] = []
    finding = concluded(lambda: _finding(case.only_operation, tools, steps))
    judgement = finding.judgement
    if steps and judgement.verdict is not Verdict.KEPT:
        judgement = replace(judgement, reason=f"{judgement.reason} (after {', then '.join(steps)})")
    return replace(finding, judgement=judgement, facts={"steps": steps})


def _finding(operation: Operation, tools: Tools, steps: list[str]) -> Finding:
    link = next((each for each in tools.plan.links if each.producer is operation and each.creates), None)
    if link is None:
        _edit_labels(operation, tools, steps)
    else:
        Lifecycle(tools, operation, link, steps).run()
    return Finding(Judgement(Verdict.KEPT, ", then ".join(steps)))


def _edit_labels(edit: Operation, tools: Tools, steps: list[str]) -> None:
    """A label is added to a project, reads back, is deleted, and is gone."""
    reader = tools.plan.readers.get(edit.path)
    if reader is None:
        raise ConcludedError(Verdict.NOT_APPLICABLE, "the document has no operation that reads a project")
    path = filled(edit, tools.resources.values(edit)[0])
    name = f"sequence {secrets.token_hex(3)}"
    shown = tools.sender.ask(reader, path)
    for step, change in (("add a label", with_label), ("delete the label", without_label)):
        body = edit_body(edit, tools.document, shown.answer.fields)
        edited = tools.sender.ask(edit, path, *json_request(change(body, name)))
        if not edited.answer.accepted:
            reason = f"its edit to {step} got {edited.answer.words_with_message}"
            raise ConcludedError(Verdict.INCONCLUSIVE, reason, edited)
        steps.append(step)
        is_wanted = change is with_label

        def shows(sent: Sent, *, wanted: bool = is_wanted) -> bool:
            return (name in label_names(sent.answer.body)) == wanted

        shown = tools.workspace.client.settling.until(lambda: tools.sender.ask(reader, path), shows)
        if not shows(shown):
            raise ConcludedError(Verdict.UNCLEAN, f"it was accepted to {step}, which does not show", shown)
        steps.append("read")


def _cost(operation: Operation) -> int:
    return next((n for n, end in enumerate(_CHEAP_FIRST) if operation.path.endswith(end)), len(_CHEAP_FIRST))
