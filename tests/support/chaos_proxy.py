"""A proxy on loopback before a deployment: the way to it, and everything that can happen there."""

from __future__ import annotations

import contextlib
import json
import random
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

_HOPS = {"connection", "transfer-encoding", "content-length", "host", "content-encoding", "date", "server"}
# What may befall one request: before it arrives, or after it was done and on the way back.
FAULTS = (
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
Chooser = Callable[[str, str], str | None]


def at_random(seed: int, share: float, faults: tuple[str, ...] = FAULTS) -> Chooser:
    """Each request meets a fault with the probability ``share``; the same seed draws the same sequence."""
    draw, lock = random.Random(seed), threading.Lock()

    def choose(_method: str, _path: str) -> str | None:
        with lock:
            return draw.choice(faults) if draw.random() < share else None

    return choose


@dataclass
class ChaosProxy:
    """Forwards to ``target``; ``choose`` names the fault that a request (method, path) meets, or None.

    ``injected`` counts the faults by name. ``hang_s`` is how long a hanging answer hangs. ``expired`` answers every
    request with 401 once it is set, as a deployment does whose key has run out.
    """

    target: str
    choose: Chooser | None = None
    hang_s: float = 1.5
    expired: bool = False
    injected: Counter[str] = field(default_factory=Counter)
    connections: list[socket.socket] = field(default_factory=list)
    seen: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.target, timeout=60)
        self.port = 0
        self.listen()
        self.url = f"http://127.0.0.1:{self.port}"

    def listen(self) -> None:
        """Take connections; after ``go_away``, at the same port as before."""
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one(self) -> None:
                proxy.handle(self)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = handle_one  # noqa: N815

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, *_: Any) -> None:
                pass

            def finish_request(self, request: Any, address: Any) -> None:
                proxy.connections.append(request)
                super().finish_request(request, address)

        self.server = Server(("127.0.0.1", self.port), Handler)
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def go_away(self) -> None:
        """Refuse connections from now on, and end those that are open."""
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        for connection in self.connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.connections.clear()

    def stop(self) -> None:
        self.go_away()
        self.http.close()

    def handle(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in handler.headers.items() if name.lower() not in _HOPS}
        self.seen.append((handler.command, handler.path, headers))
        if self.expired:
            told = {"error_code": "unauthorized", "message": "The key has expired.", "http_status": 401}
            return _answer(handler, 401, {"content-type": "application/json"}, json.dumps(told).encode())
        fault = self.choose(handler.command, handler.path) if self.choose else None
        if fault is not None:
            self.injected[fault] += 1
        if fault in ("429", "429-retry-after", "502", "503", "504"):
            extra = {"retry-after": "1"} if fault == "429-retry-after" else {}
            return _answer(handler, int(fault[:3]), {"content-type": "text/html", **extra}, b"<h1>Bad luck</h1>")
        if fault == "timeout-before":
            time.sleep(self.hang_s)
        if fault in ("reset-before", "timeout-before"):
            return _reset(handler)
        got = self.http.request(handler.command, handler.path, headers=headers, content=body)
        if fault == "timeout-after":
            time.sleep(self.hang_s)
        if fault in ("reset-after", "timeout-after"):
            return _reset(handler)
        if fault in ("503-after", "504-after"):
            return _answer(handler, int(fault[:3]), {"content-type": "text/plain"}, b"upstream is away")
        if fault == "closed":
            handler.close_connection = True
            return None
        if fault == "garbage":
            handler.wfile.write(b"\x00\x01 no HTTP at all\r\n\r\n")
            handler.close_connection = True
            return None
        kept = {name: value for name, value in got.headers.items() if name not in _HOPS}
        return _answer(handler, got.status_code, kept, got.content, fault)


def _answer(
    handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes, fault: str | None = None
) -> None:
    cut = fault in ("cut", "cut-without-length") and len(body) > 1
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    if fault == "cut-without-length":
        handler.send_header("connection", "close")
    elif status != 204:
        handler.send_header("content-length", str(len(body)))
    handler.end_headers()
    if handler.command != "HEAD":
        handler.wfile.write(body[: len(body) // 2] if cut else body)
    if cut or fault == "cut-without-length":
        handler.close_connection = True


def _reset(handler: BaseHTTPRequestHandler) -> None:
    """End the connection with RST, as a crashed router does."""
    handler.close_connection = True
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.wfile.close()
    handler.connection.close()
