"""What makes two findings one cause: the key by which results are grouped, from the fields of a result alone.

What was sent, and what came back, without what differs each time: ids, numbers, times, and names in quotes.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from contract.cases import subject_of
from contract.limits import LIMITS
from contract.observations import Answer
from contract.results import Exchange, Result
from contract.verdicts import AS_IS_THE_CONTROL, Verdict

_TIME: Final = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?"
_ID: Final = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b(?=[a-f]*\d)[0-9a-f]{6,}\b"
# A status is no number: it is what was answered.
_NUMBER: Final = r"(?<!\d)(?<!got )(?<!with )(?<!answered )\d+(?:[.,]\d+)*"
_VARYING: Final = re.compile(f"{_TIME}|{_ID}|{_NUMBER}", re.IGNORECASE)
_QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`|«[^»]*»|“[^”]*”")
_NOTE: Final = re.compile(r" \([^()]*(?:\([^()]*\)[^()]*)*\)$")
_MESSAGE: Final = re.compile(r'"(?:message|detail)"\s*:\s*"((?:[^"\\]|\\.)*)')
_WRONG_BODY: Final = re.compile(r".*, but not as documented: (.*)")
# Rules whose requests are made of what the document says: one operation's body is not another's.
_DATA: Final = frozenset({"openapi.positive-data", "openapi.negative-data"})
_DAMAGED: Final = "openapi.damaged-bodies"
DELETED: Final = "openapi.deleted-ids"
# Refusals that speak of the file and its limits; all others are of whatever else stands in between.
_OF_A_LIMIT: Final = frozenset({400, 409, 415, 422})


def cause_key(result: Result) -> tuple[str, ...]:
    """The same for two results whose cause is taken to be one; two causes have two."""
    verdict = result.waived_verdict or result.verdict
    return (verdict.value, result.waiver or "", *_what(result, verdict))


def _what(result: Result, verdict: Verdict) -> tuple[str, ...]:
    wrong_body = _WRONG_BODY.fullmatch(result.reason)
    subject = subject_of(result.requirement)
    if verdict is Verdict.UNSTABLE:
        answers = {f"{each.verdict} {each.status} {each.error_code}" for each in result.attempts}
        return (_place(result), *sorted(answers))
    if verdict is Verdict.INCONCLUSIVE:
        return (normalised(_NOTE.sub("", result.reason), quoted=True),)
    if wrong_body and verdict is Verdict.NONCONFORMING:
        return ("error body", normalised(wrong_body[1]), _shape(result))
    if is_of_media_limits(result) or result.side is not None:
        return _limit_broken(result, verdict)
    if subject.startswith("robustness."):
        # One defect is one cause at the upload of images and of videos alike.
        crashed = (result.requirement.partition("@")[2],) if verdict is Verdict.CRASHED else ()
        return (*crashed, *_answer(result), normalised(result.reason))
    if subject.startswith("planted."):
        return (str(result.sent.get("cause") or result.reason),)
    if subject.startswith("document."):
        return (result.requirement if subject == "document.numbers" else subject,)
    if subject.startswith("openapi."):
        return _rule_broken(result, verdict, subject)
    return (subject, *_answer(result), normalised(result.reason))


def _limit_broken(result: Result, verdict: Verdict) -> tuple[str, ...]:
    """A limit by itself, unless the answer speaks of something that is common to several."""
    answer, own = _answer(result), result.requirement if result.side else subject_of(result.requirement)
    if verdict is Verdict.WRONG_STATUS:
        return ("refused media" if is_of_media_limits(result) else result.limit or own, *answer)
    if verdict is Verdict.OVER_ENFORCED:
        common = AS_IS_THE_CONTROL in result.reason or result.status not in _OF_A_LIMIT
        return (_place(result) if common else own, *answer, normalised(message(result), quoted=True))
    if verdict is Verdict.CRASHED:
        return (own, *answer, normalised(message(result), quoted=True))
    if verdict is Verdict.NOT_ENFORCED:
        # What turns at the same other place wherever it is enforced is set so, once.
        return (result.limit, result.boundary) if result.limit and result.boundary else (own,)
    return (_place(result), *answer, normalised(result.reason))


def _rule_broken(result: Result, verdict: Verdict, subject: str) -> tuple[str, ...]:
    """The reason, whatever the rule and the operation; a crash, and taken data, also by what was sent."""
    tried = str(result.sent.get("tried") or result.requirement)
    if verdict is Verdict.CRASHED:
        # Left out or nulled, a field that is missing is missed in one place.
        what = tried.partition(" ")[0] if subject == _DAMAGED else tried
        return (what, *_answer(result), normalised(message(result), quoted=True))
    if verdict is Verdict.WRONG_STATUS and subject in _DATA:
        # What the document allows is refused for a reason of its own; what it does not allow may be, undeclared.
        said = normalised(message(result), quoted=True) if subject == "openapi.positive-data" else ""
        return (subject, *_answer(result), normalised(result.reason), said)
    if subject == DELETED and verdict is Verdict.NOT_ENFORCED:
        return (subject, normalised(result.reason.partition(", ")[2]))
    by_data = (tried,) if subject in _DATA and verdict in (Verdict.NOT_ENFORCED, Verdict.UNCLEAN) else ()
    return (*by_data, *_answer(result), normalised(result.reason))


def operation_of(result: Result) -> str:
    """The name of the operation that was asked, where a rule of the REST contract is broken; else empty."""
    family, _, scope = result.requirement.partition("@")
    return str(result.sent.get("operation") or scope) if family.startswith("openapi.") else ""


def is_of_media_limits(result: Result) -> bool:
    """Whether what was judged is media at one limit of theirs or at several."""
    limit = LIMITS.get(result.limit or "")
    return (limit is not None and bool(limit.axes) and result.side is not None) or subject_of(
        result.requirement
    ).startswith("combination.")


def normalised(text: str, *, quoted: bool = False) -> str:
    """``text`` with each time, id and number as ``#``; with ``quoted`` what stands in quotes too, as ``"..."``."""
    if quoted:
        text = _QUOTED.sub('"..."', text)
    return _VARYING.sub("#", text)


def message(result: Result) -> str:
    """What the deployment says in the answer that a verdict rests on, in one line; empty where it says nothing."""
    return message_in(result.exchange) if result.exchange else ""


def message_in(exchange: Exchange) -> str:
    """What the answer of an exchange says for people; empty for an acceptance, and where it says nothing."""
    body = _body(exchange.response)
    cut = _MESSAGE.search(exchange.response) if isinstance(body, str) else None
    return cut[1] if cut else Answer(exchange.status, body).message


def _body(response: str) -> Any:
    try:
        return json.loads(response)
    except (ValueError, RecursionError):
        return response


def _shape(result: Result) -> str:
    """What the body of an answer is made of: the names in its object, or that it is text."""
    body = _body(result.exchange.response) if result.exchange else ""
    return ", ".join(sorted(map(str, body))) if isinstance(body, dict) else type(body).__name__ if body else ""


def _answer(result: Result) -> tuple[str, str]:
    return str(result.status), result.error_code or ""


def _place(result: Result) -> str:
    """Where a limit is enforced, or the operation of a rule."""
    return result.enforcement_point or result.requirement.partition("@")[2] or result.requirement
