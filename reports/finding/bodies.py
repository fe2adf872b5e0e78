"""Bodies of requests as a folder holds them: text in the plan, media and archives in files, what is large packed."""

from __future__ import annotations

import lzma
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from contract.recording import Content, RecordedExchange

_PLAIN: Final = 1 << 16
# A packed file may have so many bytes; a larger one is left out, and described.
_MOST: Final = 4 << 20
_LONGEST_NAME: Final = 80
_BOUNDARY: Final = re.compile(r"multipart/form-data;.*?boundary=\"?([^\";]+)", re.IGNORECASE)
_FILE_NAME: Final = re.compile(rb'filename="([^"]+)"')


@dataclass(slots=True)
class Files:
    """The files of a folder, each content once under a name; what ends with ``.xz`` is packed when it is written.

    ``packed`` are those that are there, by name, ``left_out`` the sizes of those that are too large for it.
    """

    packed: dict[str, bytes] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    _names: dict[bytes, str] = field(default_factory=dict)

    def name_of(self, data: bytes, wanted: str) -> str:
        """The name of the file with this content; xz makes little of a large medium that shows little."""
        if data not in self._names:
            stem = re.sub(r"[^\w.-]+", "_", wanted, flags=re.ASCII)[-_LONGEST_NAME:].strip(".") or "body.bin"
            name = f"{stem}.xz" if len(data) > _PLAIN else stem
            self._names[data] = f"{len(self._names) + 1}-{name}" if name in self._names.values() else name
        return self._names[data]

    def pack(self, names: set[str]) -> None:
        """Make the files of these names."""
        for data, name in self._names.items():
            if name in names:
                packed = lzma.compress(data, preset=1) if name.endswith(".xz") else data
                if len(packed) > _MOST:
                    self.left_out[name.removesuffix(".xz")] = len(data)
                else:
                    self.packed[name] = packed


def body_of(exchange: RecordedExchange, files: Files, asked: Callable[[str], str]) -> dict[str, Any]:
    """The body of a request as fields of a step; ``asked`` puts variables into a text."""
    data = bytes_of(exchange.body)
    if not data:
        return {}
    kind = dict(exchange.headers).get("content-type", "")
    boundary = _BOUNDARY.match(kind)
    if boundary is not None:
        parts = _parts(data, boundary[1].encode("latin-1", "replace"))
        if parts is not None:
            return {"form": boundary[1], "parts": [_part(head, content, files, asked) for head, content in parts]}
    if "json" in kind or kind.startswith("text/"):
        try:
            return {"text": asked(data.decode())}
        except UnicodeDecodeError:
            pass
    return {"file": files.name_of(data, "body.bin")}


def bytes_of(content: Content) -> bytes:
    """The bytes of a body that were kept."""
    data = content.data or b""
    return zlib.decompress(data) if content.packed else data


def _parts(data: bytes, boundary: bytes) -> list[tuple[bytes, bytes]] | None:
    """The heads and contents of a form; None where it is not written as everybody writes one."""
    separator, parts = b"--" + boundary + b"\r\n", []
    pieces = (b"\r\n" + data).split(b"\r\n--" + boundary)
    for piece in pieces[1:-1]:
        head, blank, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        if not blank:
            return None
        parts.append((head, content))
    whole = b"".join(separator + head + b"\r\n\r\n" + content + b"\r\n" for head, content in parts)
    return parts if parts and whole + b"--" + boundary + b"--\r\n" == data else None


def _part(head: bytes, content: bytes, files: Files, asked: Callable[[str], str]) -> dict[str, str]:
    name = _FILE_NAME.search(head)
    shown = {"head": asked(head.decode("latin-1"))}
    if name is None and len(content) < _PLAIN:
        try:
            return {**shown, "text": asked(content.decode())}
        except UnicodeDecodeError:
            pass
    return {**shown, "file": files.name_of(content, name[1].decode("latin-1") if name else "part.bin")}
