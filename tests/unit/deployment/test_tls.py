"""A certificate that does not fit is a set-up error with the next step, never a verdict."""

from __future__ import annotations

import http.server
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from deployment.client import Client
from deployment.discovery import discover
from deployment.errors import SetupError


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def bundle(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


@pytest.fixture
def port(authority: trustme.CA, request: pytest.FixtureRequest) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(request.param).configure_cert(context)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def refusal(port: int, ca_bundle: str | None) -> str:
    client = Client(f"https://127.0.0.1:{port}", "key", "run", ca_bundle)
    with pytest.raises(SetupError) as caught:
        discover(client)
    client.close()
    return str(caught.value)


@pytest.mark.parametrize("port", ["other.example"], indirect=True)
def test_a_certificate_for_another_name_says_so(port: int, bundle: str) -> None:
    assert "another name" in refusal(port, bundle)


@pytest.mark.parametrize("port", ["127.0.0.1"], indirect=True)
def test_an_unknown_authority_asks_for_its_certificate(port: int) -> None:
    assert "--geti-ca-bundle" in refusal(port, None)


@pytest.mark.parametrize("port", ["127.0.0.1"], indirect=True)
def test_a_trusted_address_is_reached(port: int, bundle: str) -> None:
    assert "no Geti deployment" in refusal(port, bundle)
