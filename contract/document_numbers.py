"""The numbers that an OpenAPI document states for what is limited: against the table, and against one another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contract.audited import AuditedDocument, Checked, Defect, Place
from contract.document_texts import texts
from contract.limits import Limit
from contract.verdicts import Judgement, Verdict


@dataclass(frozen=True, slots=True)
class Stated:
    """A number that a document states for a limit: where, for which operation, and whether in an example alone."""

    number: int
    place: Place
    subject: str
    in_example: bool


def stated(limit: Limit, document: AuditedDocument) -> Iterator[Stated]:
    """Each number that the document states for a limit, where it is enforced."""
    for operation in document.operations:
        if limit.stated and set(limit.enforced_at) & set(operation.points):
            for text in texts(document.content, operation):
                for statement in limit.stated:
                    for number in statement.numbers(text.words):
                        yield Stated(number, text.place, operation.name, text.in_example)


def stated_numbers(limit: Limit, document: AuditedDocument) -> list[int]:
    """The numbers that the document states for a limit, in order."""
    return sorted({each.number for each in stated(limit, document)})


def numbers(document: AuditedDocument, limit: Limit) -> Checked:
    """Whether the numbers that a document states for a limit are that of the table, or of the profile."""
    found = list(stated(limit, document))
    if not found:
        return Checked(Judgement(Verdict.NOT_APPLICABLE, "the document states no number for this limit"))
    right = {limit.value, document.profile.value(limit.id)}
    wrong = [each for each in found if each.number not in right]
    shown = ", ".join(f"{number:,}" for number in sorted({each.number for each in wrong or found}))
    if not wrong:
        return Checked(Judgement(Verdict.KEPT, f"the document states {shown}"))
    defects = dict.fromkeys(
        Defect(each.place, each.subject, _said(each, limit, {other.number for other in found} - {each.number}))
        for each in wrong
    )
    words = f"the document states {shown}, the table {limit.value:,} {limit.unit}"
    return Checked(Judgement(Verdict.NONCONFORMING, words), tuple(defects))


def _said(each: Stated, limit: Limit, others: set[int]) -> str:
    where = " in an example" if each.in_example else ""
    elsewhere = f", and elsewhere {' and '.join(f'{other:,}' for other in sorted(others))}" if others else ""
    return f"states {each.number:,}{where}, the table {limit.value:,} {limit.unit}{elsewhere}"
