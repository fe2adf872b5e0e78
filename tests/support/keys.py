"""A key that is easy to find, and the forms that it may be found in."""

from __future__ import annotations

import base64
from urllib.parse import quote

KEY = "geti_pat_PLANTED~key/with+odd=signs~0123456789"


def forms(key: str) -> list[str]:
    """What to search for: the key as it is, quoted, in base64 and in hex, and its middle."""
    whole = base64.b64encode(key.encode()).decode()
    return [key, quote(key, safe=""), whole.rstrip("=")[:-2], key.encode().hex(), key[9:25]]
