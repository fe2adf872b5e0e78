"""How one probe of a constraint is judged: control, state before, request, state after."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from contract.cases import Case
from contract.observations import Answer
from contract.operations import API
from contract.purposes import Purpose
from contract.verdicts import Expected, inconclusive_reason, judge
from deployment.curl import curl
from judges.constraints.cases import ConstraintCase
from judges.constraints.subject import Asked, Subject, UnreachableError
from judges.constraints.subjects import control_of, subject_of
from judges.results import Outcome, inconclusive, not_applicable
from judges.workspace import Workspace


@dataclass(slots=True)
class ConstraintJudge:
    """Judges constraints; what they are asked of is made once for each kind of subject."""

    workspace: Workspace
    subjects: dict[type[Subject], Subject] = field(default_factory=dict)
    controls: dict[Asked, Answer] = field(default_factory=dict)

    def judge(self, case: ConstraintCase) -> Outcome:
        """What one case comes to."""
        if case.probe is None or case.place is None:
            return not_applicable(case.unjudged)
        workspace, operation = self.workspace, case.place.operation
        asked = Asked(case.constraint.id, operation, case.probe.field, case.probe.value)
        try:
            control = self._control(case, asked)
            seen = self._subject(case).ask(asked)
            if seen.answer.status == 409 and control.accepted:
                control = self._control(case, asked, anew=True)  # what it is asked of may be full
        except UnreachableError as error:
            return inconclusive(str(error))
        if _may_be_refused_early(case, seen.answer):
            what = f"{case.body_bytes:,} bytes were to be sent, and no answer could be read ({seen.answer.failure})"
            return inconclusive(f"{what}: they may have been refused early, and the connection closed")
        judgement = judge(case.probe.expected, replace(seen, control=control), case.refusals)
        note = f" ({case.note})" if case.note else ""
        sent: dict[str, Any] = {case.probe.field or case.constraint.unit or "value": case.probe.value}
        root = "" if operation.owner else workspace.discovery.root
        url = f"{workspace.client.base}{API}{root}{operation.placeholder}"
        url += f"?{operation.owner}=PROJECT" if operation.owner else ""
        url += f"?{case.place.stated[1]}={case.probe.value}" if case.place.stated[:1] == ("query",) else ""
        return Outcome(
            judgement=replace(judgement, reason=judgement.reason + note),
            answer=seen.answer,
            sent=sent,
            curl=curl(operation.method, url),
        )

    def release(self, following: Case | None) -> None:
        """Delete what was made, once nothing follows."""
        if following is None:
            for subject in self.subjects.values():
                subject.close()
            self.subjects.clear()
            self.controls.clear()

    def _subject(self, case: ConstraintCase) -> Subject:
        kind = subject_of(case.constraint)
        if kind not in self.subjects:
            self.subjects[kind] = kind(self.workspace)
        return self.subjects[kind]

    def _control(self, case: ConstraintCase, asked: Asked, *, anew: bool = False) -> Answer:
        """What the deployment answers to the same well inside; asked once, unless that spoke of the moment."""
        control = replace(asked, value=control_of(case.constraint, case.allowed))
        if anew or control not in self.controls:
            with self.workspace.client.purpose(Purpose.CONTROL):
                seen = self._subject(case).ask(control)
            if inconclusive_reason(seen.answer) is not None:
                return seen.answer
            self.controls[control] = seen.answer
        return self.controls[control]


def _may_be_refused_early(case: ConstraintCase, answer: Answer) -> bool:
    """Whether the answer to a file that is too large is missing: who refuses it early may end the connection."""
    too_large = case.body_bytes > 0 and case.probe is not None and case.probe.expected is Expected.REFUSED
    return too_large and answer.status is None and not answer.unsent
