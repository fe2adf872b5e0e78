"""What the network does to a request is told apart from what a deployment does."""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from contract.observations import documented_error
from contract.openapi import Operation
from deployment import embedded
from deployment.budget import Budget
from deployment.client import Client
from deployment.discovery import Discovery, discover
from deployment.errors import SetupError
from deployment.media import create_dataset, created_or_found
from deployment.transient_failures import retry_after
from judges.rest.sender import Sender
from tests.support.chaos_proxy import FAULTS, ChaosProxy

NAME = "geti-contract-0123abcd"


@pytest.fixture(scope="module")
def deployment() -> Iterator[embedded.Embedded]:
    running = embedded.start("cloud")
    yield running
    running.stop()


@pytest.fixture
def proxy(deployment: embedded.Embedded) -> Iterator[ChaosProxy]:
    made = ChaosProxy(deployment.url, hang_s=0.4)
    yield made
    made.stop()


@pytest.fixture
def client(deployment: embedded.Embedded, proxy: ChaosProxy) -> Iterator[Client]:
    made = Client(proxy.url, deployment.token, "0123abcd", timeout=0.3)
    yield made
    made.close()


@pytest.fixture
def found(client: Client) -> Discovery:
    return discover(client)


class Once:
    """One fault, for the first request that a test asks to be hit."""

    def __init__(self, fault: str, method: str, times: int = 1) -> None:
        self.fault, self.method, self.left = fault, method, times

    def __call__(self, method: str, _path: str) -> str | None:
        if method != self.method or self.left <= 0:
            return None
        self.left -= 1
        return self.fault


@pytest.mark.parametrize("fault", FAULTS)
def test_a_read_is_asked_for_again_whatever_befalls_it(
    client: Client, found: Discovery, proxy: ChaosProxy, fault: str
) -> None:
    before = client.requests
    proxy.choose = Once(fault, "GET")
    assert client.send("GET", f"{found.root}/projects").accepted
    assert client.requests == before + 2
    assert client.transient_failures.count == 0


@pytest.mark.parametrize("fault", ["reset-after", "cut", "504-after", "garbage"])
def test_what_creates_is_never_repeated_blindly_and_is_looked_for(
    client: Client, found: Discovery, proxy: ChaosProxy, fault: str
) -> None:
    proxy.choose = Once(fault, "POST")
    body = {"name": f"{NAME}-{fault}", "pipeline": {}}
    answer = client.send("POST", f"{found.root}/projects", body)
    assert not answer.accepted
    assert proxy.injected.total() == 1
    assert client.transient_failures.count == 1
    proxy.choose = Once(fault, "POST")
    dataset = create_dataset(client, found, f"{NAME}-{fault}")
    names = client.send("GET", f"{found.root}/projects_names").body["projects"]
    assert [each["name"] for each in names].count(f"{NAME}-{fault}") == 1
    assert client.send("DELETE", dataset.project_path).accepted


def test_what_never_arrived_is_created_after_all(client: Client, found: Discovery, proxy: ChaosProxy) -> None:
    proxy.choose = Once("reset-before", "POST")
    dataset = create_dataset(client, found, f"{NAME}-again")
    assert client.send("DELETE", dataset.project_path).accepted


def test_a_deletion_whose_answer_was_lost_says_neither_yes_nor_no(
    client: Client, found: Discovery, proxy: ChaosProxy
) -> None:
    dataset = create_dataset(client, found, f"{NAME}-lost")
    proxy.choose = Once("reset-after", "DELETE")
    answer = client.send("DELETE", dataset.project_path)
    assert answer.status is None
    assert "gone" in answer.words
    assert client.transient_failures.count == 1


def test_a_deletion_whose_answer_was_lost_is_not_asked_for_again_by_the_rest_rules(
    client: Client, found: Discovery, proxy: ChaosProxy
) -> None:
    dataset = create_dataset(client, found, NAME)
    operation = Operation("DELETE", "/organizations/{o}/workspaces/{w}/projects/{p}", "/api/v1", "delete_project", {})
    proxy.choose = Once("reset-after", "DELETE")
    sent = Sender(client, {}).send(operation, f"/api/v1{dataset.project_path}")
    assert sent.answer.status is None
    assert not sent.answer.recurred


def test_a_refusal_that_was_cut_short_is_noted_as_a_transient_failure(
    client: Client, found: Discovery, proxy: ChaosProxy
) -> None:
    proxy.choose = Once("cut-without-length", "POST")
    before = client.transient_failures.count
    answer = client.send("POST", f"{found.root}/projects", {"name": NAME})
    assert answer.status == 400
    assert documented_error(answer) is not None
    assert client.transient_failures.count == before + 1
    assert documented_error(client.send("POST", f"{found.root}/projects", {"name": NAME})) is None
    assert client.transient_failures.count == before + 1


