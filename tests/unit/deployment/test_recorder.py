"""What is recorded of an exchange: the request byte for byte, and no key."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from deployment.recorder import Recorder
from deployment.redaction import Redactor
from judges.rest.written_keys import altered_keys, keys_elsewhere
from reports.finding.script import sending

TOKEN = "geti_pat_" + "aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789"


def recorder() -> Recorder:
    return Recorder(TOKEN, Redactor([TOKEN, "other-key-of-somebody"]), {"foreign_key": "other-key-of-somebody"})


def recorded(request: httpx.Request) -> Recorder:
    made = recorder()
    response = httpx.Response(200, json={"you sent": TOKEN}, request=request)
    made.record(request, response, trace_id="t", started_s=1.0, elapsed_s=0.1, failure=None)
    return made


@pytest.mark.parametrize("key", altered_keys(TOKEN), ids=lambda key: key.words)
def test_an_altered_key_is_recorded_by_its_place_and_sent_as_it_was(key) -> None:
    request = httpx.Request("GET", "http://x/api/v1/y", headers={"x-api-key": key.value})
    (exchange,) = recorded(request).exchanges
    assert exchange.key is not None
    deployment = object.__new__(sending.Deployment)
    deployment.values = {"key": TOKEN}
    assert deployment.filled(exchange.key) == key.value


def test_a_key_in_another_place_is_named() -> None:
    for key in keys_elsewhere(TOKEN, {}):
        request = httpx.Request("GET", f"http://x/api/v1/y?{key.query}", headers=dict(key.headers))
        (exchange,) = recorded(request).exchanges
        assert exchange.key is None
        assert TOKEN not in repr(exchange)
        assert "${key}" in repr(exchange)


def test_another_key_is_named_and_no_answer_shows_one() -> None:
    request = httpx.Request("POST", "http://x/y", headers={"x-api-key": "other-key-of-somebody"}, content=b"abc")
    (exchange,) = recorded(request).exchanges
    assert exchange.key == "${foreign_key}"
    assert exchange.text == '{"you sent":"[key]"}'
    assert exchange.body.data == b"abc"


def test_a_form_is_recorded_whole_after_it_was_sent() -> None:
    request = httpx.Request("POST", "http://x/y", files={"file": ("a.png", b"bytes", "image/png")})
    assert list(request.stream)  # type: ignore[arg-type]
    (exchange,) = recorded(request).exchanges
    assert b"\r\n\r\nbytes\r\n" in (exchange.body.data or b"")


def test_a_body_of_gigabytes_is_not_read_again_to_be_recorded() -> None:
    def body() -> Iterator[bytes]:
        raise AssertionError("it was read")
        yield b""

    request = httpx.Request("POST", "http://x/api/v1/y", headers={"content-length": str(10**10)}, content=body())
    made = recorded(request)
    assert not made.whole
    assert made.exchanges == []
