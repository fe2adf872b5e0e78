"""Which proxy a URL is asked through: the one that was given, else the environment's, as curl and requests read it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies

from deployment.errors import SetupError

DIRECT: Final = "none"
_PORTS: Final = {"http": 80, "https": 443}
_HOST_AND_PORT: Final = re.compile(r"\[(?P<ipv6>[^\]]*)\](?::(?P<port6>\d+))?|(?P<host>[^:]*)(?::(?P<port>\d+))?")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def proxy_url(text: str) -> str:
    """``none``, or the URL of an HTTP proxy, as it was given. Raises ``ValueError``."""
    return text if text == DIRECT else _checked(text)


def proxy_of(url: str, asked: str | None = None, environment: Mapping[str, str] | None = None) -> str | None:
    """The URL of the proxy for ``url``, its credentials included; None where the host is asked directly.

    ``asked`` goes before everything else. Without it this machine's own addresses are asked directly, then come
    ``no_proxy`` and the proxy of the URL's scheme. ``environment`` is by scheme and ``no``, by default what the
    variables and, on macOS and Windows, the system's settings say. Raises ``SetupError`` for a proxy that is no URL.
    """
    if asked is not None:
        return None if asked == DIRECT else asked
    given = getproxies() if environment is None else environment
    parts = urlsplit(url)
    if is_loopback(parts.hostname or "") or excepted(url, given.get("no", "")):
        return None
    source = parts.scheme if given.get(parts.scheme) else "all"
    try:
        return _checked(given[source]) if given.get(source) else None
    except ValueError as error:
        raise SetupError(f"{source}_proxy {error}, or give --geti-proxy") from None


def without_credentials(url: str) -> str:
    """A proxy's URL as it may be shown, or ``none``."""
    if url == DIRECT:
        return url
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def secrets_of(url: str) -> tuple[str, ...]:
    """What must not be shown of a proxy's URL: its password, as it is written and as it is meant."""
    password = urlsplit(url).password or ""
    return tuple(dict.fromkeys(each for each in (password, unquote(password)) if each))


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its name or address, as no proxy could reach it for us."""
    address, name = _address(host), _name(host)
    return address.is_loopback if address is not None else name == "localhost" or name.endswith(".localhost")


def excepted(url: str, no_proxy: str) -> bool:
    """Whether ``no_proxy`` names the host of ``url``.

    Entries stand between commas or blanks: ``*`` is every host; a name is that host and all below it, whether or not
    it begins with a dot; an address is itself, in brackets or not; ``10.0.0.0/8`` and ``fd00::/8`` are networks. Each
    may begin with a scheme and end with a port, which then must be that of the URL.
    """
    return any(_matches(urlsplit(url), entry) for entry in no_proxy.replace(",", " ").split())


def _matches(url: SplitResult, entry: str) -> bool:
    scheme, separator, entry = ("", "", entry) if "://" not in entry else entry.partition("://")
    if separator and scheme.lower() not in ("all", url.scheme):
        return False
    entry, address = entry.rstrip("/"), _address(url.hostname or "")
    if address is not None and "/" in entry:
        return _within(address, entry)
    if _address(entry) is not None:
        return address == _address(entry)
    found = _HOST_AND_PORT.fullmatch(entry)
    if found is None:
        return False
    port = found["port6"] or found["port"]
    if port and int(port) != (url.port or _PORTS.get(url.scheme)):
        return False
    host = found["ipv6"] or found["host"] or ""
    if host == "*":
        return True
    if address is not None:
        return address == _address(host)
    suffix, name = _name(host).removeprefix("*").lstrip("."), _name(url.hostname or "")
    return bool(suffix) and (name == suffix or name.endswith(f".{suffix}"))


def _within(address: Address, network: str) -> bool:
    try:
        return address in ipaddress.ip_network(network.replace("[", "").replace("]", ""), strict=False)
    except ValueError:
        return False


def _address(host: str) -> Address | None:
    """The address that a host is; an IPv4 address in the form of IPv6 is that of IPv4. None for a name."""
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _name(host: str) -> str:
    return host.lower().rstrip(".")


def _checked(text: str) -> str:
    url = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError("is no URL of a proxy; write http://HOST:PORT")
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"names a proxy of kind {parts.scheme}, which is not supported; write http://HOST:PORT")
    return url
