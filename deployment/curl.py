"""A request as a command to paste."""

from __future__ import annotations

import shlex
from urllib.request import getproxies


def curl(method: str, url: str, file_name: str | None = None) -> str:
    """The request as a command to paste; the key stays in ``$GETI_TOKEN``."""
    part = f" -F {shlex.quote(f'file=@{file_name}')}" if file_name else ""
    return f'curl -sS -X {method} -H "x-api-key: $GETI_TOKEN"{part} {shlex.quote(url)}'


def routed(command: str, proxy: str | None) -> str:
    """The command, or each of several, as it goes where the run went: through the same ``proxy``, or through none.

    A shell in which no proxy is set needs to be told nothing where the run used none.
    """
    if proxy is not None:
        return command.replace("curl -sS", f"curl -sS -x {shlex.quote(proxy)}")
    return command.replace("curl -sS", "curl -sS --noproxy '*'") if getproxies() else command
