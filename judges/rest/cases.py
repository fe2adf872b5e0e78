"""The cases of each operation, and how a case becomes a result."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from contract.audit import CITATION
from contract.observations import Answer
from contract.openapi import Operation
from contract.results import Exchange, Result
from contract.verdicts import Judgement, crashed_or_inconclusive
from judges.rest.sender import Sent


class Check(StrEnum):
    """A rule of the REST contract that is judged for each operation."""

    KEY_MISSING = "key-missing"
    KEY_GARBAGE = "key-garbage"
    KEY_EXPIRED = "key-expired"
    KEY_FOREIGN = "key-foreign"
    METHODS = "unsupported-methods"
    DELETED_IDS = "deleted-ids"
    ELSEWHERE = "ids-of-another-project"
    MALFORMED_IDS = "malformed-ids"
    POSITIVE = "positive-data"
    NEGATIVE = "negative-data"
    PAGES = "pages"
    SEQUENCE = "sequence"
    ECHO = "key-never-echoed"


WORDS: Mapping[Check, str] = {
    Check.KEY_MISSING: "a request without a key is refused",
    Check.KEY_GARBAGE: "a garbage key is refused",
    Check.KEY_EXPIRED: "an expired key is refused",
    Check.KEY_FOREIGN: "a key of another organization is refused",
    Check.METHODS: "a method that is not declared is answered with 405 or 404",
    Check.DELETED_IDS: "the id of a deleted resource is gone",
    Check.ELSEWHERE: "a resource cannot be reached through another project",
    Check.MALFORMED_IDS: "a malformed id is refused",
    Check.POSITIVE: "what the document allows is answered as it declares",
    Check.NEGATIVE: "what the document does not allow is refused as it declares, and changes nothing",
    Check.PAGES: "the pages of a listing are parts of one whole",
    Check.SEQUENCE: "what was created reads back, and what was deleted is gone",
    Check.ECHO: "the key is never echoed",
}


# A key that is refused and a method that leads elsewhere are what these rules are about.
_TELLING: Final = frozenset({401, 403, *range(300, 400)})


# What needs nothing that was made for it: a wrong key, a wrong id, and lists with their parameters.
_ASK_ALONE: Final = frozenset(
    {
        Check.KEY_MISSING,
        Check.KEY_GARBAGE,
        Check.KEY_EXPIRED,
        Check.KEY_FOREIGN,
        Check.MALFORMED_IDS,
        Check.POSITIVE,
        Check.NEGATIVE,
    }
)


@dataclass(frozen=True, slots=True)
class Case:
    """One rule for one subject: an operation, or ``subject`` for a rule that spans several."""

    check: Check
    operation: Operation | None = None
    subject: str = ""

    @property
    def id(self) -> str:
        """The case's id in the manifest, which is also the requirement."""
        where = self.operation.name if self.operation else self.subject
        return f"openapi.{self.check.value}@{where}" if where else f"openapi.{self.check.value}"

    @property
    def only_reads(self) -> bool:
        """Whether the rule can be judged without creating or changing anything."""
        if self.operation is None:
            return self.check is Check.ECHO
        return self.check in _ASK_ALONE and self.operation.method in ("GET", "HEAD")

    @property
    def title(self) -> str:
        """The rule in words, and the operation as the document writes it."""
        where = f"{self.operation.method} {self.operation.path}" if self.operation else self.subject
        return f"{WORDS[self.check]} [{where}]" if where else WORDS[self.check]


@dataclass(slots=True)
class Finding:
    """What a case came to: the worst judgement so far, with the exchange that led to it."""

    judgement: Judgement
    sent: Sent | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def result_of(case: Case, finding: Finding, started: float, exchanges: Sequence[Exchange], bodies: Path) -> Result:
    """The result of a case that was begun at ``started``, seconds since the epoch; long bodies go below ``bodies``."""
    answer = finding.sent.answer if finding.sent else None
    return Result(
        case=case.id,
        requirement=case.id,
        title=case.title,
        verdict=finding.judgement.verdict,
        reason=printable(finding.judgement.reason),
        sent=finding.facts,
        status=answer.status if answer else None,
        error_code=answer.error_code if answer else None,
        citation=CITATION if case.check is Check.POSITIVE else "the deployment's OpenAPI document",
        curl=printable(finding.sent.request.curl(bodies)) if finding.sent and finding.judgement.broken else None,
        exchanges=exchanges if finding.judgement.broken else (),
        started_ms=int(started * 1000),
        elapsed_s=time.time() - started,
    )


def printable(text: str) -> str:
    """``text`` with everything escaped that a terminal or an XML file cannot show."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def no_answer(answer: Answer) -> Judgement | None:
    """A judgement where the answer is none, or is the way's and not the deployment's; a 5xx is the deployment's."""
    return crashed_or_inconclusive(answer, _TELLING)
