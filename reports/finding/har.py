"""Exchanges as HAR 1.2, which browsers and proxies open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from contract.recording import RecordedExchange
from contract.version import VERSION
from reports.finding.bodies import bytes_of

_MOST_TEXT: Final = 1 << 16
_HTTP: Final = "HTTP/1.1"


def har(base: str, exchanges: Sequence[RecordedExchange]) -> dict[str, Any]:
    """The whole file; a key stands in it as ``${key}``, and of a body that is no text its size and SHA-256."""
    creator = {"name": "geti-contract", "version": VERSION}
    return {"log": {"version": "1.2", "creator": creator, "entries": [_entry(base, each) for each in exchanges]}}


def _entry(base: str, exchange: RecordedExchange) -> dict[str, Any]:
    milliseconds = round(exchange.elapsed_s * 1000, 3)
    entry = {
        "startedDateTime": datetime.fromtimestamp(exchange.started_s, UTC).isoformat(),
        "time": milliseconds,
        "request": _request(base, exchange),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
    }
    return entry | ({"comment": f"no answer: {exchange.failure}"} if exchange.failure else {})


def _request(base: str, exchange: RecordedExchange) -> dict[str, Any]:
    keys = {} if exchange.key is None else {"x-api-key": exchange.key}
    headers = {**dict(exchange.headers), **keys}
    query = parse_qsl(urlsplit(exchange.target).query, keep_blank_values=True)
    request: dict[str, Any] = {
        "method": exchange.method,
        "url": base + exchange.target,
        "httpVersion": _HTTP,
        "cookies": [],
        "headers": _named(headers),
        "queryString": [{"name": name, "value": value} for name, value in query],
        "headersSize": -1,
        "bodySize": exchange.body.size,
    }
    if exchange.body.size:
        kind = dict(exchange.headers).get("content-type", "")
        request["postData"] = {"mimeType": kind, **_text(bytes_of(exchange.body), exchange.body.sha256)}
    return request


def _response(exchange: RecordedExchange) -> dict[str, Any]:
    content = exchange.content
    shown = _text(content.data and bytes_of(content), content.sha256) if content.size else {}
    return {
        "status": exchange.status or 0,
        "statusText": "",
        "httpVersion": _HTTP,
        "cookies": [],
        "headers": _named(exchange.answer_headers),
        "content": {"size": content.size, "mimeType": exchange.media_type, **shown},
        "redirectURL": exchange.answer_headers.get("location", ""),
        "headersSize": -1,
        "bodySize": content.size,
    }


def _named(headers: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def _text(data: bytes | None, sha256: str) -> dict[str, str]:
    try:
        if data is not None and len(data) <= _MOST_TEXT:
            return {"text": data.decode()}
    except UnicodeDecodeError:
        pass
    return {"text": "", "comment": f"not shown; SHA-256 {sha256}"}
