"""A proxy on loopback before a deployment: it breaks the network on the way, or the answers of the deployment."""

from __future__ import annotations

import contextlib
import json
import random
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from tests.support.servers import QuietHandler, Server

_HOPS = {"connection", "transfer-encoding", "content-length", "host", "content-encoding", "date", "server"}
# What the network can do to one request: before it arrives, or after it was done and on the way back.
NETWORK_FAULTS = (
    "reset-before",
    "reset-after",
    "timeout-before",
    "timeout-after",
    "429",
    "429-retry-after",
    "502",
    "503",
    "504",
    "503-after",
    "504-after",
    "cut",
    "cut-without-length",
    "garbage",
    "closed",
)


@dataclass(frozen=True)
class Request:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes
    protocol: str = "HTTP/1.1"

    def changed(self, **fields: Any) -> Reply:
        return replace(self, body=json.dumps(json.loads(self.body) | fields).encode())

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def json(self) -> Any:
        """The body as JSON; None where it is something else."""
        return json.loads(self.body) if self.headers.get("content-type", "").startswith("application/json") else None


def json_reply(status: int, body: Any) -> Reply:
    return Reply(status, {"content-type": "application/json"}, json.dumps(body).encode())


def error_reply(status: int, error_code: str = "no", message: str = "no") -> Reply:
    """A refusal with the documented error body."""
    return json_reply(status, {"error_code": error_code, "message": message, "http_status": status})


Answering = Callable[[Request, "Proxy"], Reply]
Forward = Callable[[Request], Reply]
# What surrounds a request: it may change the request, forward it, and change the answer.
Behaviour = Callable[[Request, Forward], Reply]
Choosing = Callable[[Request], str | None]


def at_random(seed: int, share: float) -> Choosing:
    """Each request meets a fault with the probability ``share``; the same seed draws the same sequence."""
    return with_shares(seed, dict.fromkeys(NETWORK_FAULTS, share / len(NETWORK_FAULTS)))


def with_shares(seed: int, shares: Mapping[str, float]) -> Choosing:
    """Each request meets each fault with its own probability; the same seed draws the same sequence."""
    draw, lock = random.Random(seed), threading.Lock()
    faults, weights = [*shares, None], [*shares.values(), 1 - sum(shares.values())]

    def choose(_request: Request) -> str | None:
        with lock:
            return draw.choices(faults, weights)[0]

    return choose


def once(fault: str, method: str) -> Choosing:
    """One fault, for the first request with this method."""
    faults = [fault]
    return lambda request: faults.pop() if faults and request.method == method else None


@dataclass
class Proxy:
    """Forwards to ``target``.

    ``answer`` answers in place of the deployment; ``behaviours`` surround it, the last one outside of all;
    ``network_fault`` names the fault that a request meets, or None, and ``injected`` counts them. ``seen`` are the
    requests that came, where it ``remembers`` them: a whole gate sends gigabytes. ``errors`` are its own.
    """

    target: str
    answer: Answering | None = None
    network_fault: Choosing | None = None
    behaviours: Sequence[Behaviour] = ()
    remembers: bool = True
    injected: Counter[str] = field(default_factory=Counter)
    seen: list[Request] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        # The deployment ends connections that were idle for five seconds: one of them must not be used again.
        self.http = httpx.Client(base_url=self.target, timeout=60, limits=httpx.Limits(keepalive_expiry=2))
        self.port = 0
        self.listen()
        self.url = self.server.url

    def listen(self) -> None:
        """Take connections; after ``go_away``, at the same port as before."""

        class Handler(QuietHandler):
            def answer(handler) -> None:  # noqa: N805  the proxy is self
                self._handle(handler)

        self.server = Server(Handler, self.port)
        self.port = self.server.server_port

    def go_away(self) -> None:
        """Refuse connections from now on, and end those that are open."""
        self.server.stop()

    def stop(self) -> None:
        self.go_away()
        self.http.close()

    def forward(self, request: Request) -> Reply:
        """What the deployment answers."""
        got = self.http.request(request.method, request.target, headers=request.headers, content=request.body)
        return Reply(got.status_code, {k: v for k, v in got.headers.items() if k not in _HOPS}, got.content)

    def _handle(self, handler: QuietHandler) -> None:
        headers = {name.lower(): value for name, value in handler.headers.items() if name.lower() not in _HOPS}
        request = Request(handler.command, handler.path, headers, handler.body())
        if self.remembers:
            self.seen.append(request)
        fault = self.network_fault(request) if self.network_fault else None
        if fault is not None:
            self.injected[fault] += 1
        if fault in ("429", "429-retry-after", "502", "503", "504"):
            extra = {"retry-after": "1"} if fault == "429-retry-after" else {}
            return handler.reply(int(fault[:3]), {"content-type": "text/html", **extra}, b"<h1>Bad luck</h1>")
        if fault == "timeout-before":
            _wait_for_the_end_of(handler)
        if fault in ("reset-before", "timeout-before"):
            return _reset(handler)
        reply = self._answered(request)
        if fault == "timeout-after":
            _wait_for_the_end_of(handler)
        if fault in ("reset-after", "timeout-after"):
            return _reset(handler)
        if fault in ("503-after", "504-after"):
            return handler.reply(int(fault[:3]), {"content-type": "text/plain"}, b"upstream is away")
        handler.close_connection |= fault in ("closed", "garbage", "cut", "cut-without-length")
        if fault in ("cut", "cut-without-length"):
            return _cut(handler, reply, with_length=fault == "cut")
        if fault == "garbage":
            handler.wfile.write(b"\x00\x01 no HTTP at all\r\n\r\n")
        if fault in ("garbage", "closed"):
            return None
        if reply.protocol != handler.protocol_version:
            handler.protocol_version, handler.close_connection = reply.protocol, True
        return handler.reply(reply.status, reply.headers, reply.body)

    def _answered(self, request: Request) -> Reply:
        answer = self.answer
        forward = self.forward if answer is None else lambda asked: answer(asked, self)
        for behaviour in self.behaviours:
            forward = _surrounded(behaviour, forward)
        try:
            return forward(request)
        except Exception as error:
            self.errors.append(f"{request.method} {request.target}: {error!r}")
            raise


def _surrounded(behaviour: Behaviour, forward: Forward) -> Forward:
    return lambda request: behaviour(request, forward)


def _cut(handler: QuietHandler, reply: Reply, *, with_length: bool) -> None:
    """The first half of an answer."""
    handler.send_response(reply.status)
    length = {"content-length": str(len(reply.body))} if with_length else {"connection": "close"}
    for name, value in (reply.headers | length).items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(reply.body[: len(reply.body) // 2 if len(reply.body) > 1 else None])


def _wait_for_the_end_of(handler: QuietHandler) -> None:
    """Return once the client has waited long enough and ended its connection."""
    with contextlib.suppress(OSError):
        handler.connection.recv(1)


def _reset(handler: QuietHandler) -> None:
    """End the connection with RST, as a crashed router does."""
    handler.close_connection = True
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.wfile.close()
    handler.connection.close()
