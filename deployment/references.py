"""The references of an OpenAPI document: to a place in a file by JSON pointer, by ``$anchor`` or by ``$id``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urljoin, urlsplit

from deployment.document_text import HINT
from deployment.document_yaml import MAX_DEPTH, MAX_PARTS
from deployment.errors import SetupError

_INDEX: Final = re.compile(r"[0-9]{1,9}")
NOWHERE: Final = object()
Read = Callable[[str], dict[str, Any]]


@dataclass(slots=True)
class References:
    """What the references in ``root``, the document at ``location``, lead to; ``read(location)`` parses another file.

    ``files`` are those that were read, ``resources`` they and what has an ``$id``, by address. Where they are
    ``lenient``, a reference to a file that is not there leads to ``NOWHERE``, as one within a file does.
    """

    root: dict[str, Any]
    location: str
    read: Read
    lenient: bool = False
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    resources: dict[str, Any] = field(default_factory=dict)
    parts: int = 0
    _anchors: dict[tuple[str, str], Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._add(self.root, self.location)

    def address(self, reference: str, at: str) -> tuple[str, str]:
        """The resource that a reference in the one at ``at`` names, and its fragment once it is decoded."""
        address, _, fragment = reference.partition("#")
        return (joined(at, address) if address else at), unquote(fragment)

    def target(self, there: str, fragment: str, at: str) -> Any:
        """What an address leads to; ``NOWHERE`` where the file that refers has no such place.

        Raises ``SetupError`` where another file is not there, or has no such place, unless they are ``lenient``.
        """
        if there not in self.resources:
            try:
                self._add(self.read(there), there)
            except SetupError as error:
                if self.lenient:
                    return NOWHERE
                raise SetupError(f"{at} refers to {there}, which is not to be had: {error}") from None
        node = self.resources[there]
        if fragment and not fragment.startswith("/"):
            return self._anchors.get((there, fragment), NOWHERE)
        for step in fragment.split("/")[1:]:
            key = step.replace("~1", "/").replace("~0", "~")
            if isinstance(node, list) and _INDEX.fullmatch(key) and int(key) < len(node):
                node = node[int(key)]
            elif isinstance(node, dict) and key in node:
                node = node[key]
            elif there == at or self.lenient:
                return NOWHERE
            else:
                raise SetupError(f"{at} refers to {there}#{fragment}, and there is no {key!r}; {HINT}")
        return node

    def followed(self, node: Any, at: str) -> tuple[Any, str]:
        """What a reference leads to and the file that it is in; the last reference where it leads nowhere."""
        for _ in range(MAX_DEPTH):
            if not isinstance(node, dict) or not isinstance(node.get("$ref"), str):
                break
            there, fragment = self.address(node["$ref"], at)
            found = self.target(there, fragment, at)
            if found is NOWHERE:
                break
            rest = {name: each for name, each in node.items() if name != "$ref"}
            node, at = ({**found, **rest} if isinstance(found, dict) else found), there
        return node, at

    def count(self, parts: int = 1) -> None:
        """Note that so many more parts were read: references and aliases can multiply what a document says.

        Raises ``SetupError`` where it comes to too many.
        """
        self.parts += parts
        if self.parts > MAX_PARTS:
            raise SetupError(f"{self.location} comes to more than {MAX_PARTS:,} parts; {HINT}")

    def check_depth(self, depth: int) -> None:
        """Raises ``SetupError`` for what is nested so deep that reading it would not end."""
        if depth > MAX_DEPTH:
            raise SetupError(f"{self.location} is nested deeper than {MAX_DEPTH} levels; {HINT}")

    def _add(self, file: dict[str, Any], location: str) -> None:
        self.files[location] = file
        self.resources[location] = file
        self._register(file, location, 0)

    def _register(self, node: Any, at: str, depth: int) -> None:
        """Note what has an ``$id`` or an ``$anchor`` in a file: names that a reference may lead to."""
        self.check_depth(depth)
        self.count(len(node))
        if isinstance(node, dict):
            if isinstance(node.get("$id"), str):
                at = joined(at, node["$id"])
                self.resources.setdefault(at, node)
            for keyword in ("$anchor", "$dynamicAnchor"):
                if isinstance(node.get(keyword), str):
                    self._anchors.setdefault((at, node[keyword]), node)
        for inner in node.values() if isinstance(node, dict) else node:
            if isinstance(inner, dict | list):
                self._register(inner, at, depth + 1)


def joined(at: str, address: str) -> str:
    """The address that ``address`` names from ``at``, a path or a URL. Raises ``SetupError`` where it is none."""
    try:
        if urlsplit(at).scheme in ("http", "https") or urlsplit(address).scheme in ("http", "https"):
            return urljoin(at, address)
        return str((Path(at).parent / unquote(address)).resolve())
    except (ValueError, OSError, RuntimeError):
        raise SetupError(f"{at} refers to {address!r}, which is no address; {HINT}") from None
