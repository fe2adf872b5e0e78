"""The text of an OpenAPI document, JSON or YAML, as one object."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any, Final

import yaml

from contract.openapi import NAMES_TWICE
from deployment.errors import SetupError

HINT: Final = "check --geti-openapi"
_MERGE: Final = "tag:yaml.org,2002:merge"
_STATUS: Final = re.compile(r"[1-5](\d\d|XX)", re.IGNORECASE)
# A status that is declared twice: nobody can say what it holds.
_UNCLEAR: Final = {"description": "declared twice"}


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML with JSON's types: a date stays the text it is in the document. Notes the names that stand twice."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.twice: list[str] = []

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping; ``twice`` gets what is in it more than once."""
        names = [(str(key.value), key.start_mark.line + 1) for key, _ in node.value if key.tag != _MERGE]
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        for name in _repeated([name for name, _ in names]):
            self.twice.append(f"{name} (line {max(line for each, line in names if each == name)})")
            mapping |= {key: _UNCLEAR for key in mapping if str(key) == name and _STATUS.fullmatch(name)}
        return mapping


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def parsed(text: str, location: str) -> dict[str, Any]:
    """The object in a file; of a name that stands twice the last counts, and ``NAMES_TWICE`` lists it.

    ``location`` is for the message of a ``SetupError``.
    """
    twice: list[str] = []
    try:
        content = json.loads(text, object_pairs_hook=lambda pairs: _object(pairs, twice))
    except json.JSONDecodeError as no_json:
        loader = _Loader(text)
        try:
            content, twice = loader.get_single_data(), loader.twice
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = no_json.lineno if text.lstrip().startswith("{") or mark is None else mark.line + 1
            raise SetupError(f"{location} is neither JSON nor YAML (line {line}); {HINT}") from None
        finally:
            loader.dispose()
    if not isinstance(content, dict):
        raise SetupError(f"{location} holds no object; {HINT}")
    return {**content, NAMES_TWICE: twice} if twice else content


def _object(pairs: list[tuple[str, Any]], twice: list[str]) -> dict[str, Any]:
    repeated = _repeated([name for name, _ in pairs])
    twice += repeated
    return dict(pairs) | {name: _UNCLEAR for name in repeated if _STATUS.fullmatch(name)}


def _repeated(names: list[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]
