"""The OpenAPI document: from a file, a URL or the deployment, as one dictionary that refers to nothing outside it."""

from __future__ import annotations

import itertools
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import httpx

from contract.openapi import NAMES_TWICE
from deployment.client import Client
from deployment.document_text import HINT, parsed
from deployment.errors import SetupError
from deployment.proxies import proxy_of

OWN: Final = "/openapi-spec.json"
_TIMEOUT_S: Final = 30
# Maps whose names are the document's own: one may be called "example".
_NAMED_BY_USERS: Final = frozenset({"properties", "patternProperties", "$defs", "schemas", "headers", "parameters"})
_VERSIONS: Final = re.compile(r"3\.[01](\.|$)")


@dataclass(frozen=True, slots=True)
class Document:
    """An OpenAPI 3.0 or 3.1 document: ``content`` holds every reference within itself; ``source`` says whence."""

    content: dict[str, Any]
    source: str


def load_document(source: str | None, client: Client, ca_bundle: str | None = None) -> Document:
    """The document at ``source``, a path or an http(s) URL, or the deployment's own where it is None.

    References to sibling files are resolved; the key never goes to a ``source`` that is a URL. Raises ``SetupError``
    for what cannot be read, is no OpenAPI 3.0 or 3.1, or refers to what is not there.
    """
    if source is None:
        response, failure = client.request("GET", OWN)
        if response is None or not response.is_success:
            got = failure or f"got {response.status_code if response is not None else 'nothing'}"
            raise SetupError(f"{client.base}{OWN} cannot be read ({got}); give the document with --geti-openapi")
        location = f"{client.base}{OWN}"
        return Document(bundle(parsed(response.text, location), location, _no_siblings), location)
    if urlsplit(source).scheme in ("http", "https"):
        with httpx.Client(
            verify=_trust(ca_bundle),
            timeout=_TIMEOUT_S,
            follow_redirects=True,
            trust_env=False,
            proxy=proxy_of(source, client.asked_proxy),
        ) as http:
            reader = _WebReader(http, source)
            return Document(bundle(reader(source), source, reader), source)
    location = str(Path(source).resolve())
    return Document(bundle(_read_file(location), location, _read_file), source)


def bundle(root: dict[str, Any], location: str, read: Any) -> dict[str, Any]:
    """``root`` with every reference to another file resolved; ``read(location)`` parses one.

    Schemas become components, since they may refer to themselves; all else is put where it is referred to. Examples
    are left out: they judge nothing and are most of the bulk. Raises ``SetupError``.
    """
    version = root.get("openapi")
    if not isinstance(version, str) or not _VERSIONS.match(version):
        problem = f"openapi is {version!r}" if version is not None else "it has no key 'openapi'"
        raise SetupError(f"{location} is no OpenAPI 3.0 or 3.1 document ({problem}); {HINT}")
    if not isinstance(root.get("paths"), dict) or not root["paths"]:
        raise SetupError(f"{location} has no paths; {HINT}")
    return _Bundler(root, location, read).bundled()


