"""Failures of the network and of the moment: which ones a request may meet, and when it is sent again."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpx

from contract.observations import TRANSIENT
from deployment.parsing import is_json

ATTEMPTS: Final = 4
# How long a Retry-After is obeyed; who asks for more gets the question later, in another case.
LONGEST_WAIT_S: Final = 30.0
# Nothing was sent yet when these are raised.
_UNSENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class RetryableError(Exception):
    """An exchange that may be tried again; ``wait_s`` is what the deployment asked for, None where it did not.

    ``timed_out`` says that it cost the whole timeout.
    """

    def __init__(self, words: str, wait_s: float | None = None, *, timed_out: bool = False) -> None:
        super().__init__(words)
        self.wait_s = wait_s
        self.timed_out = timed_out


def unsent(error: httpx.HTTPError) -> bool:
    """Whether nothing of the request went out."""
    return isinstance(error, _UNSENT)


def is_permanent(error: httpx.HTTPError) -> bool:
    """Whether trying again now changes nothing: a certificate does not become another one."""
    return isinstance(error, httpx.UnsupportedProtocol) or "CERTIFICATE_VERIFY_FAILED" in str(error)


def transient_reason(response: httpx.Response) -> str | None:
    """Why an answer speaks of the network or of the moment alone, in words; None where it does not."""
    if response.status_code in TRANSIENT:
        return str(response.status_code)
    if response.request.method == "HEAD" or response.status_code == 204:
        return None
    bounded = {"content-length", "transfer-encoding"} & set(response.headers)
    if not bounded and response.http_version != "HTTP/2" and _unfinished(response):
        return "a body that was cut short"
    return None


def _unfinished(response: httpx.Response) -> bool:
    """Whether a body without a length is JSON that stops in the middle: nothing else tells that it was cut."""
    if not is_json(response):
        return False
    try:
        response.json()
    except ValueError:
        return True
    except RecursionError:  # too deep to be read, which is not cut
        pass
    return False


def retry_after(response: httpx.Response) -> float | None:
    """The seconds that a deployment asks to be left alone, bounded; None where it does not ask.

    A date is taken against the deployment's own clock, so that ours may be wrong.
    """
    asked = response.headers.get("retry-after", "").strip()
    if asked.isdecimal():
        return min(float(asked[:9]), LONGEST_WAIT_S)
    try:
        until = parsedate_to_datetime(asked)
        now = parsedate_to_datetime(response.headers["date"]) if "date" in response.headers else datetime.now(UTC)
        return min(max(0.0, (until - now).total_seconds()), LONGEST_WAIT_S)
    except (ValueError, TypeError):
        return None
