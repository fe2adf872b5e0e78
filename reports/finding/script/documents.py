"""What a part of an OpenAPI document is known by, to a run and to ``reproduce.py``, beside which it stands alone."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from typing import Any


def digest_at(root: Any, place: Sequence[str]) -> str:
    """The SHA-256 of the value at a place and all that it refers to, and what the document says of keys.

    Empty where there is none.
    """
    value = root
    for name in place:
        if isinstance(value, dict) and name not in value and isinstance(value.get("$ref"), str):
            value = referred_to(root, value["$ref"])
        try:
            value = value[int(name)] if isinstance(value, list) else value[name]
        except (KeyError, IndexError, TypeError, ValueError):
            return ""
    referred: dict[str, Any] = {}
    pending = [value]
    while pending:
        for reference in (
            set(re.findall(r'"\$ref": "(#/[^"]*)"', json.dumps(pending.pop(), default=str))) - referred.keys()
        ):
            referred[reference] = referred_to(root, reference)
            pending.append(referred[reference])
    whole = [value, referred, root.get("security"), referred_to(root, "#/components/securitySchemes")]
    return hashlib.sha256(json.dumps(whole, sort_keys=True, default=str).encode()).hexdigest()


def referred_to(root: Any, reference: str) -> Any:
    """What a local reference leads to."""
    value = root
    for name in reference.removeprefix("#/").split("/"):
        value = value.get(name.replace("~1", "/").replace("~0", "~")) if isinstance(value, dict) else None
    return value
