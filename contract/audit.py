"""The static audit: what an OpenAPI document must say by itself, judged without any deployment. Pure functions.

A new rule is one function and one entry in ``AUDIT_RULES``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from contract.cases import Case, Requirement
from contract.limits import LIMITS, EnforcementPoint, Limit
from contract.openapi import NAMES_TWICE, Operation, bodiless, declared_response, properties, resolved
from contract.profiles import Profile
from contract.registry import Registry
from contract.verdicts import Judgement, Verdict

CITATION: Final = (
    'Intel Geti platform 2.0.0, "System Constraints and Limit Handling": any endpoint that can create or update these '
    "entities can throw a 409 (CONFLICT) whenever the limits have been reached"
)
ERROR_KEYS: Final = ("error_code", "message", "http_status")
_SHOWN: Final = 8
# A training over its limit is not refused: the job carries a warning.
_NEVER_REFUSES: Final = frozenset({EnforcementPoint.TRAINING, EnforcementPoint.OPTIMIZE, EnforcementPoint.HPO})


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


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRule:
    """What a document must say: as a whole, or for each of the ``points`` or ``limits``, for which {} then stands."""

    id: str
    sentence: str
    check: Callable[[AuditCase, AuditedDocument], Judgement]
    source: str = CITATION
    points: Iterable[EnforcementPoint] = ()
    limits: Iterable[Limit] = ()

    def cases(self) -> tuple[AuditCase, ...]:
        """The cases of the rule; they do not depend on the document."""
        points = [(point.value, point.words, None, point) for point in self.points]
        limits = [(limit.id, limit.id, limit, None) for limit in self.limits]
        return tuple(
            AuditCase(
                requirement=Requirement(f"document.{self.id}", scope),
                title=self.sentence.format(words),
                limit=limit,
                point=point,
                citation=limit.citation if limit else self.source,
                rule=self,
            )
            for scope, words, limit, point in [*points, *limits] or [("", "", None, None)]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditCase(Case):
    """One rule of the audit at one place."""

    rule: AuditRule
    group: str = "document"
    read_only: bool = True
    offline: bool = True
    seconds: float = 0.001


def _all(asked: Sequence[Operation], lacking: Sequence[str], missing: str) -> Judgement:
    if not asked:
        return Judgement(Verdict.NOT_APPLICABLE, "the document has no such operation")
    if lacking:
        more = f" and {len(lacking) - _SHOWN} more" if len(lacking) > _SHOWN else ""
        names = f"{', '.join(lacking[:_SHOWN])}{more}"
        return Judgement(Verdict.NONCONFORMING, f"{len(lacking)} of {len(asked)} operations {missing}: {names}")
    return Judgement(Verdict.KEPT, f"{len(asked)} of {len(asked)} operations do")


def _unique_names(_case: AuditCase, document: AuditedDocument) -> Judgement:
    twice = document.content.get(NAMES_TWICE) or ()
    if twice:
        return Judgement(Verdict.NONCONFORMING, f"in one object stand twice: {', '.join(sorted(twice)[:_SHOWN])}")
    return Judgement(Verdict.KEPT, "no object has a name twice")


def _ids(_case: AuditCase, document: AuditedDocument) -> Judgement:
    ids = [operation.definition.get("operationId") for operation in document.operations]
    lacking = [
        f"{operation.method} {operation.path}"
        for operation, identifier in zip(document.operations, ids, strict=True)
        if not identifier or ids.count(identifier) > 1
    ]
    return _all(document.operations, lacking, "have no operationId of their own")


def _security(_case: AuditCase, document: AuditedDocument) -> Judgement:
    schemes = (document.content.get("components") or {}).get("securitySchemes") or {}
    lacking = []
    for operation in document.operations:
        options = operation.definition.get("security", document.content.get("security")) or []
        if not options or any(not option or not set(option) <= set(schemes) for option in options):
            lacking.append(operation.name)
    return _all(document.operations, lacking, "declare no security, or one that is not defined")


def _error_bodies(_case: AuditCase, document: AuditedDocument) -> Judgement:
    lacking = [each.name for each in document.operations if not _has_error_bodies(document.content, each)]
    missing = f"declare no error whose body has {', '.join(ERROR_KEYS)}, or one without"
    return _all(document.operations, lacking, missing)


def _has_error_bodies(document: Mapping[str, Any], operation: Operation) -> bool:
    if operation.method == "HEAD":
        return True
    responses = operation.definition.get("responses") or {}
    errors = [resolved(document, body) for status, body in responses.items() if status[:1] in ("4", "5", "d")]
    return bool(errors) and all(_is_error(document, error) for error in errors)


def _is_error(document: Mapping[str, Any], response: Any) -> bool:
    content = (response or {}).get("content") or {}
    return any(set(ERROR_KEYS) <= set(properties(document, media.get("schema"))) for media in content.values())


def declares_other_error(document: Mapping[str, Any], operation: Operation, status: int, media_type: str) -> bool:
    """Whether an operation declares a body for this status that is not the documented error body.

    ``media_type`` is that of the answer: of several declared, it decides. A JSON object without properties declares
    nothing in particular.
    """
    declared = declared_response(document, operation, status)
    content = {name.lower(): media for name, media in (declared.get("content") or {}).items()}
    chosen = {name: media for name, media in content.items() if name.partition(";")[0].strip() == media_type} or content
    return any(_declares_a_body(document, name, media) for name, media in chosen.items()) and not _is_error(
        document, {"content": chosen}
    )


def _declares_a_body(document: Mapping[str, Any], media_type: str, media: Mapping[str, Any]) -> bool:
    schema = resolved(document, media.get("schema")) or {}
    return "json" not in media_type or bool(properties(document, schema)) or schema.get("type", "object") != "object"


def _bodiless_answers(_case: AuditCase, document: AuditedDocument) -> Judgement:
    # What is declared for HEAD describes the headers, which are those of the body that GET would send.
    lacking = [
        f"{operation.name} ({status})"
        for operation in document.operations
        if operation.method != "HEAD"
        for status, body in (operation.definition.get("responses") or {}).items()
        if bodiless(operation.method, str(status)) and (resolved(document.content, body) or {}).get("content")
    ]
    return _all(document.operations, lacking, "declare a body where HTTP sends none")


def _uploads(_case: AuditCase, document: AuditedDocument) -> Judgement:
    uploads, lacking = [], []
    for operation in document.operations:
        body = resolved(document.content, operation.definition.get("requestBody")) or {}
        form = (body.get("content") or {}).get("multipart/form-data")
        if form is not None:
            uploads.append(operation)
            if not properties(document.content, form.get("schema")):
                lacking.append(operation.name)
    return _all(uploads, lacking, "describe no part of their upload")


def _conflict(case: AuditCase, document: AuditedDocument) -> Judgement:
    if case.point in _NEVER_REFUSES:
        return Judgement(Verdict.NOT_APPLICABLE, "a job over this limit is not refused, it carries a warning")
    here = [operation for operation in document.operations if case.point in operation.points]
    return _all(here, [operation.name for operation in here if not operation.declares(409)], "do not declare 409")


def _numbers(case: AuditCase, document: AuditedDocument) -> Judgement:
    limit = LIMITS[case.requirement.scope]
    numbers = set(stated_numbers(limit, document))
    if not numbers:
        return Judgement(Verdict.NOT_APPLICABLE, "the document states no number for this limit")
    wrong = numbers - {limit.value, document.profile.value(limit.id)}
    stated = ", ".join(f"{number:,}" for number in sorted(wrong or numbers))
    if wrong:
        return Judgement(Verdict.NONCONFORMING, f"the document states {stated}, the table {limit.value:,} {limit.unit}")
    return Judgement(Verdict.KEPT, f"the document states {stated}")


def stated_numbers(limit: Limit, document: AuditedDocument) -> list[int]:
    """The numbers that the document states for a limit, where it is enforced."""
    here = [operation for operation in document.operations if set(limit.enforced_at) & set(operation.points)]
    return sorted({n for operation in here for statement in limit.stated for n in statement.numbers(operation.text)})


AUDIT_RULES: Final[Registry[AuditRule]] = Registry(
    AuditRule(
        id="unique-names",
        sentence="no name stands twice in one object",
        check=_unique_names,
        source="RFC 8259, 4, and YAML 1.2.2, 3.2.1.1: the names within an object are unique",
    ),
    AuditRule(id="operation-ids", sentence="every operation has an id of its own", check=_ids),
    AuditRule(id="security", sentence="every operation declares its security", check=_security),
    AuditRule(id="error-bodies", sentence="every operation declares the documented error body", check=_error_bodies),
    AuditRule(
        id="bodiless-answers",
        sentence="no status that HTTP leaves without a body declares one",
        check=_bodiless_answers,
        source="RFC 9110, 15.2, 15.3.5, 15.3.6 and 15.4.5",
    ),
    AuditRule(id="upload-parts", sentence="every upload describes its parts", check=_uploads),
    AuditRule(id="limits-declared", sentence="{} declares 409", check=_conflict, points=EnforcementPoint),
    AuditRule(id="numbers", sentence="the numbers stated for {} are those of the table", check=_numbers, limits=LIMITS),
)


def audit_cases() -> tuple[AuditCase, ...]:
    """One case for each requirement on the document itself, in the order of the rules."""
    return tuple(case for rule in AUDIT_RULES for case in rule.cases())
