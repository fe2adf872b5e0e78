"""The text of an OpenAPI document, JSON or YAML, as one object."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import Any, Final, NoReturn

from contract.openapi import NAMES_TWICE
from deployment.document_lines import lines_of
from deployment.document_yaml import MAX_DEPTH, NotYamlError, read_yaml
from deployment.errors import SetupError

HINT: Final = "check --geti-openapi"
# Five times the largest document of the field; in memory it is some forty times its size.
MAX_BYTES: Final = 16 * 1024 * 1024
_STATUS: Final = re.compile(r"[1-5](\d\d|XX)", re.IGNORECASE)
# A status that is declared twice: nobody can say what it holds.
_UNCLEAR: Final = {"description": "declared twice"}


class _NoNumberError(ValueError):
    """A number that JSON does not have, or one of thousands of digits."""


def decoded(content: bytes, location: str) -> dict[str, Any]:
    """The object in the bytes of a file, as ``parsed`` reads it. Raises ``SetupError``."""
    if len(content) > MAX_BYTES:
        raise SetupError(f"{location} is larger than {MAX_BYTES // 2**20} MiB; {HINT}")
    try:
        return parsed(content.decode("utf-8-sig"), location)
    except UnicodeDecodeError:
        raise SetupError(f"{location} is no UTF-8 text; {HINT}") from None


def parsed(text: str, location: str) -> dict[str, Any]:
    """The object in a file; of a name that stands twice the last counts, and ``NAMES_TWICE`` lists it with its line.

    ``location`` is for the message of a ``SetupError``.
    """
    twice: list[tuple[str, int]] = []
    repeats: list[str] = []
    try:
        content = json.loads(
            text,
            object_pairs_hook=lambda pairs: _object(pairs, repeats),
            parse_constant=_no_number,
            parse_float=_float,
            parse_int=_int,
        )
    except _NoNumberError as error:
        raise SetupError(f"{location} has {error}; {HINT}") from None
    except RecursionError:
        raise SetupError(f"{location} is nested deeper than {MAX_DEPTH} levels; {HINT}") from None
    except json.JSONDecodeError as no_json:
        try:
            content, repeated = read_yaml(text)
        except NotYamlError as error:
            line = no_json.lineno if text.lstrip().startswith("{") else error.line
            said = f"is neither JSON nor YAML (line {line})" if str(error).startswith("no YAML") else f"has {error}"
            raise SetupError(f"{location} {said}; {HINT}") from None
        for holder, name, line in repeated:
            twice.append((name, line))
            holder |= {name: _UNCLEAR} if _STATUS.fullmatch(name) else {}
    if repeats:
        twice = [(pointer[-1], line) for pointer, line in lines_of(text).repeated]
    if not isinstance(content, dict):
        raise SetupError(f"{location} holds no object; {HINT}")
    content.pop(NAMES_TWICE, None)
    return {**content, NAMES_TWICE: twice} if twice else content


def _object(pairs: list[tuple[str, Any]], repeats: list[str]) -> dict[str, Any]:
    repeated = [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]
    repeats += repeated
    return dict(pairs) | {name: _UNCLEAR for name in repeated if _STATUS.fullmatch(name)}


def _no_number(name: str) -> NoReturn:
    raise _NoNumberError(f"a number that JSON does not have: {name}")


def _float(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text[:20])


def _int(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise _NoNumberError("a number of thousands of digits") from None
