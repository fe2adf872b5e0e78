"""Each way in which first contact with a deployment can fail: how it is recognised, what it says, and what to do.

One table: what a run says when it cannot start, and docs/how-to/when-it-does-not-start.md, are made from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from contract.observations import GATEWAY, NOT_SENT
from deployment.errors import SetupError
from deployment.first_answer import FirstAnswer


def _failed(*signs: str) -> Callable[[FirstAnswer], bool]:
    """Whether no answer came, for a reason in which one of these stands, in whatever case."""
    return lambda seen: any(sign.lower() in seen.failure.lower() for sign in signs)


def _refused_certificate(*signs: str) -> Callable[[FirstAnswer], bool]:
    """Whether the certificate was not accepted, for a reason in which one of these stands."""
    return lambda seen: _failed("CERTIFICATE_VERIFY_FAILED")(seen) and _failed(*signs)(seen)


_NAME_UNKNOWN: Final = _failed(
    "not known", "getaddrinfo", "name resolution", "nodename", "No address associated", "codec can't encode"
)
_REFUSED: Final = _failed("refused")
_UNREACHABLE: Final = _failed("unreachable", "No route to host", "Network is down", "Host is down", "not permitted")
_CONNECT_TIMEOUT: Final = _failed("ConnectTimeout", "ETIMEDOUT", "Connection timed out")
_NO_CONNECTION: Final = (_NAME_UNKNOWN, _REFUSED, _UNREACHABLE, _CONNECT_TIMEOUT)
_TO_TLS_PORT: Final = ("https port", "https server", "requires tls", "plain http request")


@dataclass(frozen=True, slots=True)
class FirstContact:
    """One way to fail. ``sentence`` and ``remedy`` are the message; they name in braces what was seen.

    ``seen`` says for readers how it is recognised, ``matches`` does it; the first of the table that matches is it.
    Without ``matches`` it is not to be read from one answer, and whoever finds it raises ``error``.
    """

    id: str
    seen: str
    sentence: str
    cause: str
    remedy: str
    matches: Callable[[FirstAnswer], bool] | None = None

    def error(self, **words: object) -> SetupError:
        """The message, with what was seen."""
        return SetupError(f"{self.sentence}; {self.remedy}".format_map(words))


_PROXY_REMEDY: Final = "check http_proxy and https_proxy, name {host} in no_proxy, or give --geti-proxy URL or none"

_ROWS: Final = (
    FirstContact(
        id="not-sent",
        seen="a budget of the run is spent before it begins",
        sentence="nothing was sent to {base} ({reason})",
        cause="--geti-max-requests, --geti-max-bytes or --geti-max-seconds leaves no room for the first request.",
        remedy="give more of it",
        matches=lambda seen: seen.failure.startswith(NOT_SENT),
    ),
    FirstContact(
        id="proxy-unreachable",
        seen="no connection, where a proxy is in use",
        sentence="the proxy {proxy} cannot be reached ({reason}), and {base} is asked through it",
        cause="The environment names a proxy that does not run, or that this machine does not reach.",
        remedy=_PROXY_REMEDY,
        matches=lambda seen: seen.proxy is not None and any(each(seen) for each in _NO_CONNECTION),
    ),
    FirstContact(
        id="proxy-credentials",
        seen="407",
        sentence="a proxy asks who you are (407) before it lets a request through to {base}",
        cause="The proxy knows its users; Geti never answers 407.",
        remedy="put user and password into the proxy's URL, in https_proxy or http_proxy, or name {host} in no_proxy",
        matches=lambda seen: seen.status == 407 or _failed("ProxyError: 407")(seen),
    ),
    FirstContact(
        id="proxy-refusal",
        seen="the proxy answers 4xx where a tunnel is asked for",
        sentence="the proxy {proxy} refuses to connect to {host} ({reason})",
        cause="The proxy's rules do not allow this host or port; nothing reached the deployment.",
        remedy="have it allowed there, or name {host} in no_proxy",
        matches=_failed("ProxyError: 4"),
    ),
    FirstContact(
        id="proxy-failure",
        seen="the proxy answers 5xx, or no HTTP, where a tunnel is asked for",
        sentence="the proxy {proxy} does not get through to {host} ({reason})",
        cause="The proxy does not resolve or reach the deployment, which is perhaps in this network.",
        remedy="name {host} in no_proxy, or check the deployment from the proxy",
        matches=_failed("ProxyError"),
    ),
    FirstContact(
        id="name-unknown",
        seen="the name is not resolved",
        sentence="{base} does not answer: its host name is unknown ({reason})",
        cause="A mistyped name, a name of another network, or a name server that does not answer.",
        remedy="check --geti-url, and the name server of this machine",
        matches=_NAME_UNKNOWN,
    ),
    FirstContact(
        id="refused",
        seen="the connection is refused",
        sentence="{base} does not answer: it refuses the connection",
        cause="The machine is there and nothing listens on that port, or a firewall turns it away.",
        remedy="check the port in --geti-url and that the deployment runs",
        matches=_REFUSED,
    ),
    FirstContact(
        id="unreachable",
        seen="there is no route to the host",
        sentence="{base} does not answer: this machine has no route to it ({reason})",
        cause="Another network, a VPN that is down, IPv6 where there is none, or a rule that forbids the connection.",
        remedy="check the network of this machine, and --geti-url",
        matches=_UNREACHABLE,
    ),
    FirstContact(
        id="connect-timeout",
        seen="no connection within 10 s",
        sentence="{base} does not answer: no connection came about in time",
        cause="A firewall drops the packets, the address is of nobody, or a VPN is down.",
        remedy="check --geti-url, and from this machine `curl -v {base}`",
        matches=_CONNECT_TIMEOUT,
    ),
    FirstContact(
        id="answer-timeout",
        seen="a connection, and no answer within --geti-timeout",
        sentence="{base} does not answer: it took the connection and said nothing for {timeout} s",
        cause="The deployment is starting or overloaded, or something that speaks no HTTP listens there.",
        remedy="check that the deployment is ready, and the port in --geti-url",
        matches=_failed("ReadTimeout", "WriteTimeout", "PoolTimeout"),
    ),
    FirstContact(
        id="certificate-expired",
        seen="TLS: the certificate, or one that it rests on, has expired",
        sentence="TLS: the certificate of {base} has expired, by the clock of this machine ({now})",
        cause="It was not renewed, or the clock of this machine is fast.",
        remedy="have it renewed; where that time is wrong, set the clock",
        matches=_refused_certificate("has expired"),
    ),
    FirstContact(
        id="certificate-not-yet-valid",
        seen="TLS: the certificate is not valid yet",
        sentence="TLS: the certificate of {base} is not yet valid, by the clock of this machine ({now})",
        cause="The clock of this machine is slow, or that of the authority was fast.",
        remedy="set the clock where that time is wrong; else wait, or have the certificate made again",
        matches=_refused_certificate("not yet valid"),
    ),
    FirstContact(
        id="certificate-other-name",
        seen="TLS: the certificate is for other names",
        sentence="TLS: the certificate of {base} is for another name ({reason})",
        cause="The deployment is asked by an address or a name that its certificate does not list.",
        remedy="use the name it was made for in --geti-url",
        matches=_refused_certificate("Hostname mismatch", "IP address mismatch"),
    ),
    FirstContact(
        id="certificate-self-signed",
        seen="TLS: the certificate is signed by itself",
        sentence="TLS: the certificate of {base} is self-signed, and this machine does not trust it",
        cause="On-prem installations are often delivered so.",
        remedy="make sure whose it is, and give that certificate with --geti-ca-bundle FILE",
        # In the words of OpenSSL, with and without a hyphen; "in certificate chain" is an authority of somebody's own.
        matches=lambda seen: (
            _refused_certificate("self-signed certificate", "self signed certificate")(seen)
            and not _failed("in certificate chain")(seen)
        ),
    ),
    FirstContact(
        id="certificate-unknown-authority",
        seen="TLS: the certificate is of an authority that is not trusted",
        sentence="TLS: the certificate of {base} is not trusted: this machine does not know its authority",
        cause="A company's own authority, a proxy that opens TLS, or a server that leaves out a part of its chain.",
        remedy="give the authority's certificate with --geti-ca-bundle FILE",
        matches=_refused_certificate("in certificate chain", "local issuer", "issuer certificate", "unable to verify"),
    ),
    FirstContact(
        id="certificate-unusable",
        seen="TLS: the certificate is refused for another reason",
        sentence="TLS: the certificate of {base} is refused: {reason}",
        cause="A weak key or signature, or an authority whose certificate lacks what Python asks for since 3.13.",
        remedy="have the certificate, or that of its authority, made again",
        matches=_failed("CERTIFICATE_VERIFY_FAILED"),
    ),
    FirstContact(
        id="client-certificate",
        seen="TLS: the server asks for a certificate of the client",
        sentence="TLS: {base} asks for a certificate of the client ({reason})",
        cause="Mutual TLS before the deployment, which this suite does not speak.",
        remedy="give the address of an entry that takes an API key alone",
        matches=_failed("certificate_required", "certificate required", "bad_certificate", "bad certificate"),
    ),
    FirstContact(
        id="tls-version",
        seen="TLS: no version or cipher in common",
        sentence="TLS: {base} and this machine have no version or cipher of TLS in common ({reason})",
        cause="The server speaks TLS 1.1 or older alone, or one side is set to few ciphers. TLS 1.2 is the least here.",
        remedy="allow TLS 1.2 or 1.3 there, and look for a limit on this machine in openssl.cnf",
        matches=_failed(
            "protocol_version",
            "protocol version",
            "unsupported_protocol",
            "unsupported protocol",
            "no_protocols",
            "handshake_failure",
            "handshake failure",
            "no_shared_cipher",
            "insufficient security",
        ),
    ),
    FirstContact(
        id="https-to-http-port",
        seen="TLS: the answer is no TLS",
        sentence="{base} does not speak TLS on that port ({reason})",
        cause="https:// where plain HTTP, or something else, listens.",
        remedy="check the port, or write http:// in --geti-url",
        matches=_failed(
            "wrong_version_number", "wrong version number", "http_request", "record layer failure", "packet length"
        ),
    ),
    FirstContact(
        id="tls-failure",
        seen="TLS: the handshake ends otherwise",
        sentence="TLS: the handshake with {base} failed ({reason})",
        cause="A server or a middlebox that ends the handshake, or a name that the server has no certificate for.",
        remedy="see what `openssl s_client -connect {host}` says, and check the name in --geti-url",
        matches=_failed("[SSL", "SSLError", "SSL:", "EOF occurred"),
    ),
    FirstContact(
        id="http-to-https-port",
        seen="400 that speaks of HTTPS",
        sentence="{base} speaks TLS on that port, and was asked by plain HTTP",
        cause="http:// where https:// listens.",
        remedy="write https://{host} in --geti-url",
        matches=lambda seen: (
            seen.status == 400 and any(sign in seen.exchange.response.lower() for sign in _TO_TLS_PORT)
        ),
    ),
    FirstContact(
        id="connection-closed",
        seen="the connection ends without an answer",
        sentence="{base} does not answer: it takes the connection and ends it ({reason})",
        cause="A gateway whose service is away, a firewall in between, or TLS where plain HTTP was sent.",
        remedy="check scheme and port in --geti-url and that the deployment runs",
        matches=_failed("disconnected", "ReadError", "WriteError", "reset by peer", "Broken pipe", "incomplete"),
    ),
    FirstContact(
        id="no-text",
        seen="an answer that begins with a control character",
        sentence="{base} answers bytes that are no HTTP, as a port does that speaks TLS",
        cause="http:// where https:// or a binary protocol listens.",
        remedy="write https://{host} in --geti-url, or check the port",
        matches=_failed("illegal request line"),
    ),
    FirstContact(
        id="no-http",
        seen="an answer that is no HTTP",
        sentence="{base} answers something that is no HTTP ({reason})",
        cause="Another service listens on that port.",
        remedy="check the port in --geti-url",
        matches=_failed("RemoteProtocolError", "DecodingError"),
    ),
    FirstContact(
        id="no-answer",
        seen="no answer, for a reason that none of the above names",
        sentence="{base} does not answer ({reason})",
        cause="What stands in brackets.",
        remedy="check --geti-url and that the deployment runs",
        matches=lambda seen: bool(seen.failure) or not seen.status,
    ),
    FirstContact(
        id="redirect-to-https",
        seen="3xx to https:// on the same host",
        sentence="{base} answers {status} and sends to {secured}",
        cause="Plain HTTP is there to redirect only. Redirects are not followed: the key would go where nobody said.",
        remedy="give --geti-url {secured}",
        matches=lambda seen: 300 <= seen.status < 400 and bool(seen.secured),
    ),
    FirstContact(
        id="redirect",
        seen="3xx to somewhere else",
        sentence="{base} answers {status} and sends to {location}",
        cause="A sign-in before the deployment, a captive portal, or a move. Redirects are not followed.",
        remedy="give the address behind the sign-in, or the one it moved to, as --geti-url",
        matches=lambda seen: 300 <= seen.status < 400,
    ),
    FirstContact(
        id="gateway",
        seen="502, 503 or 504",
        sentence="a gateway answers {status} in place of {base} ({server})",
        cause="The service behind the gateway is away or starting, or a proxy does not reach it.",
        remedy="wait until the deployment is ready; where the gateway is a proxy of yours, name {host} in no_proxy",
        matches=lambda seen: seen.status in GATEWAY,
    ),
    FirstContact(
        id="rate-limit",
        seen="429",
        sentence="{base} answers 429: it has had too many requests",
        cause="A rate limit in front of the deployment, used up by others or by an earlier run.",
        remedy="wait, and give --geti-rate",
        matches=lambda seen: seen.status == 429,
    ),
    FirstContact(
        id="refusal-page",
        seen="401 or 403 with an HTML page, or with a header of a proxy's own refusals",
        sentence="a proxy or gateway before {base} refuses the request ({status}; {server})",
        cause="Geti refuses a key without a page: this answer is of a proxy, a firewall or a sign-in in between.",
        remedy="have {host} allowed there, or name it in no_proxy; the key may well be good",
        matches=lambda seen: seen.status in (401, 403) and (seen.is_page or seen.is_of_proxy),
    ),
    FirstContact(
        id="clock-skew",
        seen="401 or 403, and a Date more than five minutes from this machine's clock",
        sentence="{base} refuses the token ({status}), and its clock says {clock}, that of this machine {now}",
        cause="A key is good from one time to another: a wrong clock refuses a good key. Or the key is bad besides.",
        remedy="set the clock that is wrong; if it is still refused, make a new key",
        matches=lambda seen: seen.status in (401, 403) and seen.clocks_differ,
    ),
    FirstContact(
        id="key-form",
        seen="401 or 403, and the key does not begin as Geti's do",
        sentence="{base} refuses the token ({status}), and {key_form}: keys of Geti begin with geti_pat_",
        cause="Something else was copied: a session's token, a password, a part of the key, quotes around it.",
        remedy="make a personal access token and give it alone, with --geti-token-file or GETI_TOKEN",
        matches=lambda seen: seen.status in (401, 403) and bool(seen.key_form),
    ),
    FirstContact(
        id="key-refused",
        seen="401 or 403",
        sentence="{base} refuses the token ({status})",
        cause="The key has expired, was revoked, or is of another deployment.",
        remedy="make a new key there and give it with --geti-token-file or GETI_TOKEN",
        matches=lambda seen: seen.status in (401, 403),
    ),
    FirstContact(
        id="geti-3",
        seen="/api/openapi.json with flat paths, /api/projects",
        sentence="{base} serves {product}, with /api/projects as Geti 3.x has it, and this contract is of Geti 2.x",
        cause="Geti 3.x is another product: no organizations, workspaces or keys, other paths, errors and limits.",
        remedy="give the address of a Geti 2.x; for 3.x a contract of its own would have to be written",
        matches=lambda seen: seen.is_flat,
    ),
    FirstContact(
        id="sign-in-page",
        seen="an HTML page that asks to sign in",
        sentence="{base} answers {status} with a page that asks to sign in ({server})",
        cause="A sign-in for browsers stands before the API, and does not know the key.",
        remedy="give an address at which the API takes an API key alone",
        matches=lambda seen: seen.asks_to_sign_in,
    ),
    FirstContact(
        id="page",
        seen="an HTML page",
        sentence="{base} is no Geti deployment of 2.x: it answers {status} with a page, not with JSON ({server})",
        cause="A web server or another product, or the pages of Geti at an address that does not lead to its API.",
        remedy="check --geti-url",
        matches=lambda seen: seen.is_page,
    ),
    FirstContact(
        id="server-error",
        seen="500 and above",
        sentence="{base} answers {status} to the first request ({server})",
        cause="Something in the deployment, or whatever else lies there, fails; it could not be judged.",
        remedy="look into its logs for traceparent and x-geti-contract-run",
        matches=lambda seen: seen.status >= 500,
    ),
    FirstContact(
        id="detail",
        seen='an error `{"detail": ...}`',
        sentence="{base} is no Geti deployment of 2.x: it answers {status} with a 'detail', as Geti 3.x and others do",
        cause="Geti 2.x has `error_code`, `message` and `http_status` in its errors. This contract is of 2.x.",
        remedy="check --geti-url",
        matches=lambda seen: seen.status >= 400 and "detail" in seen.body and "error_code" not in seen.body,
    ),
    FirstContact(
        id="gateway-without-route",
        seen="404 of an Envoy without a body",
        sentence="the gateway at {base} knows no such host or path (404; {server})",
        cause="Ingress gateways choose by the name that is asked for: an address, or another name, leads nowhere.",
        remedy="use the name that the deployment was installed with in --geti-url",
        matches=lambda seen: (
            seen.status == 404 and "envoy" in seen.header("server").lower() and not seen.exchange.response
        ),
    ),
    FirstContact(
        id="another-product",
        seen="another answer, and a document or a front page that says what lies there",
        sentence="{base} is no Geti deployment of 2.x: it answers {status}, and calls itself {product}",
        cause="Another product listens there.",
        remedy="check --geti-url",
        matches=lambda seen: bool(seen.product),
    ),
    FirstContact(
        id="no-geti",
        seen="any other answer",
        sentence="{base} is no Geti deployment of 2.x: it answers {status}, and not with an organization ({server})",
        cause="Another product, or another path of a gateway.",
        remedy="check --geti-url",
        matches=lambda seen: True,  # noqa: ARG005
    ),
    FirstContact(
        id="no-workspace",
        seen="no workspace is listed",
        sentence="{base} lists no workspace ({words})",
        cause="The key is of a user who sees none.",
        remedy="check what the key may see",
    ),
    FirstContact(
        id="workspace-unknown",
        seen="--geti-workspace is not listed",
        sentence="--geti-workspace {asked} is no workspace of {base}",
        cause="A mistyped name, or a workspace that the key does not see.",
        remedy="there is: {known}",
    ),
    FirstContact(
        id="workspace-ambiguous",
        seen="--geti-workspace is the name of several",
        sentence="--geti-workspace {asked} names {count} workspaces",
        cause="Names of workspaces need not be unique.",
        remedy="give the id; there is: {known}",
    ),
    FirstContact(
        id="workspace-path",
        seen="the id of the workspace has characters that a path has not",
        sentence="the workspace {workspace} cannot stand in a path as it is listed",
        cause="Something other than Geti answers, or the listing is damaged: ids are UUIDs.",
        remedy="check --geti-url, or name another with --geti-workspace",
    ),
    FirstContact(
        id="product-unknown",
        seen="/product_info is not answered",
        sentence="{base} does not say what it is ({words}), and the limits depend on it",
        cause="A part of the deployment is away.",
        remedy="try again when it is ready",
    ),
    FirstContact(
        id="workspace-refused",
        seen="401, 403 or 404 where the projects are listed",
        sentence="the key may not read the projects of workspace {workspace} ({words})",
        cause="The key's user has no role in that workspace.",
        remedy="{step}",
    ),
)
FIRST_CONTACT: Final = {row.id: row for row in _ROWS}


def problem(seen: FirstAnswer) -> SetupError:
    """What a first answer that is not the one asked for comes to."""
    found = next(row for row in _ROWS if row.matches is not None and row.matches(seen))
    return found.error(**seen.words)
