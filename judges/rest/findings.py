"""What a rule came to: one request with its answer, the judgement on it, and the ways in which a case ends early."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from contract.document_rules import declares_other_error
from contract.observations import Answer, documented_error
from contract.openapi import Operation
from contract.verdicts import Judgement, Verdict, crashed_or_inconclusive
from deployment.errors import NotContainedError
from deployment.parsing import media_type_of
from judges.rest.curl import Request

# A key that is refused and a method that leads elsewhere are what these rules are about.
_ABOUT_THE_REQUEST: Final = frozenset({401, 403, *range(300, 400)})


@dataclass(frozen=True, slots=True)
class Sent:
    """One request as it went out and what came back: ``response`` is None where no answer came."""

    answer: Answer
    response: httpx.Response | None
    request: Request


@dataclass(frozen=True, slots=True)
class Finding:
    """The judgement on a case, the exchange that it rests on, and what else is to be known, as JSON values."""

    judgement: Judgement
    sent: Sent | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


class ConcludedError(Exception):
    """A step that ends its case: what goes on after it would say nothing."""

    def __init__(self, verdict: Verdict, reason: str, sent: Sent | None = None) -> None:
        super().__init__(reason)
        self.finding = Finding(Judgement(verdict, reason), sent)


def not_judged(reason: str) -> Finding:
    """The finding where a rule says nothing of an operation."""
    return Finding(Judgement(Verdict.NOT_APPLICABLE, reason))


def concluded(judge: Callable[[], Finding]) -> Finding:
    """What ``judge`` finds, also where a step ends the case or the client holds a request back."""
    try:
        return judge()
    except ConcludedError as error:
        return error.finding
    except NotContainedError as error:
        return not_judged(f"held back: {error}")


def judgeable(sent: Sent) -> Sent:
    """``sent``, where its answer can be judged. Raises ``ConcludedError`` for a crash, and for what judges nothing."""
    judgement = unjudgeable(sent.answer)
    if judgement is not None:
        raise ConcludedError(judgement.verdict, judgement.reason, sent)
    return sent


def error_fault(document: Mapping[str, Any], operation: Operation, sent: Sent) -> Judgement | None:
    """The judgement on an error body that is neither the documented one nor one that the operation declares."""
    status, response = sent.answer.status or 0, sent.response
    media_type = media_type_of(response) if response is not None else ""
    if status < 400 or operation.method == "HEAD" or declares_other_error(document, operation, status, media_type):
        return None
    error = documented_error(sent.answer)
    return Judgement(Verdict.NONCONFORMING, f"got {status}, but not as documented: {error}") if error else None


def unjudgeable(answer: Answer) -> Judgement | None:
    """The judgement where an answer is none, is the network's, or is a 5xx of the deployment; else None."""
    return crashed_or_inconclusive(answer, _ABOUT_THE_REQUEST)
