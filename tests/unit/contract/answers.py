"""Answers as a deployment gives them, and a judgement as it is read."""

from __future__ import annotations

from contract.observations import Answer
from contract.verdicts import Expected, Judgement

ACCEPT, REFUSE = Expected.ACCEPTED, Expected.REFUSED
BODY = {"error_code": "limit", "message": "too large", "http_status": 409}
OK = Answer(201, {"id": "a"})
NO = Answer(409, BODY)


def read(judgement: Judgement | None) -> tuple[str, str] | None:
    """The verdict and the sentence that justifies it, which people act on."""
    return None if judgement is None else (judgement.verdict.value, judgement.reason)
