"""What requests are sent for is counted, whoever nests which purpose."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
import pytest

from contract import operations as api
from contract.purposes import Purpose, added_up, foremost
from deployment.client import Client
from deployment.counted import counted_as


@dataclass(frozen=True, slots=True)
class Reader:
    """Something that reads by a client."""

    client: Client

    @counted_as(Purpose.STATE)
    def read(self) -> None:
        """Send one request."""
        self.client.send(*api.READ_ORGANIZATION.at(""))


@pytest.fixture
def client() -> Client:
    made = Client("http://127.0.0.1:9", "key", "run")
    made.transport.http = httpx.Client(
        base_url=made.base, transport=httpx.MockTransport(lambda _request: httpx.Response(200, json={}))
    )
    return made


def test_a_request_counts_for_the_last_of_its_purposes(client: Client) -> None:
    Reader(client).read()
    client.send(*api.READ_ORGANIZATION.at(""))
    with client.purpose(Purpose.CONFIRMATION):
        Reader(client).read()
        with client.purpose(Purpose.BOUNDARY):
            Reader(client).read()
    assert client.traffic.purposes == {Purpose.STATE: 1, Purpose.PROBE: 1, Purpose.CONFIRMATION: 1, Purpose.BOUNDARY: 1}


def test_a_client_beside_has_purposes_of_its_own_and_one_count(client: Client) -> None:
    other = client.beside()
    with client.purpose(Purpose.CLEAN_UP):
        other.send(*api.READ_ORGANIZATION.at(""))
    assert client.traffic.purposes == {Purpose.PROBE: 1}


def test_counts_of_several_runs_add_up_in_one_order() -> None:
    parts = [{"state": 2, "probe": 1}, {"state": 3}]
    assert list(added_up(parts).items()) == [("probe", 1), ("state", 5)]
    assert foremost([]) is Purpose.PROBE
