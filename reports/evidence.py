"""What a finding rests on, in lines for a console, a summary or a test report: its cases, its answer, its attempts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from contract.results import Attempt, Exchange, Result
from reports.cause_keys import message_in
from reports.causes import Cause
from reports.text import named

_MOST_NAMED: Final = 12
_SHOWN_PARTS: Final = 3


def places(cause: Cause) -> str:
    """The requirements of a cause with how many cases each has: ``image.side.min@image-upload (96), …``."""
    return named([f"{name} ({cases:,})" for name, cases in cause.requirements.items()], _MOST_NAMED)


def answered(exchange: Exchange) -> str:
    """One exchange in a line, with the deployment's own message: ``POST .../projects got 400 in 30 ms: name taken``."""
    got = exchange.status if exchange.status is not None else f"no answer ({exchange.failure or 'unknown'})"
    said = message_in(exchange)
    line = f"{exchange.method} {_end(exchange.url)} got {got} in {exchange.elapsed_s * 1000:,.0f} ms"
    return f"{line}: {said}" if said else line


def attempts(result: Result) -> list[str]:
    """Each time that a case was judged, in a line: when, beside what else, and what it came to."""
    return [f"attempt {number}, {_attempt(each)}" for number, each in enumerate(result.attempts, 1)]


def _attempt(attempt: Attempt) -> str:
    when = f"{datetime.fromtimestamp(attempt.started_ms / 1000, UTC):%H:%M:%S.%f}"[:-3]
    beside = f"beside {named(list(attempt.in_flight), _MOST_NAMED) or 'others'}" if not attempt.alone else "alone"
    beside += f", while the network failed ({attempt.disturbed})" if attempt.disturbed else ""
    return f"{when} UTC, {attempt.elapsed_s:.1f} s, {beside}: {attempt.verdict}, {attempt.reason}"


def _end(url: str) -> str:
    """The end of an address, which says what was asked; the command beside it has all of it."""
    address = urlsplit(url)
    parts = address.path.split("/")
    path = "/".join(["...", *parts[-_SHOWN_PARTS:]]) if len(parts) > _SHOWN_PARTS + 1 else address.path
    return f"{path}?{address.query}" if address.query else path
