"""The requests of a sequence as commands to paste, in order; what they make is named by variables of the shell."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from contract.operations import API

# A body of 500 labels is described, not written out.
_LONGEST_BODY: Final = 4000


@dataclass(frozen=True, slots=True)
class Command:
    """One request that went out: its path below ``/api/v1``, its JSON body or its file; ``note`` says more of it."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    file: str = ""
    note: str = ""


def script(commands: Sequence[Command], base: str, names: Mapping[str, str]) -> str:
    """The commands, one a line; ``names`` are the variables that stand for ids, by id."""
    return "\n".join(_line(command, base, names) for command in commands)


def _line(command: Command, base: str, names: Mapping[str, str]) -> str:
    words = [f'curl -sS -X {command.method} -H "x-api-key: $GETI_TOKEN"']
    note = command.note
    if command.file:
        words.append(f"-F {shlex.quote(f'file=@{command.file}')}")
    if command.body is not None:
        text = json.dumps(command.body)
        if len(text) > _LONGEST_BODY:
            note = f"{note} body of {len(text):,} bytes".strip()
            text = "@body.json"
        words.append(f'-H "content-type: application/json" --data {_with_names(text, names)}')
    words.append(_with_names(f"{base}{API}{command.path}", names))
    return " ".join(words) + (f"  # {note}" if note else "")


def _with_names(text: str, names: Mapping[str, str]) -> str:
    """A word of the shell in which each id stands as its variable."""
    quoted = shlex.quote(text)
    for identifier, name in names.items():
        variable = f"'\"${name}\"'" if quoted.startswith("'") else f"${name}"
        quoted = quoted.replace(identifier, variable)
    return quoted
