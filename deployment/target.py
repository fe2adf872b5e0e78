"""Where and with which key: the base URL and the token, checked before anything is sent."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from deployment.errors import SetupError


def base_url(text: str) -> str:
    """``scheme://host[:port]`` as given. Raises ``SetupError`` for anything more or less."""
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise SetupError(f"--geti-url {text!r} is no URL ({error}); write https://HOST or https://HOST:PORT") from None
    if parts.scheme not in ("http", "https") or not host:
        raise SetupError(f"--geti-url {text!r} is no base URL; write https://HOST or https://HOST:PORT")
    if parts.username or parts.password:
        raise SetupError("--geti-url carries credentials; put the key into a file and name it with --geti-token-file")
    if parts.path or parts.query or parts.fragment:
        raise SetupError(f"--geti-url {text!r} has more than a host; write {parts.scheme}://{parts.netloc}")
    return text


def read_token(token_file: str | None) -> str:
    """The key from a file, else from ``GETI_TOKEN``. Raises ``SetupError``; never says what the key is."""
    if token_file is None:
        token = os.environ.get("GETI_TOKEN", "").strip()
        if not token:
            raise SetupError("no token; put it into a file and give --geti-token-file FILE, or set GETI_TOKEN")
    else:
        try:
            token = Path(token_file).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "not ASCII"
            raise SetupError(f"the token file {token_file} cannot be read ({why}); check --geti-token-file") from None
        if not token:
            raise SetupError(f"the token file {token_file} is empty; write the key into it")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise SetupError("the token holds blanks or control characters; write the key alone into the file")
    return token
