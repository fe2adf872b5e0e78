"""The client asks again where an answer contradicts what the run did a moment ago, and only there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from typing import ClassVar

import pytest

from contract.observations import Answer
from deployment.client import Client
from deployment.settling import Settling
from tests.support.servers import QuietHandler, serving

ROOT = "/organizations/o/workspaces/w"
MADE, UNKNOWN = "a" * 24, "b" * 24
PROJECT = f"{ROOT}/projects/{MADE}"


class Behind(QuietHandler):
    """Makes one project; the next answers about it are those of a host which is behind."""

    behind: ClassVar[int] = 0
    exists: ClassVar[bool] = False
    asked: ClassVar[list[str]] = []

    def answer(self) -> None:
        cls = type(self)
        self.body()
        self.asked.append(self.command)
        created = self.command == "POST" and self.path.endswith("/projects")
        if created or self.command == "DELETE":
            cls.exists = created
            status = 201 if created else 200
        else:
            cls.behind -= 1
            status = 200 if cls.exists is not (cls.behind >= 0) and MADE in self.path else 404
        self.reply(status, {"content-type": "application/json"}, json.dumps({"id": MADE}).encode())


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    for name, value in (("behind", 0), ("exists", False), ("asked", [])):
        monkeypatch.setattr(Behind, name, value)
    with serving(Behind) as url, closing(Client(url, "key", "run", created={MADE, UNKNOWN})) as client:
        client.area.root = ROOT
        client.settling = Settling(60, pause=lambda _seconds: None)
        yield client


def lagging(client: Client, method: str, path: str, behind: int = 2) -> Answer:
    Behind.behind = behind
    Behind.asked.clear()
    return client.send(method, path, {} if method == "POST" else None)


@pytest.mark.parametrize(("method", "path"), [("GET", PROJECT), ("POST", f"{PROJECT}/datasets"), ("PUT", PROJECT)])
def test_a_404_on_what_was_made_a_moment_ago_is_asked_again(client: Client, method: str, path: str) -> None:
    assert client.send("POST", f"{ROOT}/projects", {}).accepted
    assert lagging(client, method, path).accepted
    assert Behind.asked == [method] * 3
    assert client.settling.longest_s > 0


def test_what_was_deleted_a_moment_ago_is_asked_for_again_until_it_is_gone(client: Client) -> None:
    client.send("POST", f"{ROOT}/projects", {})
    assert client.send("DELETE", PROJECT).accepted
    assert lagging(client, "GET", PROJECT).status == 404
    assert Behind.asked == ["GET"] * 3


def test_what_would_change_what_was_deleted_is_not_sent_again(client: Client) -> None:
    client.send("POST", f"{ROOT}/projects", {})
    client.send("DELETE", PROJECT)
    assert lagging(client, "POST", f"{PROJECT}/datasets").accepted
    assert Behind.asked == ["POST"]


def test_a_404_on_what_nobody_named_is_one(client: Client) -> None:
    client.send("POST", f"{ROOT}/projects", {})
    assert lagging(client, "GET", f"{ROOT}/projects/{UNKNOWN}").status == 404
    assert Behind.asked == ["GET"]


def test_without_settling_each_answer_is_taken_as_it_is(client: Client) -> None:
    client.settling = Settling(0)
    client.send("POST", f"{ROOT}/projects", {})
    assert lagging(client, "GET", PROJECT).status == 404
