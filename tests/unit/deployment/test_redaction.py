"""The key is taken out of every text, whatever form it comes in."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from deployment.client import Client
from deployment.redaction import Redactor
from tests.support.keys import KEY, forms


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        f"x-api-key: {KEY}",
        quote(KEY, safe=""),
        base64.b64encode(f"user:{KEY}".encode()).decode(),
        base64.urlsafe_b64encode(f"x{KEY}y".encode()).decode(),
        f"{KEY}{KEY}",
        KEY.encode().hex(),
        f'{{"a":"{KEY}"}}',
    ],
)
def test_every_form_of_the_key_is_redacted(text: str) -> None:
    clean = Redactor([KEY]).clean(text)
    assert "[key]" in clean
    assert not any(form in clean for form in forms(KEY))
    assert base64.b64encode(KEY.encode()[3:-3]).decode()[4:-4] not in clean


@pytest.mark.parametrize("text", [KEY[:20] + "...", "..." + KEY[-15:], f"'{KEY[:14]}...{KEY[-9:]}'"])
def test_half_a_key_at_a_cut_is_redacted(text: str) -> None:
    clean = Redactor([KEY]).clean_cut(text)
    assert KEY[:13] not in clean
    assert KEY[-9:] not in clean


def test_a_client_does_not_show_its_key() -> None:
    client = Client("http://127.0.0.1:9", KEY, "run")
    assert KEY not in f"{client!r} {client.transport!r}"
    client.close()
