"""The static audit: what an OpenAPI document must say by itself, judged without any deployment. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from contract.limits import LIMITS, EnforcementPoint, Limit
from contract.openapi import Operation, operations, resolved
from contract.operations import AT_POINT
from contract.profiles import Profile
from contract.results import Result
from contract.verdicts import Judgement, Verdict

CITATION: Final = (
    'Intel Geti platform 2.0.0, "System Constraints and Limit Handling": any endpoint that can create or update these '
    "entities can throw a 409 (CONFLICT) whenever the limits have been reached"
)
ERROR_KEYS: Final = ("error_code", "message", "http_status")
_NUMBER: Final = r"(\d[\d,]*)"
_BETWEEN: Final = re.compile(rf"between {_NUMBER} and {_NUMBER} ?(?:pixels|px)\b", re.IGNORECASE)
_AT_MOST: Final = r"(?:at most|up to|no more than|not exceed|maximum(?: of| is)?|limited to)"
_SAID: Final[Mapping[str, Sequence[re.Pattern[str]]]] = {
    "project.labels.max": (re.compile(rf"{_AT_MOST} {_NUMBER} labels\b", re.IGNORECASE),),
    "project.tasks.max": (re.compile(rf"{_AT_MOST} {_NUMBER} tasks\b", re.IGNORECASE),),
    "project.datasets.max": (re.compile(rf"{_AT_MOST} {_NUMBER} datasets\b", re.IGNORECASE),),
    "project.media.max": (re.compile(rf"{_AT_MOST} {_NUMBER} (?:media|images)\b", re.IGNORECASE),),
    "organization.projects.max": (re.compile(rf"{_AT_MOST} {_NUMBER} projects\b", re.IGNORECASE),),
    "image.pixels.max": (re.compile(rf"{_AT_MOST} {_NUMBER} pixels\b(?! (?:wide|high|a side))", re.IGNORECASE),),
    "video.width.max": (re.compile(rf"{_AT_MOST} {_NUMBER} ?(?:px|pixels) wide\b", re.IGNORECASE),),
    "video.height.max": (re.compile(rf"{_AT_MOST} {_NUMBER} ?(?:px|pixels) high\b", re.IGNORECASE),),
    "video.duration.max": (re.compile(rf"{_AT_MOST} {_NUMBER} (?:s|seconds)\b", re.IGNORECASE),),
    "media.annotation-versions.max": (re.compile(rf"{_AT_MOST} {_NUMBER} versions\b", re.IGNORECASE),),
}
# 8K is 7680 x 4320: ITU-R BT.2020.
_8K: Final = re.compile(r"\b8K\b")
_8K_SIDES: Final = {"video.width.max": 7680, "video.height.max": 4320}


def audit(document: Mapping[str, Any], profile: Profile) -> tuple[Result, ...]:
    """One result for each requirement on the document itself; the same document always gives the same cases."""
    found = operations(document)
    results = [_rule(name, words, check(document, found)) for name, words, check in _RULES]
    for point in EnforcementPoint:
        here = [operation for operation in found if point in operation.points]
        words = f"{point.words} declares 409"
        results.append(_rule(f"limits-declared@{point.value}", words, _conflict(point, here), point=point))
    for limit in LIMITS:
        here = [operation for operation in found if set(limit.enforced_at) & set(operation.points)]
        words = f"the numbers stated for {limit.id} are those of the table"
        judgement = _numbers(limit, here, profile.value(limit.id))
        results.append(_rule(f"numbers@{limit.id}", words, judgement, limit=limit))
    return tuple(results)


def _rule(
    name: str, words: str, judgement: Judgement, point: EnforcementPoint | None = None, limit: Limit | None = None
) -> Result:
    return Result(
        case=f"document.{name}",
        requirement=f"document.{name}",
        title=words,
        verdict=judgement.verdict,
        reason=judgement.reason,
        limit=limit.id if limit else None,
        enforcement_point=point.value if point else None,
        documented=limit.value if limit else None,
        unit=limit.unit if limit else "",
        citation=limit.citation if limit else CITATION,
    )


def _all(found: Sequence[Operation], lacking: Sequence[str], missing: str) -> Judgement:
    if not found:
        return Judgement(Verdict.NOT_APPLICABLE, "the document has no such operation")
    if lacking:
        more = f" and {len(lacking) - 8} more" if len(lacking) > 8 else ""
        told = f"{len(lacking)} of {len(found)} operations {missing}: {', '.join(lacking[:8])}{more}"
        return Judgement(Verdict.NONCONFORMING, told)
    return Judgement(Verdict.KEPT, f"{len(found)} of {len(found)} operations do")


def _ids(_document: Mapping[str, Any], found: Sequence[Operation]) -> Judgement:
    given = [operation.definition.get("operationId") for operation in found]
    lacking = [
        f"{operation.method} {operation.path}"
        for operation, identifier in zip(found, given, strict=True)
        if not identifier or given.count(identifier) > 1
    ]
    return _all(found, lacking, "have no operationId of their own")


def _security(document: Mapping[str, Any], found: Sequence[Operation]) -> Judgement:
    schemes = (document.get("components") or {}).get("securitySchemes") or {}
    lacking = []
    for operation in found:
        asked = operation.definition.get("security", document.get("security")) or []
        if not asked or any(not option or not set(option) <= set(schemes) for option in asked):
            lacking.append(operation.name)
    return _all(found, lacking, "declare no security, or one that is not defined")


def _error_bodies(document: Mapping[str, Any], found: Sequence[Operation]) -> Judgement:
    lacking = [operation.name for operation in found if not _has_error_bodies(document, operation)]
    return _all(found, lacking, f"declare no error whose body has {', '.join(ERROR_KEYS)}, or one without")


def _has_error_bodies(document: Mapping[str, Any], operation: Operation) -> bool:
    if operation.method == "HEAD":
        return True
    responses = operation.definition.get("responses") or {}
    errors = [resolved(document, body) for status, body in responses.items() if str(status)[0] in "45d"]
    return bool(errors) and all(_is_error(document, error) for error in errors)


def _is_error(document: Mapping[str, Any], response: Any) -> bool:
    content = (response or {}).get("content") or {}
    return any(set(ERROR_KEYS) <= set(_properties(document, media.get("schema"))) for media in content.values())


def declares_other_error(document: Mapping[str, Any], operation: Operation, status: int) -> bool:
    """Whether an operation declares a body for this status that is not the documented error body."""
    responses = operation.definition.get("responses") or {}
    declared = resolved(document, responses.get(str(status)))
    content = declared.get("content") if isinstance(declared, Mapping) else None
    schemas = [media.get("schema") for media in (content or {}).values()]
    return any(list(_properties(document, schema)) for schema in schemas) and not _is_error(document, declared)


def _properties(document: Mapping[str, Any], schema: Any, depth: int = 0) -> Iterator[str]:
    node = resolved(document, schema)
    if isinstance(node, Mapping) and depth < 8:
        yield from node.get("properties") or {}
        for part in ("allOf", "anyOf", "oneOf"):
            for item in node.get(part) or ():
                yield from _properties(document, item, depth + 1)


def _uploads(document: Mapping[str, Any], found: Sequence[Operation]) -> Judgement:
    uploads, lacking = [], []
    for operation in found:
        body = resolved(document, operation.definition.get("requestBody")) or {}
        for media_type, media in (body.get("content") or {}).items():
            if media_type == "multipart/form-data":
                uploads.append(operation)
                if not list(_properties(document, media.get("schema"))):
                    lacking.append(operation.name)
    return _all(uploads, lacking, "describe no part of their upload")


def _conflict(point: EnforcementPoint, here: Sequence[Operation]) -> Judgement:
    if not AT_POINT[point].refuses:
        return Judgement(Verdict.NOT_APPLICABLE, "a job over this limit is not refused, it carries a warning")
    return _all(here, [operation.name for operation in here if not operation.declares(409)], "do not declare 409")


def _numbers(limit: Limit, here: Sequence[Operation], value: int | None) -> Judgement:
    said = sorted({number for operation in here for number in _stated(limit, operation.text)})
    if not said:
        return Judgement(Verdict.NOT_APPLICABLE, "the document states no number for this limit")
    allowed = {limit.value, value}
    wrong = [number for number in said if number not in allowed]
    if wrong:
        told = ", ".join(f"{number:,}" for number in wrong)
        return Judgement(Verdict.NONCONFORMING, f"the document states {told}, the table {limit.value:,} {limit.unit}")
    return Judgement(Verdict.KEPT, f"the document states {', '.join(f'{number:,}' for number in said)}")


def _stated(limit: Limit, text: str) -> Iterator[int]:
    for pattern in _SAID.get(limit.id, ()):
        yield from (_number(match) for match in pattern.findall(text))
    if limit.id in ("image.side.min", "video.side.min"):
        yield from (_number(low) for low, _high in _BETWEEN.findall(text))
    if limit.id == "image.side.max":
        yield from (_number(high) for _low, high in _BETWEEN.findall(text))
    if limit.id in _8K_SIDES and _8K.search(text):
        yield _8K_SIDES[limit.id]


def _number(text: str) -> int:
    return int(text.replace(",", ""))


_Check = Callable[[Mapping[str, Any], Sequence[Operation]], Judgement]
_RULES: Final[tuple[tuple[str, str, _Check], ...]] = (
    ("operation-ids", "every operation has an id of its own", _ids),
    ("security", "every operation declares its security", _security),
    ("error-bodies", "every operation declares the documented error body", _error_bodies),
    ("upload-parts", "every upload describes its parts", _uploads),
)
