"""What an audit looks at and what it finds: a document with its operations, and defects with their places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from contract.openapi import Operation
from contract.profiles import Profile
from contract.verdicts import Judgement, Verdict

_SHOWN: Final = 8

# The names that lead from the root of a bundled document to a part of it.
Place = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AuditedDocument:
    """A bundled document with its operations; ``source`` says where it was read, ``profile`` what it is held to.

    ``declared`` names the operations, parameters and bodies that the document declared before it was bundled.
    """

    content: Mapping[str, Any]
    operations: Sequence[Operation]
    source: str
    profile: Profile
    declared: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that is wrong at a place of a document; ``subject`` is what it is wrong of, mostly an operation."""

    place: Place
    subject: str
    message: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a rule came to: its judgement, and every defect that it rests on."""

    judgement: Judgement
    defects: tuple[Defect, ...] = ()


def of_operations(asked: Sequence[Operation], defects: Sequence[Defect], missing: str) -> Checked:
    """What a rule on each of the operations ``asked`` came to; ``missing`` says what those with a defect lack."""
    if not asked:
        return Checked(Judgement(Verdict.NOT_APPLICABLE, "the document has no such operation"))
    if not defects:
        return Checked(Judgement(Verdict.KEPT, f"{len(asked)} of {len(asked)} operations do"))
    subjects = [defect.subject for defect in defects]
    more = f" and {len(subjects) - _SHOWN} more" if len(subjects) > _SHOWN else ""
    names = f"{', '.join(subjects[:_SHOWN])}{more}"
    reason = f"{len(subjects)} of {len(asked)} operations {missing}: {names}"
    return Checked(Judgement(Verdict.NONCONFORMING, reason), tuple(defects))


def lacking(operations: Sequence[Operation], message: str) -> list[Defect]:
    """The defect of each of these operations as a whole."""
    return [Defect(operation.place, operation.name, message) for operation in operations]
