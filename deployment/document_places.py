"""Where a part of a bundled document was written: the file, the line and the JSON pointer."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contract.audited import Place
from contract.document_parts import MALFORMED
from contract.openapi import NAMES_TWICE
from deployment.bundle import Bundler
from deployment.document_lines import Lines, lines_of
from deployment.document_yaml import MAX_DEPTH
from deployment.references import NOWHERE


@dataclass(frozen=True, slots=True)
class Source:
    """A part of a file: its ``line`` counts from 1, ``pointer`` is a JSON pointer within the file."""

    file: str
    line: int
    pointer: str


@dataclass(slots=True)
class Places:
    """The sources of the parts of a bundle that was read from files."""

    bundler: Bundler
    _lines: dict[str, Lines] = field(default_factory=dict)

    def source(self, place: Place) -> Source:
        """Where a part was written; where it was not, the nearest part that it would belong to."""
        references = self.bundler.references
        match place:
            case (note, number) if note == NAMES_TWICE:
                file, name, line = self.bundler.twice[int(number)]
                return Source(file, line, name)
            case (note, number) if note == MALFORMED:
                return self.source(list(self.bundler.malformed.values())[int(number)])
            case ("components", "schemas", name, *rest) if name in self._origins():
                file, fragment = self._origins()[name]
                return self._followed(references.target(file, fragment, file), file, _steps(fragment), rest)
            case _:
                return self._followed(references.root, references.location, (), list(place))

    def _origins(self) -> dict[str, tuple[str, str]]:
        """The file and the fragment of each schema that is a component of the bundle, where it has such."""
        names = self.bundler.names.items()
        return {name: (at, fragment) for (at, fragment), name in names if self._is_in_a_file(at, fragment)}

    def _is_in_a_file(self, location: str, fragment: str) -> bool:
        return location in self.bundler.references.files and (not fragment or fragment.startswith("/"))

    def _followed(self, node: Any, file: str, pointer: Place, steps: list[str]) -> Source:
        for step in steps:
            for _ in range(MAX_DEPTH):
                if not isinstance(node, dict) or step in node or not isinstance(node.get("$ref"), str):
                    break
                there, fragment = self.bundler.references.address(node["$ref"], file)
                target = self.bundler.references.target(there, fragment, file)
                if target is NOWHERE or not self._is_in_a_file(there, fragment):
                    break
                node, file, pointer = target, there, _steps(fragment)
            inner = _inner(node, step)
            if inner is NOWHERE:
                break
            node, pointer = inner, (*pointer, step)
        if file not in self._lines:
            self._lines[file] = lines_of(Path(file).read_text(encoding="utf-8-sig"))
        escaped = (step.replace("~", "~0").replace("/", "~1") for step in pointer)
        return Source(file, self._lines[file].line(pointer), "".join(f"/{step}" for step in escaped))


def _inner(node: Any, step: str) -> Any:
    if isinstance(node, dict):
        return node.get(step, NOWHERE)
    if isinstance(node, list) and step.isdecimal() and int(step) < len(node):
        return node[int(step)]
    return NOWHERE


def _steps(fragment: str) -> Place:
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in fragment.split("/")[1:])
