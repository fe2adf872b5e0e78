"""Where in a deployment's own document a finding lies, and what stands there: what a later reading is compared with."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from contract.audited import Defect
from deployment.document import OWN, Document

_MOST: Final = 100
# A place that is none of the document itself but one of our notes on it.
_NOTE: Final = "x-geti-contract"


def stood_at(document: Document, defects: Sequence[Defect]) -> dict[str, Any]:
    """The path of the document and, by place, the SHA-256 of what stands there; nothing for one given by the user."""
    if not document.source.endswith(OWN) or not defects:
        return {}
    places = dict.fromkeys(() if each.place[:1] and each.place[0].startswith(_NOTE) else each.place for each in defects)
    stood = [[list(place), digest(document.root, place)] for place in list(places)[:_MOST]]
    return {"stood": {"path": OWN, "places": stood}}


def digest(root: Mapping[str, Any], place: Sequence[str]) -> str:
    """The SHA-256 of the value at a place and all that it refers to, and what the document says of keys.

    Empty where there is none. ``reproduce.py`` of a finding does the same, and has it a second time: it stands alone.
    """
    value: Any = root
    for name in place:
        if isinstance(value, Mapping) and name not in value and isinstance(value.get("$ref"), str):
            value = _referred(root, value["$ref"])
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
            referred[reference] = _referred(root, reference)
            pending.append(referred[reference])
    whole = [value, referred, root.get("security"), _referred(root, "#/components/securitySchemes")]
    return hashlib.sha256(json.dumps(whole, sort_keys=True, default=str).encode()).hexdigest()


def _referred(root: Mapping[str, Any], reference: str) -> Any:
    value: Any = root
    for name in reference.removeprefix("#/").split("/"):
        value = value.get(name.replace("~1", "/").replace("~0", "~")) if isinstance(value, Mapping) else None
    return value
