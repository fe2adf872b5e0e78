"""What the network does to a request is told apart from what a deployment does."""

from __future__ import annotations

import io
import time

import pytest

from contract.observations import LOST_DELETION, documented_error
from contract.openapi import Operation
from deployment.budget import Budget
from deployment.client import Client
from deployment.discovery import Discovery, discover
from deployment.media import create_dataset, created_or_found
from judges.rest.sender import Sender
from tests.support.deployments import Deployment
from tests.support.proxy import NETWORK_FAULTS, Proxy, error_reply, once

NAME = "geti-contract-0123abcd"


@pytest.fixture
def proxy(deployment: Deployment, start_proxy) -> Proxy:
    return start_proxy(deployment)


@pytest.fixture
def client(deployment: Deployment, proxy: Proxy, request: pytest.FixtureRequest) -> Client:
    """Waits long, but where a test is about an answer that never comes."""
    return deployment.connect("0123abcd", proxy.url, timeout=5 if "timeout" in request.node.name else 60)


@pytest.fixture
def found(client: Client) -> Discovery:
    return discover(client)


@pytest.mark.parametrize("fault", NETWORK_FAULTS)
def test_a_read_is_sent_again_after_every_network_fault(
    client: Client, found: Discovery, proxy: Proxy, fault: str
) -> None:
    before = client.traffic.requests
    proxy.network_fault = once(fault, "GET")
    assert client.send("GET", f"{found.root}/projects").accepted
    assert client.traffic.requests == before + 2
    assert client.counters.failures == 0


@pytest.mark.parametrize("fault", ["reset-after", "cut", "504-after", "garbage"])
def test_a_creation_without_an_answer_is_looked_for_and_not_sent_again(
    client: Client, found: Discovery, proxy: Proxy, fault: str
) -> None:
    proxy.network_fault = once(fault, "POST")
    body = {"name": f"{NAME}-{fault}", "pipeline": {}}
    answer = client.send("POST", f"{found.root}/projects", body)
    assert not answer.accepted
    assert proxy.injected.total() == 1
    assert client.counters.failures == 1
    proxy.network_fault = once(fault, "POST")
    dataset = create_dataset(client, found, f"{NAME}-{fault}")
    names = client.send("GET", f"{found.root}/projects_names").body["projects"]
    assert [each["name"] for each in names].count(f"{NAME}-{fault}") == 1
    assert client.send("DELETE", dataset.project_path).accepted


def test_a_creation_that_never_arrived_is_sent_again(client: Client, found: Discovery, proxy: Proxy) -> None:
    proxy.network_fault = once("reset-before", "POST")
    dataset = create_dataset(client, found, f"{NAME}-again")
    assert client.send("DELETE", dataset.project_path).accepted


def test_a_deletion_without_an_answer_is_neither_accepted_nor_refused(
    client: Client, found: Discovery, proxy: Proxy
) -> None:
    dataset = create_dataset(client, found, f"{NAME}-lost")
    proxy.network_fault = once("reset-after", "DELETE")
    answer = client.send("DELETE", dataset.project_path)
    assert answer.status is None
    assert "gone" in answer.words
    assert client.counters.failures == 1


def test_a_deletion_without_an_answer_is_not_sent_again_by_the_rest_rules(
    client: Client, found: Discovery, proxy: Proxy
) -> None:
    dataset = create_dataset(client, found, NAME)
    operation = Operation("DELETE", "/organizations/{o}/workspaces/{w}/projects/{p}", "/api/v1", "delete_project", {})
    proxy.network_fault = once("reset-after", "DELETE")
    sent = Sender(client, {}).send(operation, f"/api/v1{dataset.project_path}")
    assert sent.answer.failure == LOST_DELETION


def test_what_the_rest_rules_send_again_and_is_answered_is_counted_as_repeated(
    client: Client, found: Discovery, proxy: Proxy
) -> None:
    operation = Operation("POST", "/organizations/{o}/workspaces/{w}/projects", "/api/v1", "create_project", {})
    proxy.network_fault = once("reset-before", "POST")
    sent = Sender(client, {}).send(operation, f"/api/v1{found.root}/projects", {}, b"{}")
    assert sent.answer.status == 400
    assert (client.counters.failures, client.counters.repeated) == (1, 1)


def test_a_refusal_that_was_cut_short_is_noted_as_a_fault_of_the_network(
    client: Client, found: Discovery, proxy: Proxy
) -> None:
    proxy.network_fault = once("cut-without-length", "POST")
    before = client.counters.failures
    answer = client.send("POST", f"{found.root}/projects", {"name": NAME})
    assert answer.status == 400
    assert documented_error(answer) is not None
    assert client.counters.failures == before + 1
    assert documented_error(client.send("POST", f"{found.root}/projects", {"name": NAME})) is None
    assert client.counters.failures == before + 1


def test_a_creation_waits_as_long_as_429_asks_for(client: Client, found: Discovery, proxy: Proxy) -> None:
    proxy.network_fault = once("429-retry-after", "POST")
    began = time.monotonic()
    dataset = create_dataset(client, found, f"{NAME}-patient")
    assert time.monotonic() - began >= 1.0
    proxy.network_fault = None
    assert client.send("DELETE", dataset.project_path).accepted


def test_a_deployment_that_refuses_connections_gives_no_answer(client: Client, found: Discovery, proxy: Proxy) -> None:
    proxy.go_away()
    answer = client.send("GET", f"{found.root}/projects")
    assert answer.status is None
    assert client.key_opens() is None
    proxy.listen()
    assert client.key_opens() is True


def test_a_key_that_has_expired_is_told_from_a_deployment_that_is_away(
    client: Client, found: Discovery, proxy: Proxy
) -> None:
    proxy.answer = lambda _request, _proxy: error_reply(401, "unauthorized")
    assert client.key_opens() is False


def test_a_budget_stops_everything_but_the_deletions_at_the_end(deployment: Deployment, proxy: Proxy) -> None:
    client = deployment.connect("0123abcd", proxy.url, budget=Budget(requests=6))
    found = discover(client)
    dataset = create_dataset(client, found, f"{NAME}-budget")
    answer = client.send("GET", f"{found.root}/projects")
    assert answer.unsent
    assert "budget spent: 6 requests" in answer.words
    client.budget.closing = True
    assert client.send("DELETE", dataset.project_path).accepted
    assert len(proxy.seen) == client.traffic.requests == 7


def test_a_budget_of_bytes_counts_both_ways(deployment: Deployment) -> None:
    client = deployment.connect("0123abcd", budget=Budget(size=3000))
    found = discover(client)
    dataset = create_dataset(client, found, f"{NAME}-bytes")
    assert dataset.upload("images", "1.png", io.BytesIO(bytes(5000)), "image/png", 5000).unsent
    assert "bytes" in client.budget.stopped
    client.budget.closing = True
    assert client.send("DELETE", dataset.project_path).accepted


def test_every_request_says_who_asks_and_why(client: Client, found: Discovery, proxy: Proxy) -> None:
    with client.recording() as exchanges:
        client.send("GET", "/product_info")
    headers = proxy.seen[-1].headers
    assert headers["user-agent"].startswith("geti-contract/")
    assert headers["x-geti-contract-run"] == "0123abcd"
    assert headers["traceparent"].split("-")[1] == exchanges[-1].trace_id
    traces = [each.headers["traceparent"] for each in proxy.seen]
    assert len(set(traces)) == len(traces)


def test_a_refused_creation_is_not_sent_again(client: Client, found: Discovery) -> None:
    answer = created_or_found(client, found.root, {"name": "", "pipeline": {}})
    assert answer.status == 400
