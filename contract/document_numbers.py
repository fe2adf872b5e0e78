"""The numbers that an OpenAPI document states for what is bounded: against the tables, and against one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from contract.audited import AuditedDocument, Checked, Defect, Place, of_operations
from contract.constraints import Constraint
from contract.declared_bounds import declared, differences, operation_at, schema_at
from contract.document_texts import texts
from contract.limits import Limit
from contract.openapi import Operation
from contract.releases import RELEASES
from contract.verdicts import Judgement, Verdict, any_of

_SHOWN: Final = 80


@dataclass(frozen=True, slots=True)
class Stated:
    """A number that a document states in the prose ``text``: where, of which operation, and whether in an example."""

    number: int
    place: Place
    subject: str
    in_example: bool
    text: str


def _operations(row: Limit | Constraint, document: AuditedDocument) -> list[Operation]:
    """The operations of a document at which a limit or a constraint must hold."""
    if isinstance(row, Limit):
        return [operation for operation in document.operations if set(row.enforced_at) & set(operation.points)]
    found = (operation_at(document.operations, place) for place in row.at)
    return [operation for operation in found if operation is not None]


def stated(row: Limit | Constraint, document: AuditedDocument) -> Iterator[Stated]:
    """Each number that the prose of a document states for a row, where it must hold."""
    for operation in _operations(row, document) if row.stated else ():
        for text in texts(document.content, operation):
            for statement in row.stated:
                for number in statement.numbers(text.words):
                    yield Stated(number, text.place, operation.name, text.in_example, text.words)


def stated_numbers(limit: Limit, document: AuditedDocument) -> list[int]:
    """The numbers that the document states for a limit, in order."""
    return sorted({each.number for each in stated(limit, document)})


def numbers(document: AuditedDocument, limit: Limit) -> Checked:
    """Whether the numbers that a document states for a limit are that of the table, or of the profile.

    Beside the right number, in the same text, others speak of something else: of how many are shown at once.
    """
    found = list(stated(limit, document))
    if not found:
        return Checked(Judgement(Verdict.NOT_APPLICABLE, "the document states no number for this limit"))
    documented = RELEASES[document.profile.release].value(limit.id)
    right = {documented, document.profile.value(limit.id)}
    settled = {(each.place, each.text) for each in found if each.number in right}
    wrong = [each for each in found if each.number not in right and (each.place, each.text) not in settled]
    shown = ", ".join(f"{number:,}" for number in sorted({each.number for each in wrong or found}))
    if not wrong:
        return Checked(Judgement(Verdict.KEPT, f"the document states {shown}"))
    words = f"the document states {shown}, the table {documented:,} {limit.unit}"
    defects = _contradictions(found, wrong, f"{documented:,} {limit.unit}")
    return Checked(Judgement(Verdict.NONCONFORMING, words), defects)


def _contradictions(found: Sequence[Stated], wrong: Sequence[Stated], documented: str) -> tuple[Defect, ...]:
    defects = []
    for each in wrong:
        others = sorted({other.number for other in found} - {each.number})
        where = " in an example" if each.in_example else ""
        elsewhere = f", and elsewhere {' and '.join(f'{other:,}' for other in others)}" if others else ""
        said = f"states {each.number:,}{where}, the table {documented}{elsewhere}"
        defects.append(Defect(each.place, each.subject, said))
    return tuple(dict.fromkeys(defects))


def constraint_values(document: AuditedDocument, constraint: Constraint) -> Checked:
    """Whether what a document states for a constraint, in schemas and in prose, is what the table says."""
    table = constraint.allowed
    defects = []
    for place in constraint.at:
        operation = operation_at(document.operations, place)
        if operation is None:
            continue
        for field in constraint.fields:
            difference = differences(constraint, declared(document.content, operation, constraint, place, field))
            if difference:
                _, at = schema_at(document.content, operation, place, field)
                defects.append(Defect(at, operation.name, difference))
    found = list(stated(constraint, document))
    wrong = [each for each in found if each.number not in (table.least, table.most)]
    defects += _contradictions(found, wrong, f"{table.words} {constraint.unit}".rstrip())
    return of_operations(_operations(constraint, document), defects, "state another value than the table")


def refusals_declared(document: AuditedDocument, constraint: Constraint) -> Checked:
    """Whether the operations at which a constraint must hold declare a status of its refusal."""
    here = _operations(constraint, document)
    statuses = any_of(constraint.refusals)
    defects = [
        Defect(each.place, each.name, f"does not declare {statuses}")
        for each in here
        if not any(map(each.declares, constraint.refusals))
    ]
    return of_operations(here, defects, f"do not declare {statuses}")


def example_alone(document: AuditedDocument, row: Limit | Constraint) -> Checked:
    """Whether an operation states a number that one of its examples names, and not in the example alone."""
    found = list(stated(row, document))
    said = {(each.subject, each.number) for each in found if not each.in_example}
    defects = dict.fromkeys(
        Defect(each.place, each.subject, f"states {each.number:,} {row.unit} in an example alone: {each.text[:_SHOWN]}")
        for each in found
        if each.in_example and (each.subject, each.number) not in said
    )
    return of_operations(_operations(row, document), list(defects), "state a number in an example alone")
