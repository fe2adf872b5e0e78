"""Sequences of operations: which of them the document can tell, and what a sequence comes to."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from contract.limits import EnforcementPoint
from contract.openapi import Operation
from contract.verdicts import Judgement, Verdict
from deployment.errors import NotContainedError
from judges.rest.cases import Case, Finding
from judges.rest.fuzzer import Fuzzer
from judges.rest.kinds import kinds
from judges.rest.labels import label_names, with_label, without_label
from judges.rest.lifecycle import BrokenError, Lifecycle, send
from judges.rest.links import Link

# What costs least of what starts a job: one job is enough to see that jobs can be read.
_CHEAP_FIRST: Final = (":prepare-for-export", ":export", ":prepare-for-import", ":train")


def told_by(operations: Sequence[Operation], links: Sequence[Link]) -> tuple[Operation, ...]:
    """The operations whose sequence can be told: each creation whose item can be read, one job, the edit of labels."""
    readable = {
        kinds(op)[op.parameters[-1]] for op in operations if op.method in ("GET", "HEAD") and op.path.endswith("}")
    }
    made = [link for link in links if link.creates and link.kind in readable]
    jobs = [link.producer for link in made if link.kind == "job"]
    cheap = sorted(jobs, key=lambda op: next((n for n, end in enumerate(_CHEAP_FIRST) if op.path.endswith(end)), 9))
    chosen = {link.producer.name for link in made if link.kind != "job"} | {op.name for op in cheap[:1]}
    edits = {op.name for op in operations if EnforcementPoint.LABEL_MANAGEMENT in op.points}
    return tuple(operation for operation in operations if operation.name in chosen | edits)


@dataclass(slots=True)
class Sequences:
    """Tells lives of resources by the operations that the document has for them, joined by inferred links."""

    operations: Sequence[Operation]
    links: Sequence[Link]
    fuzzer: Fuzzer

    def judge(self, case: Case) -> Finding:
        """The first step that did not show; kept where every step did."""
        operation = case.operation
        assert operation is not None, "a sequence begins with an operation"
        link = next((each for each in self.links if each.producer is operation and each.creates), None)
        if link is None:
            return _told(lambda told: self._labels(operation, told))
        return _told(lambda told: Lifecycle(self.operations, self.fuzzer, operation, link, told).live())

    def _labels(self, edit: Operation, told: list[str]) -> None:
        """A label is added to a project, reads back, is deleted, and is gone."""
        reader = self.fuzzer.readers.get(edit.path)
        values = self.fuzzer.resources.values(edit)[0]
        if reader is None:
            raise BrokenError(Judgement(Verdict.NOT_APPLICABLE, "the document has no operation that reads a project"))
        name = f"sequence {secrets.token_hex(3)}"
        for step, change in (("add a label", with_label), ("delete the label", without_label)):
            body = send(self.fuzzer, reader, values).answer.body
            edited = send(self.fuzzer, edit, values, json_body=change(body, name))
            if not edited.answer.accepted:
                told_so = f"its edit to {step} got {edited.answer.words}"
                raise BrokenError(Judgement(Verdict.INCONCLUSIVE, told_so), edited)
            told.append(step)
            shown = send(self.fuzzer, reader, values)
            if (name in label_names(shown.answer.body)) != (change is with_label):
                raise BrokenError(Judgement(Verdict.UNCLEAN, f"it was accepted to {step}, which does not show"), shown)
            told.append("read")


def _told(live: Callable[[list[str]], None]) -> Finding:
    told: list[str] = []
    try:
        live(told)
    except BrokenError as broken:
        steps = ", then ".join(told)
        reason = f"{broken.judgement.reason} (after {steps})" if steps else broken.judgement.reason
        return Finding(Judgement(broken.judgement.verdict, reason), broken.sent, {"steps": told})
    except NotContainedError as error:
        return Finding(Judgement(Verdict.NOT_APPLICABLE, f"held back: {error}"), facts={"steps": told})
    return Finding(Judgement(Verdict.KEPT, ", then ".join(told)), None, {"steps": told})
