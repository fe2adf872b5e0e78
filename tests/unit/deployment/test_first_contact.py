"""Each way in which first contact fails has its own sentence; servers on loopback, with TLS where it is about TLS."""

from __future__ import annotations

import datetime
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from contract.results import Exchange
from deployment.client import Client
from deployment.discovery import discover
from deployment.errors import SetupError
from deployment.first_answer import FirstAnswer
from deployment.first_contact import FIRST_CONTACT, problem
from tests.support.servers import QuietHandler, Server, serving

KEY = "geti_pat_0123456789abcdef"
NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)


def said(url: str, key: str = KEY, **given: Any) -> str:
    """What a run against ``url`` ends with."""
    given = {"timeout": 5, **given}
    with closing(Client(url, key, "0123abcd", **given)) as client, pytest.raises(SetupError) as caught:
        discover(client)
    assert "\n" not in str(caught.value)
    assert KEY not in str(caught.value)
    return str(caught.value)


@pytest.fixture
def answering() -> Iterator[Callable[..., str]]:
    """The URL of a server that answers with this status, these headers and this body, or as ``paths`` say."""
    with ExitStack() as stack:

        def serve(
            status: int = 200,
            body: str = "",
            headers: dict[str, str] | None = None,
            paths: dict[str, str] | None = None,
            context: ssl.SSLContext | None = None,
            date: str = "",
        ) -> str:
            class Handler(QuietHandler):
                def version_string(self) -> str:
                    return "nginx"

                def date_time_string(self, timestamp: float | None = None) -> str:
                    return date or super().date_time_string(timestamp)

                def answer(self) -> None:
                    if self.path in (paths or {}):
                        content = (paths or {})[self.path]
                        kind = "text/html" if content.startswith("<") else "application/json"
                        return self.reply(200, {"content-type": kind}, content.encode())
                    kind = "text/html" if body.startswith("<") else "application/json"
                    return self.reply(status, {"content-type": kind, **(headers or {})}, body.encode())

            return stack.enter_context(serving(Handler, context))

        yield serve


def page(title: str, body: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{body}</body></html>"


def document(title: str, *paths: str) -> dict[str, str]:
    return {
        "/api/openapi.json": json.dumps({"info": {"title": title, "version": "3.0.1"}, "paths": dict.fromkeys(paths)})
    }


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            {"status": 301, "headers": {"location": "https://127.0.0.1/api/v1/x"}},
            ["sends to https://127.0.0.1; give --geti-url https://127.0.0.1"],
        ),
        (
            {"status": 302, "headers": {"location": "https://sso.example/login?state=secret"}},
            ["302", "sends to https://sso.example/login;"],
        ),
        ({"status": 307, "headers": {"location": "/login"}}, ["sends to http://127.0.0.1:", "/login"]),
        ({"status": 308}, ["308"]),
        ({"status": 302, "headers": {"location": "http://[oops"}}, ["nowhere"]),
        ({"body": page("Sign in to ACME &amp; Co")}, ["asks to sign in", "'Sign in to ACME & Co'"]),
        ({"body": page("Portal", "<input type=password>")}, ["asks to sign in", "'Portal'"]),
        ({"body": page("Welcome to nginx!")}, ["no Geti deployment", "page 'Welcome to nginx!'"]),
        ({"status": 404, "body": page("404 Not Found")}, ["no Geti deployment", "404"]),
        (
            {"status": 403, "body": page("Blocked by policy"), "headers": {"via": "1.1 squid"}},
            ["a proxy or gateway", "403", "via: 1.1 squid", "Blocked by policy", "no_proxy"],
        ),
        ({"status": 401, "body": page("Authorization Required")}, ["a proxy or gateway", "401"]),
        ({"status": 407, "body": page("Who are you")}, ["a proxy asks who you are (407)", "no_proxy"]),
        (
            {"status": 502, "body": page("Bad Gateway"), "headers": {"via": "1.1 edge"}},
            ["a gateway answers 502", "server: nginx", "via: 1.1 edge", "Bad Gateway"],
        ),
        ({"status": 429, "headers": {"retry-after": "0"}}, ["429", "--geti-rate"]),
        ({"status": 500, "body": '{"message": "x"}'}, ["answers 500", "logs"]),
        (
            {"status": 400, "body": page("400 The plain HTTP request was sent to HTTPS port")},
            ["speaks TLS", "https://"],
        ),
        ({"status": 404, "body": '{"detail": "Not Found"}'}, ["no Geti deployment", "as Geti 3.x"]),
        (
            {"status": 404, "paths": document("Geti", "/api/projects", "/api/projects/{id}/images")},
            ["Geti 3.0.1", "as Geti 3.x", "of Geti 2.x"],
        ),
        ({"body": page("Geti"), "paths": document("Geti", "/api/projects")}, ["as Geti 3.x"]),
        ({"status": 404, "paths": document("Wiki", "/api/pages")}, ["no Geti deployment", "calls itself Wiki 3.0.1"]),
        ({"status": 404, "paths": {"/": page("Grafana")}}, ["no Geti deployment", "calls itself Grafana"]),
        ({"status": 404, "headers": {"server": "istio-envoy"}}, ["knows no such host", "istio-envoy"]),
        ({"body": "[" * 5000}, ["no Geti deployment", "200"]),
        ({"body": "9" * 5000}, ["200"]),
        ({"body": "[]"}, ["no Geti deployment", "200"]),
        ({"body": '{"organizationId": 7}'}, ["no Geti deployment"]),
        ({"status": 404}, ["no Geti deployment", "404", "server: nginx"]),
        ({"status": 403, "body": '{"error_code": "x"}'}, ["refuses the token (403)", "make a new key"]),
        ({"status": 403, "headers": {"x-squid-error": "ERR_ACCESS 0"}}, ["a proxy or gateway", "ERR_ACCESS"]),
        ({"status": 401}, ["refuses the token (401)", "make a new key"]),
        (
            {"status": 403, "date": format_datetime(NOW - DAY, usegmt=True)},
            ["refuses the token (403)", "its clock says", "set the clock"],
        ),
        ({"status": 200, "body": page("\x1b[2J\u202eevil\n two")}, ["page '?[2J?evil two'"]),
    ],
)
def test_an_answer_that_is_not_the_one_asked_for_is_said_with_what_it_is(
    answering: Callable[..., str], answer: dict[str, Any], words: list[str]
) -> None:
    message = said(answering(**answer))
    assert [word for word in words if word not in message] == [], message
    assert "secret" not in message


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("eyJhbGciOiJ.eyJzdWIi.c2ln", "JSON web token"),
        ('"geti_pat_0123"', "in quotes"),
        ("0123456789abcdef", "does not begin with geti_pat_"),
    ],
)
def test_a_refused_key_that_is_none_of_getis_says_so_and_is_not_shown(
    answering: Callable[..., str], key: str, words: str
) -> None:
    message = said(answering(401), key)
    assert words in message
    assert key not in message


