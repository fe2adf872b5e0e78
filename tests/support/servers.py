"""A small HTTP server on a free loopback port, in a thread of the test."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Server(ThreadingHTTPServer):
    """Keeps the connections that clients opened, so that they can be ended; a client that goes away is no error."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, handler: Any, port: int = 0, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", port), handler)
        self.connections: list[socket.socket] = []
        self.url = f"http{'s' if context else ''}://127.0.0.1:{self.server_port}"
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        self._thread.start()

    def finish_request(self, request: Any, address: Any) -> None:
        self.connections.append(request)
        super().finish_request(request, address)

    def handle_error(self, *_: Any) -> None:
        pass

    def stop(self) -> None:
        """Refuse connections from now on, and end those that are open."""
        self.shutdown()
        self._thread.join()
        self.server_close()
        for connection in self.connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class QuietHandler(BaseHTTPRequestHandler):
    """Writes no log, and leaves every method to ``answer``."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # headers and body go out apart, and the second would wait 40 ms for an ACK

    def answer(self) -> None:
        raise NotImplementedError

    def handle_any(self) -> None:
        self.answer()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = handle_any  # noqa: N815

    def log_message(self, *_: Any) -> None:
        pass

    def body(self) -> bytes:
        """The body of the request."""
        return self.rfile.read(int(self.headers.get("content-length") or 0))

    def reply(self, status: int, headers: dict[str, str], content: bytes = b"") -> None:
        """Send a whole answer; where a header says that it comes in chunks, so it does."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        chunked = "transfer-encoding" in map(str.lower, headers)
        if status != 204 and not chunked:
            self.send_header("content-length", str(len(content)))
        self.end_headers()
        if self.command == "HEAD":
            return
        if chunked:
            halves = (content[: len(content) // 2], content[len(content) // 2 :])
            content = b"".join(b"%x\r\n%b\r\n" % (len(half), half) for half in halves if half) + b"0\r\n\r\n"
        self.wfile.write(content)


@contextmanager
def serving(handler: Any, context: ssl.SSLContext | None = None) -> Iterator[str]:
    """A server with this handler; its base URL."""
    server = Server(handler, context=context)
    try:
        yield server.url
    finally:
        server.stop()
