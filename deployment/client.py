"""The one client: every byte that goes to a deployment goes through here."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import IO, Any, Final

import httpx

from contract import operations as api
from contract.identifiers import Ids, identifiers
from contract.observations import NOT_SENT, Answer
from contract.purposes import Purpose
from contract.results import Exchange
from deployment.budget import Budget
from deployment.circuit_breaker import CircuitBreaker
from deployment.containment import SAFE, Area, check, reads
from deployment.counters import Counters
from deployment.errors import NotContainedError
from deployment.history import History
from deployment.ledger import Ledger, LedgerError
from deployment.locked_projects import LockedProjects
from deployment.parsing import answer_of, is_json, json_of, parsed, trace_of
from deployment.recordings import RECORDED
from deployment.redaction import Redactor
from deployment.settling import Settling
from deployment.traffic import Traffic
from deployment.transport import Delivery, Transport

_SMALL: Final = 1 << 16
OWN_KEY: Final = "own key"


@dataclass(slots=True)
class Client:
    """A client that is contained, notes what it creates, records what it sends and never shows the key.

    ``base`` is ``scheme://host[:port]``; ``ca_bundle`` a PEM file with the certificates to trust beside the system's.
    ``timeout`` in seconds; ``asked_proxy`` is the URL of a proxy, or ``none``, in place of what the environment says.
    A request that names what this run did not create raises ``NotContainedError`` before anything is sent; ``created``
    holds the ids that are ours. What a request creates is in the ``ledger`` before it goes out; where the ledger cannot
    be written, nothing goes out any more.
    ``largest_page`` is how many entries a listing is asked for, ``history`` what was named, deleted and lost,
    ``settling`` for how long a reading may be behind it, ``breaker`` what is asked no more since it timed out;
    ``redactor`` takes the keys out of a text; ``proxy`` is the one in use, no secret in it.
    """

    base: str
    token: str = field(repr=False)
    run_id: str
    ca_bundle: str | None = None
    timeout: float = 120.0
    asked_proxy: str | None = field(default=None, repr=False)
    created: Ids = field(default_factory=Ids)
    ledger: Ledger | None = None
    budget: Budget = field(default_factory=Budget)
    settling: Settling = field(default_factory=Settling)
    largest_page: int = 100
    locked_projects: LockedProjects = field(default_factory=LockedProjects)
    history: History = field(init=False, default_factory=History)
    area: Area = field(init=False)
    transport: Transport = field(init=False)
    breaker: CircuitBreaker = field(init=False)
    redactor: Redactor = field(init=False)
    proxy: str | None = field(init=False)

    def __post_init__(self) -> None:
        self.area = Area(created=self.created)
        given = self.base, self.token, self.run_id, self.ca_bundle, self.timeout, self.budget, self.asked_proxy
        self.transport = transport = Transport(*given)
        self.breaker, self.redactor, self.proxy = transport.breaker, transport.redactor, transport.shown_proxy

    def beside(self) -> Client:
        """A client of the same run for another thread that judges: its counters and recordings are its own.

        Everything else is shared: connections, budget, ledger, what the run created and what was seen of it.
        """
        other = copy.copy(self)
        other.transport = self.transport.beside()
        return other

    def recording(self, last: int = RECORDED) -> AbstractContextManager[Collection[Exchange]]:
        """The ``last`` requests of this client, with their answers: filled while the context is open, read after it."""
        return self.transport.recordings.last(last)

    def purpose(self, purpose: Purpose) -> AbstractContextManager[None]:
        """Count what this client sends while the context is open as sent for ``purpose``; contexts nest."""
        return self.transport.purpose(purpose)

    @property
    def counters(self) -> Counters:
        """What its requests met that speaks of no requirement."""
        return self.transport.counters

    @property
    def traffic(self) -> Traffic:
        """What went out and came back, by clients beside it too."""
        return self.transport.traffic

    def close(self) -> None:
        """Close the connections."""
        self.transport.http.close()

    def key_opens(self) -> bool | None:
        """Whether the deployment answers and takes the run's key; None where it does not answer."""
        answer = self.send(*api.READ_ORGANIZATION.at(""))
        return answer.accepted if answer.accepted or answer.status in (401, 403) else None

    def path(self, operation: api.ApiOperation, *ids: str | int) -> str:
        """The path of an operation in the run's workspace, below ``/api/v1``; ``ids`` in the order of its template."""
        return operation.at(self.area.root, *ids)[1]

    def call(
        self,
        operation: api.ApiOperation,
        *ids: str | int,
        body: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
        file: tuple[str, IO[bytes], str] | None = None,
        size: int = 0,
    ) -> Answer:
        """Send an operation in the run's workspace, as ``send`` does."""
        return self.send(operation.method, self.path(operation, *ids), body, params, file, size)

    def send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
        file: tuple[str, IO[bytes], str] | None = None,
        size: int = 0,
    ) -> Answer:
        """Send one request below ``/api/v1`` and return its answer, a missing one included; never raises for it.

        ``file`` is (file name, open binary file, media type), sent as the multipart part ``file``; ``size`` its bytes.
        """
        got = self._exchange(method, path, body, params, file, size)
        if got.response is None:
            return Answer(None, None, got.elapsed_s, got.failure)
        return answer_of(got.response, got.elapsed_s)

    def download(self, path: str) -> tuple[Answer, bytes]:
        """GET a binary body; the bytes are empty where the answer is no success."""
        got = self._exchange("GET", path, None, None, None, 0)
        if got.response is None:
            return Answer(None, None, got.elapsed_s, got.failure), b""
        body = None if got.response.is_success else parsed(got.response)
        content = got.response.content if got.response.is_success else b""
        return Answer(got.response.status_code, body, got.elapsed_s, trace_id=trace_of(got.response)), content

    def request(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        key: str | None = OWN_KEY,
    ) -> tuple[httpx.Response | None, str | None]:
        """Send exact bytes to ``target``, path and query from the root; the response as it is, or why there is none.

        ``key`` is sent in place of the run's own; None sends none. Contained like every other request.
        """
        path, _, query = target.partition("?")
        if not target.startswith("/") or target.startswith("//"):
            raise NotContainedError(f"{method} {target} is of another deployment; not sent")
        if method not in SAFE and not path.startswith(f"{api.API}/"):
            raise NotContainedError(f"{method} {path} lies outside the API; not sent")
        path = path.removeprefix(api.API)
        check(self.area, method, path, query, content, headers)
        request = self.transport.http.build_request(
            method, self.base + target, headers=httpx.Headers(headers, encoding="latin-1"), content=content
        )
        if key is None:
            del request.headers["x-api-key"]
        elif key != OWN_KEY:
            request.headers["x-api-key"] = key
        got = self._noted(request, path, json_of(content), str(request.url), len(content or b""), own=key == OWN_KEY)
        return got.response, got.failure

    def _exchange(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        params: Mapping[str, Any] | None,
        file: tuple[str, IO[bytes], str] | None,
        size: int,
    ) -> Delivery:
        plain, _, query = path.partition("?")
        files = None if file is None else {"file": file}
        address = f"{self.base}{api.API}{path}"
        request = self.transport.http.build_request(method, address, json=body, params=params, files=files)
        check(self.area, method, plain, f"{query}&{request.url.query.decode()}", body)
        if 0 < size <= _SMALL:
            request.read()  # in one piece: httpx sends each part of a form by itself, a system call each
        named = body if file is None else {"name": file[0]}
        return self._noted(request, plain, named, address, size)

    def _noted(
        self, request: httpx.Request, path: str, named: Any, url: str, size: int, *, own: bool = True
    ) -> Delivery:
        """Send with a note in the ledger: of what is about to be created before, of what came of it after."""
        if self.ledger is None or request.method not in ("POST", "DELETE") or reads(request.method, path):
            return self._settled(request, url, size)
        try:
            serial = self.ledger.intend(path, named) if request.method == "POST" else None
        except LedgerError as error:
            self.budget.stopped = str(error)
            return Delivery(None, f"{NOT_SENT}: {error}")
        got = self._settled(request, url, size)
        response = got.response
        # What cannot be noted after stands as an intent without an outcome, which a sweep looks after.
        with contextlib.suppress(LedgerError):
            if serial is not None:
                status = None if response is None else response.status_code
                self.ledger.outcome(serial, path, status, None if response is None else parsed(response))
            elif own and response is not None and response.is_success:
                self.ledger.gone(path)
        return got

    def _settled(self, request: httpx.Request, url: str, size: int) -> Delivery:
        """Send, and again where the answer is that of a host which is behind, or where a job has locked the project."""
        path, history, patience_s = request.url.path.removeprefix(api.API), self.history, self.settling.patience_s

        def send() -> Delivery:
            return self.settling.until(
                lambda: self._sent(request, url, size),
                lambda got: not history.may_lag(request.method, path, got.status, patience_s),
            )

        got = send() if self.budget.closing else self.locked_projects.waited_for(send)
        history.note_change(request.method, path, Answer(got.status, failure=got.failure))
        return got

    def _sent(self, request: httpx.Request, url: str, size: int) -> Delivery:
        """Send a contained request, and learn from what comes back what belongs to the run."""
        base = self.transport.http.base_url
        if (request.url.scheme, request.url.netloc) != (base.scheme, base.netloc) or request.url.userinfo:
            raise NotContainedError(f"{request.method} {request.url} is of another deployment; not sent")
        got = self.transport.deliver(request, url, size)
        if got.response is not None and got.response.is_success:
            ids = identifiers(got.response.text) if is_json(got.response) else set()
            self.history.note_ids(ids | identifiers(got.response.headers.get("location", "")))
            self.area.learn(request.method, request.url.path.removeprefix(api.API), ids)
        return got
