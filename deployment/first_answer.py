"""What came of the first request to a deployment, and what can be read from it without guessing."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any, Final
from urllib.parse import SplitResult, urljoin, urlsplit

from contract.results import Exchange

# So far apart may two clocks be that are set by the network.
_SAME_CLOCK_S: Final = 300
_SHOWN: Final = 120
_TITLE: Final = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_SIGN_IN: Final = re.compile(r"\b(?:sign|log)[ -]?(?:in|on)\b|type=[\"']?password", re.IGNORECASE)
# How a TLS library names what is wrong: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: … (_ssl.c:1000)
_TLS_REASON: Final = re.compile(r"\[SSL[^\]]*\]\s*(?:certificate verify failed: )?(.*?)\.?\s*(?:\(_ssl\.c:\d+\))?$")
_ERRNO: Final = re.compile(r"^\[Errno -?\d+\] ")
_KEY_PREFIX: Final = "geti_pat_"
# Who answered, in the words of gateways and proxies.
_NAMES: Final = ("server", "via", "x-squid-error", "proxy-agent", "x-cache", "x-powered-by")


@dataclass(frozen=True)
class FirstAnswer:
    """The first exchange with what lies at ``base``, asked with ``key`` and through ``proxy`` where there is one.

    ``timeout`` is in seconds. ``document`` is what is served at ``/api/openapi.json``, ``front`` the page at ``/``;
    both are empty where they were not asked for. ``now`` is this machine's clock.
    """

    base: str
    exchange: Exchange
    key: str = field(default="", repr=False)
    proxy: str | None = None
    timeout: float = 0.0
    document: Mapping[str, Any] = field(default_factory=dict)
    front: str = ""
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def status(self) -> int:
        """The status of the answer; 0 where none came."""
        return self.exchange.status or 0

    @property
    def failure(self) -> str:
        """Why no answer came; empty where one came."""
        return self.exchange.failure or "" if self.exchange.status is None else ""

    @property
    def host(self) -> str:
        """Host and port as they were given."""
        return urlsplit(self.base).netloc

    @property
    def reason(self) -> str:
        """The failure without the name of its class and the place in the TLS library."""
        text = self.failure.partition(": ")[2] or self.failure
        text = _ERRNO.sub("", text)
        found = _TLS_REASON.search(text)
        return one_line(found[1] if found is not None and found[1] else text)

    def header(self, name: str) -> str:
        """A header of the answer; empty where it has none of that name."""
        return one_line(self.exchange.headers.get(name, ""))

    @property
    def server(self) -> str:
        """Who answered, as its headers and its page say: ``server: nginx, page 'Sign in'``."""
        said = [f"{name}: {self.header(name)}" for name in _NAMES if self.header(name)]
        return ", ".join([*said, *([f"page {self.title!r}"] if self.title else [])]) or "it does not say who it is"

    @property
    def is_page(self) -> bool:
        """Whether the answer is an HTML page."""
        start = self.exchange.response.lstrip()[:15].lower()
        return self.header("content-type").startswith("text/html") or start.startswith(("<!doctype html", "<html"))

    @property
    def is_of_proxy(self) -> bool:
        """Whether a proxy says that the answer is its own, and no other's: Squid's header, and that of RFC 9209."""
        return bool(self.header("x-squid-error")) or "error=" in self.header("proxy-status")

    @property
    def title(self) -> str:
        """The title of the page that was answered; empty without one."""
        return title_of(self.exchange.response) if self.is_page else ""

    @property
    def asks_to_sign_in(self) -> bool:
        """Whether a page was answered that asks for a user and a password."""
        return self.is_page and _SIGN_IN.search(self.exchange.response) is not None

    @property
    def body(self) -> Mapping[str, Any]:
        """The JSON object that was answered; empty where it is none."""
        try:
            body = json.loads(self.exchange.response)
        except (ValueError, RecursionError):
            return {}
        return body if isinstance(body, dict) else {}

    @cached_property
    def _location(self) -> SplitResult:
        try:
            return urlsplit(urljoin(self.exchange.url, self.header("location")))
        except ValueError:
            return SplitResult("", "", "", "", "")

    @property
    def location(self) -> str:
        """Where a redirect leads, without its query: that may hold what is secret."""
        to = self._location
        return f"{to.scheme}://{to.netloc.rpartition('@')[2]}{to.path}" if to.netloc else "nowhere"

    @property
    def secured(self) -> str:
        """The base URL by https that a redirect leads to on the same host; empty where it leads elsewhere."""
        to, host = self._location, urlsplit(self.base).hostname
        moved = to.scheme == "https" and self.base.startswith("http://") and to.hostname == host
        return f"https://{to.netloc}" if moved else ""

    @property
    def clock(self) -> datetime | None:
        """The clock of whoever answered; None where the answer has no date."""
        try:
            date = parsedate_to_datetime(self.header("date"))
        except ValueError:
            return None
        return date if date.tzinfo is not None else date.replace(tzinfo=UTC)

    @property
    def clocks_differ(self) -> bool:
        """Whether the clock of whoever answered is not ours."""
        return self.clock is not None and abs((self.clock - self.now).total_seconds()) > _SAME_CLOCK_S

    @property
    def key_form(self) -> str:
        """What the key looks like where it is none of Geti's; empty where it could be one. The key is not in it."""
        if self.key.startswith(_KEY_PREFIX):
            return ""
        if self.key.startswith("eyJ") and self.key.count(".") == 2:
            return "it is a JSON web token, as a browser's session has"
        if self.key[:1] in ("'", '"', "<") or self.key[-1:] in ("'", '"', ">"):
            return "it stands in quotes or brackets"
        return f"it does not begin with {_KEY_PREFIX}"

    @property
    def is_flat(self) -> bool:
        """Whether what lies there serves a document of flat paths, ``/api/projects`` without a version, as Geti 3.x."""
        paths = self.document.get("paths")
        names = [str(path) for path in paths] if isinstance(paths, dict) else []
        return any(re.match(r"/api/projects\b", name) for name in names) and not any("/v1/" in name for name in names)

    @property
    def product(self) -> str:
        """What lies there in its own words: title and version of its document, else the title of its page."""
        info = self.document.get("info")
        said = [str(info[key]) for key in ("title", "version") if info.get(key)] if isinstance(info, dict) else []
        return one_line(" ".join(said)) or title_of(self.front) or self.title

    @property
    def words(self) -> Mapping[str, object]:
        """What a message may speak of, by name."""
        names = (
            "base",
            "host",
            "proxy",
            "status",
            "reason",
            "server",
            "title",
            "location",
            "secured",
            "key_form",
            "product",
        )
        shown = "%Y-%m-%d %H:%M UTC"
        return {name: getattr(self, name) for name in names} | {
            "timeout": f"{self.timeout:g}",
            "now": f"{self.now:{shown}}",
            "clock": f"{self.clock.astimezone(UTC):{shown}}" if self.clock is not None else "unknown",
        }


def title_of(page: str) -> str:
    """The title of an HTML page in one line; empty without one."""
    found = _TITLE.search(page)
    return one_line(html.unescape(found[1])) if found is not None else ""


def one_line(text: str) -> str:
    """A text of somebody else's as a message may hold it: one line that ends, and nothing that moves a cursor."""
    line = "".join(one if one.isprintable() else "?" for one in " ".join(text.split()))
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}..."
