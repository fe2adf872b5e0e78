"""One request on the wire: within the budget, again where that is safe, recorded, and the key out of the record."""

from __future__ import annotations

import copy
import os
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import httpx
import stamina
import stamina.instrumentation

from contract.observations import LOST_DELETION, NOT_SENT
from contract.operations import API
from contract.purposes import Purpose, foremost
from contract.tally import shape
from contract.version import VERSION
from deployment.budget import Budget, WithheldError
from deployment.circuit_breaker import CircuitBreaker, timed_out
from deployment.containment import reads
from deployment.counters import Counters
from deployment.deadlines import Deadlines
from deployment.parsing import is_json, parsed
from deployment.proxies import proxy_of, secrets_of, without_credentials
from deployment.recordings import Recordings, Taken
from deployment.redaction import Redactor
from deployment.traffic import Traffic
from deployment.transient_failures import ATTEMPTS, RetryableError, is_permanent, retry_after, transient_reason, unsent

PARALLEL: Final = 64
_CONNECT_S: Final = 10.0
_GONE: Final = frozenset({404, 410})
# A retry is counted, and told in a report; on a console it would come between the lines of a command.
stamina.instrumentation.set_on_retry_hooks(())


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of one request: the response, or why there is none, and the seconds that it took."""

    response: httpx.Response | None
    failure: str | None
    elapsed_s: float = 0.0

    @property
    def status(self) -> int | None:
        """The response's status; None without one."""
        return None if self.response is None else self.response.status_code


