"""Answers against those that were seen with a finding, for ``reproduce.py``, beside which it stands."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from sending import Answer

ANY, EACH, ENTRIES = "${any}", "${each}", "${entries}"
NO_ENTRY = "has no entry"


class Comparison:
    """Answers against those that were seen with the finding; ``exact`` counts what is there besides, too."""

    def __init__(self, values: dict[str, str], *, exact: bool) -> None:
        self.values, self.exact = values, exact
        self.entries: int | None = None

    def difference(self, wanted: Any, got: Any, place: str = "") -> str:
        """Where a JSON value is another; empty where it is the same."""
        if wanted == ANY or wanted == f"${{{type(got).__name__}}}":
            return ""
        if wanted == ENTRIES:
            return "" if got == self.entries else f"{place} is {got!r}, was the number of entries"
        if isinstance(wanted, str) and isinstance(got, str):
            known = {ANY: ".*", **{f"${{{name}}}": re.escape(value) for name, value in self.values.items()}}
            parts = re.split(r"(\$\{\w+\})", wanted)
            pattern = "".join(known.get(part, re.escape(part)) for part in parts)
            same = re.fullmatch(pattern, got, re.DOTALL | re.IGNORECASE)
            return "" if same else f"{place} is {got!r}, was {wanted!r}"
        if isinstance(wanted, dict) and EACH in wanted and isinstance(got, list):
            found = [self.difference(wanted[EACH], each, f"{place}/{number}") for number, each in enumerate(got)]
            return "" if "" in found else next(iter(found), f"{place} {NO_ENTRY}")
        if isinstance(wanted, dict) and isinstance(got, dict):
            names = {name: "missing" for name in wanted if name not in got}
            names |= {name: "there" for name in got if name not in wanted and self.exact}
            inner = (self.difference(each, got.get(name), f"{place}/{name}") for name, each in wanted.items())
            return next((f"{place}/{name} is {how}" for name, how in names.items()), "") or next(
                filter(None, inner), ""
            )
        if isinstance(wanted, list) and isinstance(got, list):
            if len(wanted) != len(got):
                return f"{place} has {len(got)} entries, had {len(wanted)}"
            pairs = enumerate(zip(wanted, got, strict=True))
            return next(filter(None, (self.difference(*pair, f"{place}/{number}") for number, pair in pairs)), "")
        return "" if type(wanted) is type(got) and wanted == got else f"{place} is {got!r}, was {wanted!r}"

    def of(self, wanted: dict[str, Any], answer: Answer) -> str:
        """Where an answer is another; empty where it is the same."""
        if "status" in wanted and wanted["status"] != answer.status:
            return f"it got {answer.words}, was {wanted['status']}"
        if answer.response is None:
            return ""
        kind = answer.response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if wanted.get("media_type", kind) != kind:
            return f"it is called {kind or 'nothing'}, was {wanted['media_type'] or 'nothing'}"
        if "sha256" in wanted and wanted["sha256"] != hashlib.sha256(answer.response.content).hexdigest():
            return f"it has other bytes ({len(answer.response.content)}, were {wanted.get('size', 'others')})"
        text, values = answer.response.text, self.values
        lacks = [f"it does not name {name}" for name in wanted.get("names", ()) if values.get(name, "?") not in text]
        named = [f"it names {name}" for name in wanted.get("lacks", ()) if values.get(name, "?") in text]
        body = answer.json
        lists = [each for each in body.values() if isinstance(each, list)] if isinstance(body, dict) else []
        self.entries = len(lists[0]) if len(lists) == 1 else None
        return next(iter([*lacks, *named]), "") or (
            self.difference(wanted["json"], answer.json) if "json" in wanted else ""
        )
