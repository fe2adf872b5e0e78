"""Multipart forms as exact bytes, well formed or not: what no HTTP library would send for us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

BOUNDARY: Final = "geti-contract-boundary-6f1d0a"
FORM: Final = f"multipart/form-data; boundary={BOUNDARY}"


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its Content-Disposition as it is sent, its bytes, and its media type if it has one."""

    disposition: str
    content: bytes
    media_type: str | None = None


def disposition(name: str, file_name: str | None = None) -> str:
    """What a browser writes there: UTF-8, with quote, CR and LF as per cent; WHATWG HTML 4.10.21.8."""
    escaped = "" if file_name is None else f'; filename="{_escaped(file_name)}"'
    return f'form-data; name="{_escaped(name)}"{escaped}'


def form(parts: Sequence[Part], *, closed: bool = True) -> bytes:
    """The body of a form, RFC 7578; ``closed`` False leaves the last delimiter away."""
    body = b""
    for part in parts:
        kind = f"Content-Type: {part.media_type}\r\n" if part.media_type else ""
        head = f"--{BOUNDARY}\r\nContent-Disposition: {part.disposition}\r\n{kind}\r\n"
        body += head.encode() + part.content + b"\r\n"
    return body + (f"--{BOUNDARY}--\r\n".encode() if closed else b"")


def _escaped(text: str) -> str:
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