@dataclass(slots=True)
class Transport:
    """Sends what has been allowed, over at most ``PARALLEL`` connections; redirects are never followed.

    Reads and deletions are sent again where the network failed them; what creates is so only where nothing of it went
    out, or the deployment said 429: whether it was done is for the caller to read. ``timeout`` is the longest that an
    answer is waited for, in seconds.
    ``asked_proxy`` goes before the environment, ``proxy`` is the one in use, with its credentials. ``counters`` are its
    own, and so are the ``recordings`` and its purposes; all else is shared with what is made ``beside`` it.
    """

    base: str
    token: str = field(repr=False)
    run_id: str
    ca_bundle: str | None = None
    timeout: float = 120.0
    budget: Budget = field(default_factory=Budget)
    asked_proxy: str | None = field(default=None, repr=False)
    proxy: str | None = field(init=False, repr=False)
    redactor: Redactor = field(init=False)
    counters: Counters = field(default_factory=Counters)
    traffic: Traffic = field(default_factory=Traffic)
    breaker: CircuitBreaker = field(init=False)
    deadlines: Deadlines = field(init=False)
    http: httpx.Client = field(init=False)
    recordings: Recordings = field(init=False, default_factory=Recordings)
    _purposes: list[Purpose] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.proxy = proxy_of(self.base, self.asked_proxy)
        self.redactor = Redactor([self.token, *secrets_of(self.proxy or "")])
        self.breaker, self.deadlines = CircuitBreaker(), Deadlines(self.timeout)
        context = ssl.create_default_context()
        if self.ca_bundle is not None:
            context.load_verify_locations(self.ca_bundle)
        headers = {
            "x-api-key": self.token,
            "user-agent": f"geti-contract/{VERSION} (run {self.run_id})",
            "x-geti-contract-run": self.run_id,
        }
        self.http = httpx.Client(
            base_url=self.base,
            headers=headers,
            verify=context,
            # The environment is read in one place, deployment/proxies.py; httpx would read it otherwise.
            trust_env=False,
            proxy=self.proxy,
            follow_redirects=False,
            timeout=httpx.Timeout(self.timeout, connect=min(_CONNECT_S, self.timeout), pool=None),
            limits=httpx.Limits(max_connections=PARALLEL, max_keepalive_connections=PARALLEL),
        )

    def beside(self) -> Transport:
        """One for another thread that judges: over the same connections, with counters and recordings of its own."""
        other = copy.copy(self)
        other.counters, other.recordings, other._purposes = Counters(), Recordings(), []
        return other

    @property
    def shown_proxy(self) -> str | None:
        """The proxy in use without its credentials; None where there is none."""
        return without_credentials(self.proxy) if self.proxy is not None else None

    @contextmanager
    def purpose(self, purpose: Purpose) -> Iterator[None]:
        """Count what is sent while the context is open as sent for ``purpose``."""
        self._purposes.append(purpose)
        try:
            yield
        finally:
            self._purposes.remove(purpose)

    def deliver(self, request: httpx.Request, url: str, size: int) -> Delivery:
        """Send a request with a body of ``size`` bytes, recorded under ``url``; failures are returned, not raised."""
        path = request.url.path.removeprefix(API)
        repeatable = request.method == "DELETE" or reads(request.method, path)
        made, lost, delivery = 0, False, Delivery(None, None)

        def wait(error: Exception) -> bool | float:
            if not isinstance(error, RetryableError) or made >= (
                self.breaker.attempts if error.timed_out else ATTEMPTS
            ):
                return False
            return True if error.wait_s is None else error.wait_s

        try:
            for attempt in stamina.retry_context(on=wait, attempts=None, timeout=None, wait_max=2.0, wait_jitter=0.1):
                with attempt:
                    made += 1
                    delivery, again = self._once(request, url, size, repeatable=repeatable)
                    if again is not None:
                        lost = lost or delivery.response is None
                        raise again
        except RetryableError as error:
            self.counters.note_failure(str(error))
            return delivery
        except WithheldError as error:
            return Delivery(None, f"{NOT_SENT}: {error}")
        response = delivery.response
        if lost and request.method == "DELETE" and response is not None and response.status_code in _GONE:
            # Whether this deletion did it or found it done, nobody can tell.
            self.counters.note_failure("a deletion whose answer was lost")
            return Delivery(None, LOST_DELETION, delivery.elapsed_s)
        if response is None or transient_reason(response):
            self.counters.note_failure(
                delivery.failure or f"{response.status_code if response is not None else 'no'} answer"
            )
        return delivery

    def _once(
        self, request: httpx.Request, url: str, size: int, *, repeatable: bool
    ) -> tuple[Delivery, RetryableError | None]:
        """One attempt, and what speaks for another. Raises ``WithheldError``."""
        operation = request.method, shape(request.url.path)
        self._admit(operation, size)
        trace = os.urandom(16).hex()
        request.headers["traceparent"] = f"00-{trace}-{os.urandom(8).hex()}-01"
        deadline_s = self.deadlines.of(operation, size, confirming=Purpose.CONFIRMATION in self._purposes)
        request.extensions["timeout"] = {**request.extensions["timeout"], "read": deadline_s}
        started = time.monotonic()
        response, failure, again = None, None, None
        try:
            response = self.http.send(request)
        except httpx.LocalProtocolError as error:
            failure = f"{NOT_SENT}: {error}"
        except httpx.HTTPError as error:
            failure = self.redactor.clean(f"{type(error).__name__}: {error}")
            if (repeatable or unsent(error)) and not is_permanent(error):
                again = RetryableError(failure, timed_out=timed_out(error))
            if timed_out(error):
                self.counters.note_timeout(given_up=self.breaker.note_timeout(operation, deadline_s))
        elapsed = time.monotonic() - started
        reason = transient_reason(response) if response is not None else None
        if response is not None:
            self.breaker.note_answer(operation)
            self.deadlines.note(operation, elapsed)
            if reason is not None and (repeatable or response.status_code == httpx.codes.TOO_MANY_REQUESTS):
                again = RetryableError(reason, retry_after(response))
            self.budget.received(len(response.content))
        self._record(request, url, size, trace, elapsed, response, failure)
        if response is not None and reason is not None and response.is_success:
            return Delivery(None, reason, elapsed), again
        return Delivery(response, failure, elapsed), again

    def _admit(self, operation: tuple[str, str], size: int) -> None:
        """Let one request pass. Raises ``WithheldError``."""
        if not self.budget.closing:
            try:
                self.breaker.admit(operation)
            except WithheldError as error:
                self.counters.note_not_asked(str(error))
                raise
        try:
            self.budget.admit(size)
        except WithheldError:
            self.counters.note_over_budget()
            raise

    def _record(
        self,
        request: httpx.Request,
        url: str,
        size: int,
        trace: str,
        elapsed: float,
        response: httpx.Response | None,
        failure: str | None,
    ) -> None:
        status = None if response is None else response.status_code
        self.traffic.note(request.method, request.url.path, status, elapsed, foremost(tuple(self._purposes)))
        if response is not None and response.is_success and is_json(response):
            self.traffic.look_into(request.method, request.url.path, lambda: parsed(response))
        if status in (401, 403) and request.headers.get("x-api-key") == self.token:
            self.counters.note_refusal()
        self.recordings.take(
            Taken(request, response, url, size, trace_id=trace, elapsed_s=elapsed, failure=failure), self.redactor
        )
