"""The static audit: what an OpenAPI document must say by itself, judged without any deployment. Pure data.

A new rule is one function and one entry in ``AUDIT_RULES``, or in ``FURTHER_RULES`` where nobody promises it and a
reader of the document is helped all the same: a run judges the former alone, ``python -m deployment audit`` both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from contract import document_numbers, document_rules
from contract.audited import AuditedDocument, Checked
from contract.cases import Case, Requirement
from contract.constraints import CONSTRAINTS, REST_2_11, Constraint
from contract.limits import LIMITS, EnforcementPoint, Limit
from contract.registry import Registry

CITATION: Final = (
    'Intel Geti platform 2.0.0, "System Constraints and Limit Handling": any endpoint that can create or update these '
    "entities can throw a 409 (CONFLICT) whenever the limits have been reached"
)
_ERROR_BODY: Final = "Intel Geti REST API: an error has error_code, message and http_status, which is its status"
_KNOWN_ERRORS: Final = (
    "OpenAPI Specification, Responses Object: documentation is expected to cover a successful operation response and "
    "any known errors"
)


class Level(StrEnum):
    """How much a finding of a rule weighs: an error breaks what is promised, a warning misleads, a note informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRule:
    """What a document must say: as a whole, or for each of what one of its fields lists.

    ``check`` gets the document, and the point, limit, constraint or status; {} in the sentence stands for it.
    """

    id: str
    sentence: str
    check: Callable[..., Checked]
    source: str
    points: Iterable[EnforcementPoint] = ()
    limits: Iterable[Limit] = ()
    constraints: Iterable[Constraint] = ()
    statuses: Iterable[int] = ()
    level: Level = Level.ERROR

    def cases(self) -> tuple[AuditCase, ...]:
        """The cases of the rule; they do not depend on the document."""
        points = [_Scope(point, point.value, point.words, point=point) for point in self.points]
        limits = [_Scope(limit, limit.id, limit.id, limit.citation, limit=limit) for limit in self.limits]
        constraints = [_Scope(row, row.id, row.id, citation=row.source) for row in self.constraints]
        statuses = [_Scope(status, str(status), str(status)) for status in self.statuses]
        return tuple(
            AuditCase(
                requirement=Requirement(f"document.{self.id}", scope.id),
                title=self.sentence.format(scope.words),
                limit=scope.limit,
                point=scope.point,
                citation=scope.citation or self.source,
                rule=self,
                of=() if scope.of is None else (scope.of,),
            )
            for scope in [*points, *limits, *constraints, *statuses] or [_Scope()]
        )


@dataclass(frozen=True, slots=True)
class _Scope:
    of: object = None
    id: str = ""
    words: str = ""
    citation: str = ""
    limit: Limit | None = None
    point: EnforcementPoint | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditCase(Case):
    """One rule of the audit at one place; ``of`` holds what the rule is for there, where it is for something."""

    rule: AuditRule
    of: tuple[Any, ...] = ()
    group: str = "document"
    read_only: bool = True
    offline: bool = True
    seconds: float = 0.001

    def check(self, document: AuditedDocument) -> Checked:
        """What a document comes to."""
        return self.rule.check(document, *self.of)


AUDIT_RULES: Final[Registry[AuditRule]] = Registry(
    AuditRule(
        id="unique-names",
        sentence="no name stands twice in one object",
        check=document_rules.unique_names,
        source="RFC 8259, 4, and YAML 1.2.2, 3.2.1.1: the names within an object are unique",
    ),
    AuditRule(
        id="operation-ids",
        sentence="every operation has an id of its own",
        check=document_rules.ids,
        source="OpenAPI Specification, Operation Object: operationId is unique among all operations",
    ),
    AuditRule(
        id="security",
        sentence="every operation declares its security",
        check=document_rules.security,
        source="OpenAPI Specification, Security Requirement Object",
    ),
    AuditRule(
        id="error-bodies",
        sentence="every operation declares the documented error body",
        check=document_rules.error_bodies,
        source=_ERROR_BODY,
    ),
    AuditRule(
        id="bodiless-answers",
        sentence="no status that HTTP leaves without a body declares one",
        check=document_rules.bodiless_answers,
        source="RFC 9110, 15.2, 15.3.5, 15.3.6 and 15.4.5",
    ),
    AuditRule(
        id="upload-parts",
        sentence="every upload describes its parts",
        check=document_rules.uploads,
        source="OpenAPI Specification, Media Type Object: a form is described by its schema",
    ),
    AuditRule(
        id="limits-declared",
        sentence="{} declares 409",
        check=document_rules.conflict,
        source=CITATION,
        points=EnforcementPoint,
    ),
    AuditRule(
        id="numbers",
        sentence="the numbers stated for {} are those of the table",
        check=document_numbers.numbers,
        source=CITATION,
        limits=LIMITS,
    ),
)
FURTHER_RULES: Final[Registry[AuditRule]] = Registry(
    AuditRule(
        id="key-statuses",
        sentence="every operation that asks for a key declares {}",
        check=document_rules.with_key,
        source=_KNOWN_ERRORS,
        statuses=(401, 403),
        level=Level.WARNING,
    ),
    AuditRule(
        id="rate-status",
        sentence="every operation that asks for a key declares {}",
        check=document_rules.with_key,
        source=f"{_KNOWN_ERRORS}; RFC 6585, 4: a client that is asked to wait learns so from 429",
        statuses=(429,),
        level=Level.NOTE,
    ),
    AuditRule(
        id="constraints",
        sentence="what is stated for {} is what the table says",
        check=document_numbers.constraint_values,
        source=REST_2_11,
        constraints=CONSTRAINTS,
        level=Level.WARNING,
    ),
    AuditRule(
        id="refusals-declared",
        sentence="where {} is refused, a documented status of the refusal is declared",
        check=document_numbers.refusals_declared,
        source=_KNOWN_ERRORS,
        constraints=CONSTRAINTS,
        level=Level.WARNING,
    ),
    AuditRule(
        id="numbers-in-examples",
        sentence="the number for {} is stated of the operation, not in an example alone",
        check=document_numbers.example_alone,
        source=CITATION,
        limits=LIMITS,
        constraints=CONSTRAINTS,
        level=Level.NOTE,
    ),
    AuditRule(
        id="example-statuses",
        sentence="the example of an error says the status that it is an example of",
        check=document_rules.example_statuses,
        source=_ERROR_BODY,
        level=Level.WARNING,
    ),
)


def audit_cases() -> tuple[AuditCase, ...]:
    """One case for each requirement on the document itself, in the order of the rules."""
    return tuple(case for rule in AUDIT_RULES for case in rule.cases())
