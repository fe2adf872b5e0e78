"""What the network does to a request is told apart from what a deployment does; a budget bounds what is sent."""

from __future__ import annotations

import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from deployment.budget import Budget
from deployment.client import Client
from deployment.discovery import discover
from deployment.errors import SetupError
from deployment.transient_failures import retry_after


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
    assert (answer.status, client.counters.failures) == (None, 1)
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
