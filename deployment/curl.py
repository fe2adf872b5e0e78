"""A request as a command to paste."""

from __future__ import annotations

import shlex


def curl(method: str, url: str, file_name: str | None = None) -> str:
    """The request as a command to paste; the key stays in ``$GETI_TOKEN``."""
    part = f" -F {shlex.quote(f'file=@{file_name}')}" if file_name else ""
    return f'curl -sS -X {method} -H "x-api-key: $GETI_TOKEN"{part} {shlex.quote(url)}'
