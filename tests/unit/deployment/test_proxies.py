"""Which proxy is used: every form of the variables that curl and requests read, and never one for this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployment.client import Client
from deployment.errors import SetupError
from deployment.proxies import excepted, is_loopback, proxy_of, proxy_url, secrets_of, without_credentials
from tests.support.servers import QuietHandler, serving

PROXY = "http://proxy.example:3128"


@pytest.fixture(autouse=True)
def _without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    ("host", "no_proxy", "direct"),
    [
        ("geti.example", "*", True),
        ("geti.example", "other.example, *", True),
        ("geti.example", "geti.example", True),
        ("geti.example", ".example", True),
        ("geti.example", "example", True),
        ("geti.example", ".geti.example", True),
        ("geti.example", "*.example", True),
        ("geti.example", "GETI.Example.", True),
        ("GETI.example.", "geti.example", True),
        ("geti.example", "a.example,geti.example", True),
        ("geti.example", "a.example geti.example", True),
        ("geti.example", "  a.example ,\tgeti.example ", True),
        ("geti.example", "mygeti.example", False),
        ("mygeti.example", "geti.example", False),
        ("geti.example", "", False),
        ("geti.example", ",, .", False),
        ("geti.example:8443", "geti.example:8443", True),
        ("geti.example:8443", "geti.example", True),
        ("geti.example:8443", ".example:8443", True),
        ("geti.example:8443", "geti.example:443", False),
        ("geti.example", "geti.example:443", True),
        ("geti.example", "https://geti.example", True),
        ("geti.example", "http://geti.example", False),
        ("geti.example", "all://geti.example", True),
        ("10.1.2.3", "10.0.0.0/8", True),
        ("11.1.2.3", "10.0.0.0/8", False),
        ("10.1.2.3", "10.1.2.3/8", True),
        ("10.1.2.3", "10.1.2.3", True),
        ("10.1.2.3:8443", "10.1.2.3:8443", True),
        ("10.1.2.3", "10.1.2.3:8443", False),
        ("10.1.2.3", "10.1.2", False),
        ("10.1.2.3", "3", False),
        ("geti.example", "10.0.0.0/8", False),
        ("[fd00::1]", "fd00::/8", True),
        ("[fd00::1]", "[fd00::]/8", True),
        ("[fe00::1]", "fd00::/8", False),
        ("[2001:db8::1]", "[2001:db8::1]", True),
        ("[2001:db8::1]", "2001:DB8:0::1", True),
        ("[2001:db8::1]:8443", "[2001:db8::1]:8443", True),
        ("[2001:db8::1]", "[2001:db8::1]:8443", False),
        ("[::ffff:10.1.2.3]", "10.0.0.0/8", True),
        ("10.1.2.3", "10.0.0.0/99,not/a/network,[,]:x,::1:::", False),
    ],
)
def test_no_proxy_is_read_as_curl_and_requests_read_it(host: str, no_proxy: str, direct: bool) -> None:
    assert excepted(f"https://{host}", no_proxy) is direct


@given(st.text(st.sampled_from("[]:./*,@ 0123456789abcdef%-é\x00")))
def test_no_value_of_no_proxy_is_too_odd(no_proxy: str) -> None:
    for host in ("geti.example", "10.1.2.3:8443", "[fd00::1]"):
        assert excepted(f"https://{host}", no_proxy) in (True, False)


@given(st.text(st.sampled_from("[]:./@ 0129abcdefhtpsp%-é\x00")))
def test_a_proxy_is_taken_or_refused_in_one_line(text: str) -> None:
    problem = ""
    try:
        Client("https://geti.example", "key", "run", asked_proxy=proxy_of("http://geti.example", None, {"http": text}))
    except SetupError as error:
        problem = str(error)
    assert not problem or "http_proxy" in problem
    assert "\n" not in problem


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST.", "geti.localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]", "::ffff:127.0.0.1"]
)
def test_this_machine_is_asked_directly_unless_a_proxy_is_asked_for(host: str) -> None:
    url = f"http://[{host.strip('[]')}]:80" if ":" in host else f"http://{host}:80"
    assert is_loopback(host)
    assert proxy_of(url, None, {"http": PROXY}) is None
    assert proxy_of(url, PROXY, {}) == PROXY


@pytest.mark.parametrize(
    ("variables", "used"),
    [
        ({"https_proxy": PROXY}, PROXY),
        ({"HTTPS_PROXY": PROXY}, PROXY),
        ({"https_proxy": PROXY, "HTTPS_PROXY": "http://other"}, PROXY),
        ({"http_proxy": PROXY}, None),
        ({"all_proxy": PROXY}, PROXY),
        ({"ALL_PROXY": PROXY, "https_proxy": "http://own"}, "http://own"),
        ({"https_proxy": "proxy.example:3128"}, PROXY),
        ({"https_proxy": PROXY, "no_proxy": "geti.example"}, None),
        ({"https_proxy": PROXY, "NO_PROXY": ".example"}, None),
        ({"https_proxy": PROXY, "no_proxy": "other", "NO_PROXY": ".example"}, PROXY),
        ({"https_proxy": PROXY, "NO_PROXY": "[::1],10.0.0.0/8,fd00::/8"}, PROXY),
        ({}, None),
    ],
)
def test_the_variables_are_read_in_both_spellings_and_the_small_ones_first(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], used: str | None
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert proxy_of("https://geti.example") == used


@pytest.mark.parametrize(
    ("proxy", "words"), [("socks5://proxy:1080", "kind socks5"), ("http://", "no URL"), ("http://a:b:c", "no URL")]
)
def test_a_proxy_that_cannot_be_used_is_one_line_with_the_name_of_its_variable(proxy: str, words: str) -> None:
    with pytest.raises(SetupError, match=f"all_proxy .*{words}.*--geti-proxy"):
        proxy_of("https://geti.example", None, {"all": proxy})
    with pytest.raises(ValueError, match=words):
        proxy_url(proxy)


def test_a_proxy_is_shown_without_its_credentials() -> None:
    url = "http://me:se%40cret@proxy.example:3128"
    assert without_credentials(url) == PROXY
    assert secrets_of(url) == ("se%40cret", "se@cret")
    assert secrets_of(PROXY) == ()


class Recording(QuietHandler):
    targets: ClassVar[list[str]]

    def answer(self) -> None:
        self.targets.append(self.path)
        self.reply(200, {"content-type": "application/json"}, b"{}")


@pytest.fixture
def servers() -> Iterator[tuple[str, str, list[str]]]:
    """The URL of a deployment, that of a proxy, and what the proxy was asked for."""

    class Proxy(Recording):
        targets: ClassVar[list[str]] = []

    class Deployment(Recording):
        targets: ClassVar[list[str]] = []

    with serving(Deployment) as url, serving(Proxy) as proxy:
        yield url, proxy, Proxy.targets


def test_a_deployment_on_loopback_is_not_asked_through_the_proxy_of_the_environment(
    servers: tuple[str, str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, proxy, asked = servers
    monkeypatch.setenv("http_proxy", proxy)
    monkeypatch.setenv("NO_PROXY", "[::1],10.0.0.0/8,fd00::/8")
    with closing(Client(url, "key", "run")) as client:
        assert client.send("GET", "/product_info").status == 200
        assert client.proxy is None
    assert asked == []


def test_a_proxy_that_is_asked_for_is_used_and_shown_without_its_credentials(
    servers: tuple[str, str, list[str]],
) -> None:
    url, proxy, asked = servers
    with closing(Client(url, "key", "run", asked_proxy=proxy.replace("//", "//me:secret@"))) as client:
        assert client.send("GET", "/product_info").status == 200
        assert client.proxy == proxy
        assert client.redactor.clean("secret") != "secret"
    assert asked == [f"{url}/api/v1/product_info"]
