"""What the OpenAPI document must say by itself: the static audit, and that there is a valid document at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from contract.audit import AuditCase, AuditRule, audit_cases
from contract.audited import AuditedDocument, Checked
from contract.cases import Case
from contract.document_numbers import stated_numbers
from contract.document_parts import UNREAD, parts
from contract.openapi import NAMES_TWICE
from contract.profiles import Profile
from contract.verdicts import Judgement, Verdict
from deployment.document_validity import valid
from judges.rest.document_places import stood_at
from judges.rest.plan import Plan
from judges.results import Outcome, inconclusive
from reports.text import named


def document_cases(plan: Plan) -> tuple[AuditCase, ...]:
    """The cases of the document: the one that there is any where a deployment has none, else those of what it says."""
    if plan.absent:
        return _AVAILABLE.cases()
    return (*(_AVAILABLE.cases() if plan.listed_only else ()), *_VALID.cases(), *_COMPLETE.cases(), *audit_cases())


@dataclass(frozen=True, slots=True)
class DocumentJudge:
    """Judges the document of a plan against what a profile limits; nothing is sent."""

    plan: Plan
    profile: Profile

    def judge(self, case: AuditCase) -> Outcome:
        """What one case comes to; inconclusive where there is no document."""
        document = self.plan.document
        if document is None:
            return inconclusive(self.plan.absent)
        audited = AuditedDocument(
            document.content, self.plan.operations, document.source, self.profile, document.declared
        )
        stated = stated_numbers(case.limit, audited) if case.limit else []
        checked = case.check(audited)
        places = stood_at(document, checked.defects) if checked.judgement.broken else {}
        return Outcome(judgement=checked.judgement, sent={**({"stated": stated} if stated else {}), **places})

    def release(self, following: Case | None) -> None:
        """Nothing was made."""


def _is_available(document: AuditedDocument) -> Checked:
    return Checked(Judgement(Verdict.KEPT, f"{document.source} could be read"))


def _is_complete(document: AuditedDocument) -> Checked:
    taken = {f"{each.method} {each.path}" for each in document.operations}
    for each in document.operations:
        taken |= {f"{each.method} {each.path}: {name}" for name in parts(document.content, each)}
    lost = [
        *sorted(document.declared - taken),
        *document.content.get(UNREAD, ()),
        *(f"all but the last {name}" for name in document.content.get(NAMES_TWICE, ())),
    ]
    if lost:
        return Checked(Judgement(Verdict.INCONCLUSIVE, f"not judged, though declared: {named(lost)}"))
    return Checked(Judgement(Verdict.KEPT, f"{len(taken)} operations, parameters and bodies are judged"))


_AVAILABLE: Final = AuditRule(id="available", sentence="there is a document", check=_is_available, source="")
_VALID: Final = AuditRule(id="valid", sentence="the document is valid OpenAPI", check=valid, source="")
_COMPLETE: Final = AuditRule(
    id="complete", sentence="everything that the document declares is judged", check=_is_complete, source=""
)
