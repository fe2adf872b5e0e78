"""A request as a command to paste: the same bytes, the key in a variable of the shell."""

from __future__ import annotations

import base64
import hashlib
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# What fits into a line that people still paste; longer bodies lie in a file beside the reports.
_INLINE_TEXT: Final = 2000
_INLINE_BYTES: Final = 6000


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it went out; ``key`` is the key as a shell expands it, None where none was sent."""

    method: str
    url: str
    headers: Mapping[str, str]
    content: bytes | None
    key: str | None

    def curl(self, bodies: Path) -> str:
        """The command; a long body is written below ``bodies``, named by its content."""
        before, body = self._body(bodies)
        parts = [f"{before}curl -sS -i -g --path-as-is", "--head" if self.method == "HEAD" else f"-X {self.method}"]
        if self.key is not None:
            parts.append(f'-H "x-api-key: {self.key}"')
        names = {name.lower() for name in self.headers}
        for name, value in self.headers.items():
            if name.lower() not in ("content-length", "x-api-key"):
                parts.append("-H " + shlex.quote(f"{name}: {value}" if value else f"{name};"))
        if body and "content-type" not in names:
            parts.append("-H content-type:")
        return " ".join([*parts, *([body] if body else []), shlex.quote(self.url)])

    def _body(self, bodies: Path) -> tuple[str, str]:
        content = self.content
        if not content:
            return "", ""
        if content.isascii() and content.decode().isprintable() and len(content) <= _INLINE_TEXT:
            return "", f"--data-raw {shlex.quote(content.decode())}"
        if len(content) <= _INLINE_BYTES:
            return f"printf %s {base64.b64encode(content).decode()} | base64 -d | ", "--data-binary @-"
        path = bodies / f"{hashlib.sha256(content).hexdigest()[:16]}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return "", f"--data-binary {shlex.quote(f'@{path}')}"
