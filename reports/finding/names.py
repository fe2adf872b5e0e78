"""Variables in the place of ids: what an answer names is asked for by that name when it is sent again."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from contract.identifiers import IDENTIFIER, canonical
from contract.recording import RecordedExchange

# What stands in an expected answer for what is another one each time, and for the entries of a list, of which each is
# of that form, and for how many they are.
ANY: Final = "${any}"
EACH: Final = "${each}"
ENTRIES: Final = "${entries}"
MADE, READ = "made", "read"
_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?")


@dataclass(slots=True)
class Names:
    """The variables of a recording: ``fixed`` are texts by the name of their variable, ids come with the answers.

    ``gives`` says by variable which step's answer has its value and where: a JSON pointer, with the number of the id
    where the text there holds more than one, or ``header NAME``. Those
    that are ``given`` are known when all is sent again; some are ``deleted``.
    """

    fixed: Mapping[str, str]
    gives: dict[str, tuple[int, str]] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    _of_id: dict[str, str] = field(default_factory=dict)
    _constant: set[str] = field(default_factory=set)
    _counts: Counter[bool] = field(default_factory=Counter)

    def asked(self, text: str) -> str:
        """A text of a request with variables in it; an id that no answer gave stays what it is."""
        text = self._fix(text)
        self._constant |= {canonical(each) for each in IDENTIFIER.findall(text)} - self._of_id.keys()
        return IDENTIFIER.sub(lambda found: self._variable(found[0]) or found[0], text)

    def note_deleted(self, target: str) -> None:
        """Take that what the target of a deletion names is gone, with what came with it."""
        last = re.search(rf"\$\{{({MADE}\d+_)\w*\}}$", target)
        if last is not None:
            self.deleted |= {name for name in self.gives if name.startswith(last[1])}

    def learn(self, step: int, exchange: RecordedExchange) -> None:
        """Take the ids that the answer of a step names for the first time.

        They are called by the request that gave them, counted among those that changed something or those that read.
        """
        self._counts[exchange.reads] += 1
        prefix = f"{READ if exchange.reads else MADE}{self._counts[exchange.reads]}"
        for identifier, place in _places(exchange):
            key = canonical(identifier)
            if key not in self._of_id and key not in self._constant and identifier not in self.fixed.values():
                name = "_".join([prefix, *re.findall(r"\w+", place)])
                self._of_id[key], self.gives[name] = name, (step, place)

    def named_in(self, text: str) -> set[str]:
        """The variables of the ids in a text that are known when all is sent again."""
        return {
            name for each in IDENTIFIER.findall(text) if (name := self._of_id.get(canonical(each), "")) in self.given
        }

    def answered(self, value: Any) -> Any:
        """A JSON value of an answer with variables in it, and ``ANY`` for times and for ids that it names first."""
        if isinstance(value, str):
            text = _TIME.sub(ANY, self._fix(value))
            return IDENTIFIER.sub(lambda found: self._known(found[0]), text)
        if isinstance(value, list):
            return [self.answered(each) for each in value]
        if isinstance(value, dict):
            return {str(name): self.answered(each) for name, each in value.items()}
        return value

    def _fix(self, text: str) -> str:
        for name, known in self.fixed.items():
            if known:
                text = text.replace(known, f"${{{name}}}")
        return text

    def _variable(self, identifier: str) -> str:
        name = self._of_id.get(canonical(identifier), "")
        return f"${{{name}}}" if name else ""

    def _known(self, identifier: str) -> str:
        name = self._of_id.get(canonical(identifier), "")
        if name in self.given:
            return f"${{{name}}}"
        return identifier if canonical(identifier) in self._constant else ANY


def used(texts: Iterable[str]) -> set[str]:
    """The variables that texts name."""
    return {name for text in texts for name in re.findall(r"\$\{(\w+)\}", text)}


def alike(first: Any, second: Any) -> Any:
    """What two answers have in common: ``ANY`` where they differ."""
    if isinstance(first, dict) and isinstance(second, dict):
        return {name: alike(each, second[name]) if name in second else ANY for name, each in first.items()}
    if isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        return [alike(one, other) for one, other in zip(first, second, strict=True)]
    return first if first == second and isinstance(first, type(second)) else ANY


def form(value: Any) -> Any:
    """A JSON value with the names of types in the place of texts, numbers and flags."""
    if isinstance(value, dict):
        return {name: form(each) for name, each in value.items()}
    if isinstance(value, list):
        return ANY
    return value if value is None else f"${{{type(value).__name__}}}"


def parsed(exchange: RecordedExchange) -> Any:
    """The JSON of an answer; None where it is none."""
    try:
        return json.loads(exchange.text) if exchange.text else None
    except (ValueError, RecursionError):
        return None


def _places(exchange: RecordedExchange) -> Iterator[tuple[str, str]]:
    location = IDENTIFIER.findall(exchange.answer_headers.get("location", ""))
    if location:
        yield location[-1], "header location"
    yield from _in_json(parsed(exchange), "")


def _in_json(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        found = IDENTIFIER.findall(value)
        yield from ((each, place if each == value else f"{place} {number}") for number, each in enumerate(found))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _in_json(each, f"{place}/{number}")
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _in_json(each, f"{place}/{name}")
