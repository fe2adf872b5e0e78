"""Commands to paste go where the run went, whatever proxy the shell has."""

from __future__ import annotations

import pytest

from deployment.curl import curl, routed

COMMAND = curl("POST", "http://127.0.0.1:8080/api/v1/projects", "a.png")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_without_any_proxy_a_command_stays_as_it_is() -> None:
    assert routed(COMMAND, None) == COMMAND


def test_what_went_directly_goes_directly_where_the_shell_has_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    assert routed(COMMAND, None).startswith("curl -sS --noproxy '*' -X POST ")


def test_what_went_through_a_proxy_goes_through_it() -> None:
    assert routed(COMMAND, "http://proxy.example:3128").startswith("curl -sS -x http://proxy.example:3128 -X POST ")
    piped = f"printf %s AAAA | base64 -d | {COMMAND}"
    assert routed(piped, "http://proxy.example:3128").startswith(
        "printf %s AAAA | base64 -d | curl -sS -x http://proxy"
    )
