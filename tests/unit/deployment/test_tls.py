"""A certificate that does not fit is a set-up error with the next step, never a verdict."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import trustme

from deployment.client import Client
from deployment.discovery import discover
from deployment.errors import SetupError
from tests.support.servers import serving


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def bundle(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


@pytest.fixture
def url(authority: trustme.CA, request: pytest.FixtureRequest) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(request.param).configure_cert(context)
    with serving(BaseHTTPRequestHandler, context) as url:
        yield url


def refusal(url: str, ca_bundle: str | None) -> str:
    with closing(Client(url, "key", "run", ca_bundle)) as client, pytest.raises(SetupError) as caught:
        discover(client)
    return str(caught.value)


@pytest.mark.parametrize("url", ["other.example"], indirect=True)
def test_a_certificate_for_another_name_says_so(url: str, bundle: str) -> None:
    assert "another name" in refusal(url, bundle)


@pytest.mark.parametrize("url", ["127.0.0.1"], indirect=True)
def test_an_unknown_authority_asks_for_its_certificate(url: str) -> None:
    assert "--geti-ca-bundle" in refusal(url, None)


@pytest.mark.parametrize("url", ["127.0.0.1"], indirect=True)
def test_a_trusted_address_is_reached(url: str, bundle: str) -> None:
    assert "no Geti deployment" in refusal(url, bundle)
