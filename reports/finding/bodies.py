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
_BOUNDARY: Final = re.compile(r"multipart/form-data;.*?boundary=\"?([^\";]+)", re.IGNORECASE)
_FILE_NAME: Final = re.compile(rb'filename="([^"]+)"')


@dataclass(slots=True)
class Files:
    """The files of a folder by name, each content once; ``left_out`` are those too large to be there."""

    contents: dict[str, bytes] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    _known: dict[bytes, str] = field(default_factory=dict)

    def name_of(self, data: bytes, wanted: str) -> str:
        """The name of the file with this content; one that is large is packed by xz, which makes little of a medium."""
        if data not in self._known:
            stem = re.sub(r"[^\w.-]+", "_", wanted)[-80:].strip(".") or "body.bin"
            packed = lzma.compress(data, preset=1) if len(data) > _PLAIN else data
            name = stem if packed is data else f"{stem}.xz"
            if name in self.contents or name in self.left_out:
                name = f"{len(self._known) + 1}-{name}"
            if len(packed) > _MOST:
                name = name.removesuffix(".xz")
                self.left_out[name] = len(data)
            else:
                self.contents[name] = packed
            self._known[data] = name
        return self._known[data]

    def keep(self, names: set[str]) -> None:
        """Forget every file but these."""
        self.contents = {name: content for name, content in self.contents.items() if name in names}
        self.left_out = {name: size for name, size in self.left_out.items() if name in names}


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
