"""The one client: every byte that goes to a deployment goes through here."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any, Final

import httpx

from contract.observations import Answer
from contract.results import Exchange
from contract.tally import Tally
from deployment.containment import SAFE, Area, check, reads
from deployment.errors import NotContainedError
from deployment.ledger import Ledger, LedgerError

_SHOWN_BODY = 2000
_SHOWN_HEADER = 300
OWN_KEY: Final = "own key"


@dataclass(slots=True)
class Client:
    """An HTTP client that is contained, records what it sends and never shows the key.

    ``base`` is ``scheme://host[:port]``; ``ca_bundle`` a PEM file with the certificates to trust beside the system's.
    ``timeout`` in seconds. A mutating request whose path names an id this run did not create raises
    ``NotContainedError`` before anything is sent; ``created`` holds the ids that are ours. What a request creates is
    in the ``ledger`` before it goes out; where the ledger cannot be written it does not go out.
    """

    base: str
    token: str
    run_id: str
    ca_bundle: str | None = None
    timeout: float = 120.0
    created: set[str] = field(default_factory=set)
    ledger: Ledger | None = None
    exchanges: list[Exchange] = field(default_factory=list)
    requests: int = 0
    waited_s: float = 0.0
    area: Area = field(init=False)
    tally: Tally = field(default_factory=Tally)
    _http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.area = Area(created=self.created)
        context = ssl.create_default_context()
        if self.ca_bundle is not None:
            context.load_verify_locations(self.ca_bundle)
        headers = {"x-api-key": self.token, "user-agent": "geti-contract", "x-geti-contract-run": self.run_id}
        self._http = httpx.Client(base_url=self.base, headers=headers, verify=context, timeout=self.timeout)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

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
        response, failure, elapsed = self._exchange(method, path, body, params, file, size)
        if response is None:
            return Answer(None, None, elapsed, failure)
        return Answer(response.status_code, parsed(response), elapsed)

    def download(self, path: str) -> tuple[Answer, bytes]:
        """GET a binary body; the bytes are empty where the answer is no success."""
        response, failure, elapsed = self._exchange("GET", path, None, None, None, 0)
        if response is None:
            return Answer(None, None, elapsed, failure), b""
        body = None if response.is_success else parsed(response)
        return Answer(response.status_code, body, elapsed), response.content if response.is_success else b""

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
        if method not in SAFE and not path.startswith("/api/v1/"):
            raise NotContainedError(f"{method} {path} lies outside the API; not sent")
        path = path.removeprefix("/api/v1")
        check(self.area, method, path, query, content, headers)
        request = self._http.build_request(
            method, target, headers=httpx.Headers(headers, encoding="latin-1"), content=content
        )
        if key is None:
            del request.headers["x-api-key"]
        elif key != OWN_KEY:
            request.headers["x-api-key"] = key
        response, failure, _elapsed = self._noted(
            request, path, _json(content), str(request.url), len(content or b""), own=key == OWN_KEY
        )
        return response, failure

    def _exchange(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        params: Mapping[str, Any] | None,
        file: tuple[str, IO[bytes], str] | None,
        size: int,
    ) -> tuple[httpx.Response | None, str | None, float]:
        plain, _, query = path.partition("?")
        files = None if file is None else {"file": file}
        request = self._http.build_request(method, f"/api/v1{path}", json=body, params=params, files=files)
        check(self.area, method, plain, f"{query}&{request.url.query.decode()}", body)
        named = body if file is None else {"name": file[0]}
        return self._noted(request, plain, named, f"{self.base}/api/v1{path}", size)

    def _noted(
        self, request: httpx.Request, path: str, named: Any, url: str, size: int, *, own: bool = True
    ) -> tuple[httpx.Response | None, str | None, float]:
        """Send with a note in the ledger: of what is about to be created before, of what came of it after."""
        if self.ledger is None or request.method not in ("POST", "DELETE") or reads(request.method, path):
            return self._sent(request, url, size)
        try:
            serial = self.ledger.intend(path, named) if request.method == "POST" else None
        except LedgerError as error:
            return None, f"not sent: {error}", 0.0
        response, failure, elapsed = self._sent(request, url, size)
        # What cannot be noted after stands as an intent without an outcome, which a sweep looks after.
        with contextlib.suppress(LedgerError):
            if serial is not None:
                status = None if response is None else response.status_code
                self.ledger.outcome(serial, path, status, None if response is None else parsed(response))
            elif own and response is not None and response.is_success:
                self.ledger.gone(path)
        return response, failure, elapsed

    def _sent(self, request: httpx.Request, url: str, size: int) -> tuple[httpx.Response | None, str | None, float]:
        """Send a contained request and record it under ``url``; the response or why there is none, and the seconds."""
        if request.url.copy_with(raw_path=b"/") != self._http.base_url.copy_with(raw_path=b"/"):
            raise NotContainedError(f"{request.method} {request.url} is of another deployment; not sent")
        trace = os.urandom(16).hex()
        request.headers["traceparent"] = f"00-{trace}-{os.urandom(8).hex()}-01"
        started = time.monotonic()
        response, failure = None, None
        try:
            response = self._http.send(request)
        except httpx.HTTPError as error:
            failure = f"{type(error).__name__}: {error}".replace(self.token, "[key]")
        elapsed = time.monotonic() - started
        if response is not None and response.is_success and _is_json(response):
            self.area.learn(request.method, request.url.path.removeprefix("/api/v1"), response.text)
        self.requests += 1
        self.waited_s += elapsed
        status = response.status_code if response is not None else None
        self.tally.add(request.method, request.url.path, status, elapsed)
        headers, shown = self._headers(response), self._shown(response)
        self.exchanges.append(Exchange(request.method, url, status, elapsed, size, trace, headers, shown, failure))
        return response, failure, elapsed

    def _headers(self, response: httpx.Response | None) -> dict[str, str]:
        """The headers of a response as a report may show them: no key, no cookie."""
        shown = response.headers.items() if response is not None else ()
        return {
            name: "[cookie]" if name == "set-cookie" else value.replace(self.token, "[key]")[:_SHOWN_HEADER]
            for name, value in shown
        }

    def _shown(self, response: httpx.Response | None) -> str:
        if response is None or not response.headers.get("content-type", "").startswith(("application/json", "text/")):
            return ""
        return response.text.replace(self.token, "[key]")[:_SHOWN_BODY]


def _is_json(response: httpx.Response) -> bool:
    return str(response.headers.get("content-type", "")).startswith("application/json")


def parsed(response: httpx.Response) -> Any:
    """The body as JSON, or as text where it is none."""
    try:
        return response.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        return response.text


def _json(content: bytes | None) -> Any:
    try:
        return json.loads(content or b"null")
    except ValueError:
        return None


def curl(method: str, url: str, file_name: str | None = None) -> str:
    """The request as a command to paste; the key stays in ``$GETI_TOKEN``."""
    part = f" -F {shlex.quote(f'file=@{file_name}')}" if file_name else ""
    return f'curl -sS -X {method} -H "x-api-key: $GETI_TOKEN"{part} {shlex.quote(url)}'