def test_a_name_that_nobody_has_is_unknown() -> None:
    assert "http://geti.invalid does not answer: its host name is unknown" in said("http://geti.invalid")


def test_a_port_on_which_nobody_listens_refuses() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    assert "it refuses the connection" in said(url)


@pytest.fixture
def talking() -> Iterator[Callable[[bytes | None], str]]:
    """The URL of a port that answers each connection with exact bytes and ends it; with None it says nothing."""
    with ExitStack() as stack:

        def listen(content: bytes | None) -> str:
            listener = stack.enter_context(closing(socket.create_server(("127.0.0.1", 0))))

            def talk() -> None:
                with ExitStack() as connections:
                    while True:
                        try:
                            connection = connections.enter_context(listener.accept()[0])
                        except OSError:
                            return
                        if content is not None:
                            connection.recv(1 << 16)
                            connection.sendall(content)
                            connection.close()

            thread = threading.Thread(target=talk)
            thread.start()
            stack.callback(thread.join)
            stack.callback(listener.shutdown, socket.SHUT_RDWR)
            return f"http://127.0.0.1:{listener.getsockname()[1]}"

        yield listen


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "said nothing for 1 s"),
        (b"", "takes the connection and ends it"),
        (b"220 mail.example ESMTP\r\n\r\n", "no HTTP"),
        (b"\x15\x03\x01\x00\x02\x02\x46", "as a port does that speaks TLS"),
    ],
)
def test_what_speaks_no_http_is_said(talking: Callable[..., str], content: bytes | None, words: str) -> None:
    assert words in said(talking(content), timeout=1)


@pytest.mark.parametrize("content", [b"HTTP/1.1 200 OK\r\n\r\n", b"SSH-2.0-OpenSSH_9.6\r\n"])
def test_tls_where_none_is_spoken_is_said(talking: Callable[..., str], content: bytes) -> None:
    assert "does not speak TLS on that port" in said(talking(content).replace("http:", "https:"))


