"""What the client lets out, and what the set-up refuses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from contract import operations as api
from deployment.client import Client
from deployment.errors import NotContainedError, SetupError
from deployment.parsing import is_json
from deployment.target import base_url, read_token

OURS, THEIRS = "a" * 24, "b" * 24
ROOT = "/organizations/o/workspaces/w"


@pytest.mark.parametrize(
    "path",
    [
        f"{ROOT}/projects/{THEIRS}",
        f"{ROOT}/projects/{OURS}/datasets/{THEIRS}",
        f"{ROOT}/projects/{OURS}/../{THEIRS}",
        f"{ROOT}/projects/{OURS}/%62",
        f"{ROOT}//projects/{OURS}",
        f"{ROOT}",
        f"{ROOT}/projects/{THEIRS}:train",
    ],
)
@pytest.mark.parametrize("method", ["DELETE", "POST", "PUT", "PATCH"])
def test_a_request_that_touches_others_is_never_sent(method: str, path: str) -> None:
    client = Client("http://127.0.0.1:9", "key", "run", created={OURS})
    with pytest.raises(NotContainedError):
        client.send(method, path)
    assert client.traffic.requests == 0
    client.close()


@pytest.mark.parametrize(
    "url", ["geti.example", "ftp://h", "https://h/", "https://h/api/v1", "https://h?x=1", "https://u:p@h", "http://h:x"]
)
def test_a_base_url_with_more_or_less_than_a_host_is_refused(url: str) -> None:
    with pytest.raises(SetupError):
        base_url(url)


@pytest.mark.parametrize("url", ["https://geti.example", "http://127.0.0.1:80", "https://[::1]:8443"])
def test_host_names_and_addresses_are_base_urls(url: str) -> None:
    assert base_url(url) == url


def test_a_refused_token_is_not_repeated_in_the_message(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("geti_pat secret")
    with pytest.raises(SetupError) as caught:
        read_token(str(file))
    assert "secret" not in str(caught.value)


def test_a_recording_holds_the_last_requests_and_an_inner_one_s_are_its_own_too() -> None:
    client = Client("http://127.0.0.1:9", "key", "run", timeout=1)
    with client.recording(last=3) as outer:
        with client.recording() as inner, client.recording() as same:
            client.request("HEAD", "/first")
        assert list(inner) == list(same)
        assert list(inner)[-1] == list(outer)[-1]
        before = len(inner)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: client.send("GET", "/x"), range(4)))
        assert (len(outer), len(inner)) == (3, before)
    client.send("GET", "/after")
    assert {each.url for each in outer} == {"http://127.0.0.1:9/api/v1/x"}
    client.close()


def test_an_operation_is_sent_in_the_workspace_of_the_run() -> None:
    client = Client("http://127.0.0.1:9", "key", "run", created={OURS})
    client.area.root = ROOT
    assert client.path(api.TRAIN, OURS) == f"{ROOT}/projects/{OURS}:train"
    with pytest.raises(NotContainedError):
        client.call(api.DELETE_PROJECT, THEIRS)
    client.close()


@pytest.mark.parametrize("said", ["application/json", "Application/JSON; charset=UTF-8", "application/problem+json"])
def test_media_types_are_read_in_either_case(said: str) -> None:
    assert is_json(httpx.Response(200, headers={"content-type": said}))
    assert not is_json(httpx.Response(200, headers={"content-type": f"text/plain; of={said}; q=1"}))
