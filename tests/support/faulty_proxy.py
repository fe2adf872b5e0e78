"""A proxy on loopback before a deployment that keeps the contract, which breaks it in one named way."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

HOPS = {"connection", "transfer-encoding", "content-length", "host", "content-encoding", "date", "server"}


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

    def changed(self, **fields: Any) -> Reply:
        return replace(self, body=json.dumps(json.loads(self.body) | fields).encode())

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


def reply(status: int, body: Any) -> Reply:
    return Reply(status, {"content-type": "application/json"}, json.dumps(body).encode())


Fault = Callable[[Request, "FaultyProxy"], Reply]


@dataclass
class FaultyProxy:
    """Forwards to ``target`` through ``fault``; ``key`` is a valid key of the deployment."""

    target: str
    key: str
    fault: Fault | None = None
    owners: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        proxy = self
        self.http = httpx.Client(base_url=self.target, timeout=30)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items() if name.lower() not in HOPS}
                request = Request(self.command, self.path, headers, body)
                answer = proxy.fault(request, proxy) if proxy.fault else proxy.forward(request)
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    if name.lower() not in HOPS:
                        self.send_header(name, value)
                self.send_header("content-length", str(len(answer.body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer.body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = handle_one  # noqa: N815

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def forward(self, request: Request) -> Reply:
        answer = self.http.request(request.method, request.target, headers=request.headers, content=request.body)
        found = re.search(r"/projects/([0-9a-f]{24})/datasets/([0-9a-f]{24})", request.target)
        if found and answer.is_success:
            self.owners[found[2]] = found[1]
        return Reply(answer.status_code, dict(answer.headers), answer.content)

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        self.http.close()