@dataclass(slots=True)
class _Bundler:
    root: dict[str, Any]
    location: str
    read: Any
    files: dict[str, Any] = field(default_factory=dict)
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    schemas: dict[str, Any] = field(default_factory=dict)
    underway: list[tuple[str, str]] = field(default_factory=list)

    def bundled(self) -> dict[str, Any]:
        self.files[self.location] = self.root
        components = self.root.get("components") or {}
        self.names = {(self.location, f"/components/schemas/{name}"): name for name in components.get("schemas") or {}}
        content: dict[str, Any] = self._walk(self.root, self.location, ())
        twice = [name for file in self.files.values() for name in file.get(NAMES_TWICE, ())]
        content |= {NAMES_TWICE: twice} if twice else {}
        if self.schemas:
            whole = content.setdefault("components", {})
            whole["schemas"] = {**(whole.get("schemas") or {}), **self.schemas}
        return content

    def _walk(self, node: Any, at: str, path: tuple[str, ...]) -> Any:
        if isinstance(node, list):
            return [self._walk(item, at, path) for item in node]
        if not isinstance(node, Mapping):
            return node
        reference = node.get("$ref")
        if isinstance(reference, str):
            return self._referred(node, reference, at, path)
        walked = {}
        for key, value in node.items():
            name = str(key)
            if name in ("example", "examples") and (not path or path[-1] not in _NAMED_BY_USERS):
                continue
            walked[name] = self._walk(value, at, (*path, name))
        return walked

    def _referred(self, node: Mapping[Any, Any], reference: str, at: str, path: tuple[str, ...]) -> Any:
        address, pointer = urldefrag(reference)
        there = _joined(at, address) if address else at
        rest = {str(key): self._walk(value, at, path) for key, value in node.items() if key != "$ref"}
        if there == self.location:
            return {**rest, "$ref": f"#{pointer}"}
        if "schema" in path or path[:2] == ("components", "schemas"):
            return {**rest, "$ref": f"#/components/schemas/{self._component(there, pointer, at)}"}
        if (there, pointer) in self.underway:
            raise SetupError(f"{at} refers to itself by way of {reference!r}; {HINT}")
        self.underway.append((there, pointer))
        found = self._walk(self._target(there, pointer, at), there, path)
        self.underway.pop()
        return {**found, **rest} if isinstance(found, dict) else found

    def _component(self, there: str, pointer: str, at: str) -> str:
        name = self.names.get((there, pointer))
        if name is None:
            stem = re.sub(r"[^A-Za-z0-9._-]", "_", pointer.rsplit("/", 1)[-1] or Path(urlsplit(there).path).stem)
            taken = set(self.names.values())
            name = next(
                n for n in itertools.chain([stem], map(f"{stem}-{{}}".format, itertools.count(2))) if n not in taken
            )
            self.names[(there, pointer)] = name
            self.schemas[name] = self._walk(self._target(there, pointer, at), there, ("schema",))
        return name

    def _target(self, there: str, pointer: str, at: str) -> Any:
        if there not in self.files:
            try:
                self.files[there] = self.read(there)
            except SetupError as error:
                raise SetupError(f"{at} refers to {there}, which is not to be had: {error}") from None
        node = self.files[there]
        for part in pointer.split("/")[1:]:
            key = unquote(part).replace("~1", "/").replace("~0", "~")
            if isinstance(node, list) and key.isdigit() and int(key) < len(node):
                node = node[int(key)]
            elif isinstance(node, dict) and key in node:
                node = node[key]
            else:
                raise SetupError(f"{at} refers to {there}#{pointer}, and there is no {key!r}; {HINT}")
        return node


@dataclass(frozen=True, slots=True)
class _WebReader:
    http: httpx.Client
    start: str

    def __call__(self, location: str) -> dict[str, Any]:
        if urlsplit(location)[:2] != urlsplit(self.start)[:2]:
            raise SetupError(f"{location} lies on another host than {self.start}; bundle the document")
        try:
            response = self.http.get(location)
        except httpx.HTTPError as error:
            raise SetupError(f"{location} cannot be read ({type(error).__name__}: {error}); {HINT}") from None
        if not response.is_success:
            raise SetupError(f"{location} answers {response.status_code}; {HINT}")
        return parsed(response.text, location)


def _trust(ca_bundle: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_bundle is not None:
        context.load_verify_locations(ca_bundle)
    return context


def _read_file(location: str) -> dict[str, Any]:
    if urlsplit(location).scheme in ("http", "https"):
        raise SetupError("a document in a file must not refer to the network; bundle it")
    try:
        return parsed(Path(location).read_text(encoding="utf-8"), location)
    except OSError as error:
        raise SetupError(f"{location} cannot be read ({error.strerror}); {HINT}") from None
    except UnicodeDecodeError:
        raise SetupError(f"{location} is no UTF-8 text; {HINT}") from None


def _no_siblings(location: str) -> dict[str, Any]:
    raise SetupError(f"the deployment's document is not bundled (it names {location}); give one with --geti-openapi")


def _joined(at: str, address: str) -> str:
    if urlsplit(at).scheme in ("http", "https") or urlsplit(address).scheme in ("http", "https"):
        return urljoin(at, address)
    return str((Path(at).parent / unquote(address)).resolve())
