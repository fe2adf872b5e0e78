"""Generated data that names entities, made to name the run's own: a search starts behind the refusal of foreign ids."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from contract.identifiers import IDENTIFIER

_FIELD: Final = re.compile(r"(\w+?)_id")
# Lists whose items carry an id of their own, where the run has one of the kind.
_LISTS: Final = {"labels": "label", "tasks": "task"}


def own_named(value: Any, live: Mapping[str, str], *, any_text: bool, kind: str = "") -> Any:
    """``value`` with each id of a kind of ``live`` put in place of what stands there; nothing is changed in place.

    With ``any_text`` every text under such a name is taken for an id, else only what is written as one: in data that
    is meant to be refused the wrong id may be the point.
    """
    if isinstance(value, Mapping):
        return {name: _field(name, inner, live, any_text=any_text, kind=kind) for name, inner in value.items()}
    if isinstance(value, list):
        return [own_named(item, live, any_text=any_text, kind=kind) for item in value]
    return value


def _field(name: Any, value: Any, live: Mapping[str, str], *, any_text: bool, kind: str) -> Any:
    named = _FIELD.fullmatch(name) if isinstance(name, str) else None
    meant = kind if name == "id" else "image" if name == "media_id" else named[1] if named else ""
    if meant in live and isinstance(value, str) and (any_text or IDENTIFIER.fullmatch(value)):
        return live[meant]
    return own_named(value, live, any_text=any_text, kind=_LISTS.get(name, "") if isinstance(name, str) else "")
