"""A body that is refused before it was read: the answer counts where it can be read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from contract import operations as api
from contract.observations import Answer
from deployment.client import Client
from generators.sized_archives import sized_archive
from generators.streamed import streamed_file
from tests.support.servers import QuietHandler, Server

SIZE = 50_000_000
REFUSAL = {"error_code": "payload_too_large", "message": "too large", "http_status": 413}


class Refusing(QuietHandler):
    """Answers to the head of a request, reads no more of it, and closes the connection."""

    def answer(self) -> None:
        body = json.dumps(REFUSAL).encode()
        self.send_response(413)
        for name, value in (("content-type", "application/json"), ("content-length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True


class Resetting(QuietHandler):
    """Closes the connection without a word."""

    def answer(self) -> None:
        self.close_connection = True


@pytest.fixture
def uploaded() -> Iterator[Callable[[type[QuietHandler]], Answer]]:
    servers: list[Server] = []

    def upload(kind: type[QuietHandler]) -> Answer:
        servers.append(Server(kind))
        client = Client(base=servers[-1].url, token="key", run_id="0123abcd")
        client.area.root = "/organizations/1/workspaces/1"
        archive = streamed_file(lambda: sized_archive(SIZE), SIZE)
        answer = client.call(api.UPLOAD_ARCHIVE, file=("a.zip", archive, "application/zip"), size=SIZE)
        client.close()
        return answer

    yield upload
    for server in servers:
        server.stop()


def test_a_refusal_that_comes_before_the_body_was_read_is_the_answer(uploaded) -> None:
    answer = uploaded(Refusing)
    assert (answer.status, answer.error_code) == (413, "payload_too_large")


def test_a_connection_that_is_closed_without_an_answer_is_no_answer(uploaded) -> None:
    answer = uploaded(Resetting)
    assert answer.status is None
    assert not answer.unsent