def test_429_is_obeyed_for_whatever_is_asked(client: Client, found: Discovery, proxy: ChaosProxy) -> None:
    proxy.choose = Once("429-retry-after", "POST")
    began = time.monotonic()
    dataset = create_dataset(client, found, f"{NAME}-patient")
    assert time.monotonic() - began >= 1.0
    proxy.choose = None
    assert client.send("DELETE", dataset.project_path).accepted


def test_a_deployment_that_is_away_is_not_answered_for_and_comes_back(
    client: Client, found: Discovery, proxy: ChaosProxy
) -> None:
    proxy.go_away()
    answer = client.send("GET", f"{found.root}/projects")
    assert answer.status is None
    assert client.key_opens() is None
    proxy.listen()
    assert client.key_opens() is True


def test_a_key_that_has_expired_is_told_from_a_deployment_that_is_away(
    client: Client, found: Discovery, proxy: ChaosProxy
) -> None:
    proxy.expired = True
    assert client.key_opens() is False


def test_a_name_that_does_not_resolve_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    client = Client("https://geti.invalid", "key", "0123abcd")
    with pytest.raises(SetupError, match="host name is unknown"):
        discover(client)
    client.close()


def test_a_handshake_that_fails_is_no_answer() -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def hang_up() -> None:
        while True:
            try:
                listener.accept()[0].close()
            except OSError:
                return

    thread = threading.Thread(target=hang_up, daemon=True)
    thread.start()
    client = Client(f"https://127.0.0.1:{listener.getsockname()[1]}", "key", "0123abcd")
    answer = client.send("GET", "/x")
    assert (answer.status, client.transient_failures.count) == (None, 1)
    client.close()
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


@pytest.mark.parametrize(
    ("asked", "seconds"), [("3", 3.0), ("99999", 30.0), ("0", 0.0), ("soon", None), ("", None), ("-1", None)]
)
def test_retry_after_is_bounded(asked: str, seconds: float | None) -> None:
    assert retry_after(httpx.Response(429, headers={"retry-after": asked})) == seconds


def test_a_date_to_retry_after_is_taken_by_the_clock_of_the_deployment() -> None:
    theirs = datetime(2001, 1, 1, tzinfo=UTC)
    headers = {"date": format_datetime(theirs), "retry-after": format_datetime(theirs + timedelta(seconds=7))}
    assert retry_after(httpx.Response(503, headers=headers)) == 7.0


def test_a_budget_stops_everything_but_the_deletions_at_the_end(
    deployment: embedded.Embedded, proxy: ChaosProxy
) -> None:
    client = Client(proxy.url, deployment.token, "0123abcd", budget=Budget(requests=4))
    found = discover(client)
    dataset = create_dataset(client, found, f"{NAME}-budget")
    answer = client.send("GET", f"{found.root}/projects")
    assert answer.unsent
    assert "budget spent: 4 requests" in answer.words
    client.budget.closing = True
    assert client.send("DELETE", dataset.project_path).accepted
    assert len(proxy.seen) == client.requests == 5
    client.close()


def test_a_budget_of_bytes_counts_both_ways(deployment: embedded.Embedded) -> None:
    client = Client(deployment.url, deployment.token, "0123abcd", budget=Budget(size=3000))
    found = discover(client)
    dataset = create_dataset(client, found, f"{NAME}-bytes")
    assert dataset.upload("images", "1.png", io.BytesIO(bytes(5000)), "image/png", 5000).unsent
    assert "bytes" in client.budget.stopped
    client.budget.closing = True
    assert client.send("DELETE", dataset.project_path).accepted
    client.close()


def test_the_rate_holds_across_threads() -> None:
    budget, times = Budget(rate=40), list[float]()

    def ask() -> None:
        for _ in range(10):
            budget.admit(0)
            times.append(time.monotonic())

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # 40 a second, 4 at a time: the 40th may go out 0.9 s after the first at the earliest.
    assert max(times) - min(times) >= 0.85


def test_every_request_says_who_asks_and_why(client: Client, found: Discovery, proxy: ChaosProxy) -> None:
    _method, _path, headers = proxy.seen[-1]
    assert headers["user-agent"].startswith("geti-contract/")
    assert headers["x-geti-contract-run"] == "0123abcd"
    assert headers["traceparent"].split("-")[1] == client.exchanges[-1].trace_id
    traces = [each["traceparent"] for _, _, each in proxy.seen]
    assert len(set(traces)) == len(traces)


def test_a_creation_that_is_answered_is_answered_once(client: Client, found: Discovery) -> None:
    answer = created_or_found(client, found.root, {"name": "", "pipeline": {}})
    assert answer.status == 400