def context_of(issued: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issued.configure_cert(context)
    return context


@pytest.fixture
def authority(tmp_path: Path) -> tuple[trustme.CA, str]:
    """An authority, and the file with its certificate."""
    authority, path = trustme.CA(), tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return authority, str(path)


@pytest.mark.parametrize(
    ("names", "given", "words"),
    [
        (
            ["127.0.0.1"],
            {"not_before": NOW - 3 * DAY, "not_after": NOW - DAY},
            ["has expired", f"{NOW:%Y-%m-%d}", "clock"],
        ),
        (
            ["127.0.0.1"],
            {"not_before": NOW + DAY, "not_after": NOW + 3 * DAY},
            ["not yet valid", f"{NOW:%Y-%m-%d}", "clock"],
        ),
        (["other.example"], {}, ["another name", "127.0.0.1", "--geti-url"]),
    ],
)
def test_a_certificate_of_a_known_authority_that_does_not_fit_says_why(
    answering: Callable[..., str],
    authority: tuple[trustme.CA, str],
    names: list[str],
    given: dict[str, Any],
    words: list[str],
) -> None:
    url = answering(context=context_of(authority[0].issue_cert(*names, **given)))
    message = said(url, ca_bundle=authority[1])
    assert [word for word in words if word not in message] == [], message


def test_an_authority_that_nobody_knows_asks_for_its_certificate(
    answering: Callable[..., str], authority: tuple[trustme.CA, str]
) -> None:
    message = said(answering(context=context_of(authority[0].issue_cert("127.0.0.1"))))
    assert "does not know its authority" in message
    assert "--geti-ca-bundle" in message


def test_a_certificate_that_is_signed_by_itself_says_so(answering: Callable[..., str], tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    file = tmp_path / "own.pem"
    file.write_bytes(authority.private_key_pem.bytes() + authority.cert_pem.bytes())
    context.load_cert_chain(file)
    assert "is self-signed" in said(answering(context=context))


def test_a_server_of_old_tls_alone_says_so(answering: Callable[..., str], authority: tuple[trustme.CA, str]) -> None:
    context = context_of(authority[0].issue_cert("127.0.0.1"))
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("PSK")
    assert "no version or cipher of TLS in common" in said(answering(context=context), ca_bundle=authority[1])


def test_a_server_that_asks_for_a_certificate_of_the_client_says_so(
    answering: Callable[..., str], authority: tuple[trustme.CA, str]
) -> None:
    context = context_of(authority[0].issue_cert("127.0.0.1"))
    authority[0].configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    assert "asks for a certificate of the client" in said(answering(context=context), ca_bundle=authority[1])


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (407, "a proxy asks who you are (407)"),
        (403, "refuses to connect to geti.example (403"),
        (502, "does not get through to geti.example (502"),
    ],
)
def test_a_proxy_that_opens_no_tunnel_is_named_without_its_credentials(
    answering: Callable[..., str], status: int, words: str
) -> None:
    class Proxy(QuietHandler):
        def do_CONNECT(self) -> None:  # noqa: N802
            self.reply(status, {})

    server = Server(Proxy)
    try:
        message = said("https://geti.example", asked_proxy=server.url.replace("//", "//me:secret@"))
    finally:
        server.stop()
    assert words in message
    assert "secret" not in message


def test_a_proxy_that_is_not_there_is_what_cannot_be_reached() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        proxy = f"http://127.0.0.1:{listener.getsockname()[1]}"
    for url in ("http://geti.example", "https://geti.example"):
        assert f"the proxy {proxy} cannot be reached" in said(url, asked_proxy=proxy)


def test_every_message_names_only_what_can_be_seen_and_each_its_cause_and_step() -> None:
    seen = FirstAnswer(base="https://geti.example", exchange=Exchange("GET", "https://geti.example", None, 0.0))
    for row in FIRST_CONTACT.values():
        assert all((row.seen, row.sentence, row.cause, row.remedy)), row.id
        if row.matches is not None:
            assert "{" not in str(row.error(**seen.words)), row.id


@given(
    status=st.none() | st.integers(100, 599),
    failure=st.text(),
    response=st.text() | st.sampled_from(["<html>", "{}", "[" * 5000, '{"detail": 1}']),
    headers=st.dictionaries(st.sampled_from(["date", "location", "server", "content-type", "via"]), st.text()),
    document=st.dictionaries(st.sampled_from(["info", "paths"]), st.none() | st.text() | st.just({"/api/projects": 1})),
)
def test_whatever_comes_back_is_one_line(
    status: int | None, failure: str, response: str, headers: dict[str, str], document: dict[str, Any]
) -> None:
    exchange = Exchange("GET", "http://a/", status, 0.0, headers=headers, response=response, failure=failure)
    message = str(problem(FirstAnswer(base="http://a", exchange=exchange, key=KEY, document=document)))
    assert message.isprintable()
