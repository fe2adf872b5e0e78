"""Keys out of every text that is shown or written, in whatever form they came into it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final
from urllib.parse import quote

from contract.recording import TAKEN_OUT

# So much of a key's beginning or end gives it away; tokens begin alike, with geti_pat_.
_HEAD: Final = 12
_TAIL: Final = 8
_REST: Final = r"[\w~%+/=.-]*"


class Redactor:
    """Knows the keys of a run, and the forms in which a deployment or a library may write them down."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms: list[str] = []
        self.hide(*secrets)

    def hide(self, *secrets: str) -> None:
        """Hide these too."""
        known = {*self._forms, *(form for secret in secrets if secret for form in _forms(secret))}
        self._forms = sorted(known, key=len, reverse=True)

    def clean(self, text: str) -> str:
        """``text`` with every key replaced."""
        for form in self._forms:
            if form in text:
                text = text.replace(form, TAKEN_OUT)
        return text

    def clean_cut(self, text: str) -> str:
        """``text`` with every key replaced, and what is left of one where somebody shortened the text."""
        text = self.clean(text)
        for form in self._forms:
            head, tail = form[:_HEAD], form[-_TAIL:]
            if len(form) >= 2 * _HEAD and (head in text or tail in text):
                text = re.sub(re.escape(head) + _REST, TAKEN_OUT, text)
                text = re.sub(_REST + re.escape(tail), TAKEN_OUT, text)
        return text

    def cleaned(self, value: Any) -> Any:
        """``value`` with every text in it clean: mappings, sequences and frozen dataclasses, however deep."""
        if isinstance(value, str):
            return self.clean_cut(value)
        if isinstance(value, Mapping):
            return {self.cleaned(key): self.cleaned(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return type(value)([self.cleaned(each) for each in value])
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{each.name: self.cleaned(getattr(value, each.name)) for each in fields(value)})
        return value

    def __repr__(self) -> str:
        return f"Redactor({len(self._forms)} forms)"


def _forms(secret: str) -> set[str]:
    """As it is, percent-encoded, as JSON, hexadecimal, and base64 wherever it begins within a longer text."""
    plain = secret.encode()
    forms = {secret, quote(secret, safe=""), quote(secret), json.dumps(secret)[1:-1], plain.hex(), plain.hex().upper()}
    forms.add("".join(f"%{one:02X}" for one in plain))
    for before in range(3):
        # Digits that a neighbour has a share in are left away: they differ from text to text.
        first, last = (8 * before + 5) // 6, (8 * (before + len(plain))) // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            forms.add(encode(bytes(before) + plain + bytes(2)).decode()[first:last])
    return {form for form in forms if len(form) >= min(len(secret), 6)}
