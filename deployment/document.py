"""The OpenAPI document: from a file, a URL or the deployment, as one dictionary that refers to nothing outside it."""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from deployment.bundle import Bundler
from deployment.client import Client
from deployment.declared import declared
from deployment.document_text import HINT, MAX_BYTES, decoded
from deployment.errors import SetupError
from deployment.proxies import proxy_of
from deployment.references import Read, References

OWN: Final = "/openapi-spec.json"
_TIMEOUT_S: Final = 30
_VERSIONS: Final = re.compile(r"3\.[01](\.|$)")


@dataclass(frozen=True, slots=True)
class Document:
    """An OpenAPI 3.0 or 3.1 document: ``content`` holds every reference within itself; ``source`` says whence.

    ``declared`` names each operation, parameter and body that it declared before it was bundled, ``root`` is what was
    read first.
    """

    content: dict[str, Any]
    source: str
    declared: frozenset[str] = frozenset()
    root: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)


def load_document(source: str | None, client: Client, ca_bundle: str | None = None) -> Document:
    """The document at ``source``, a path or an http(s) URL, or the deployment's own where it is None.

    References to sibling files are resolved; the key never goes to a ``source`` that is a URL. Raises ``SetupError``
    for what cannot be read, is no OpenAPI 3.0 or 3.1, or refers to a file or a part of one that is not there.
    """
    if source is None:
        response, failure = client.request("GET", OWN)
        if response is None or not response.is_success:
            got = failure or f"got {response.status_code if response is not None else 'nothing'}"
            raise SetupError(f"{client.base}{OWN} cannot be read ({got}); give the document with --geti-openapi")
        location = f"{client.base}{OWN}"
        return document_of(decoded(response.content, location), location, location, _no_siblings)
    if _is_of_the_web(source):
        proxy = proxy_of(source, client.asked_proxy)
        with httpx.Client(
            verify=_trust(ca_bundle), timeout=_TIMEOUT_S, follow_redirects=True, trust_env=False, proxy=proxy
        ) as http:
            reader = _WebReader(http, source)
            return document_of(reader(source), source, source, reader)
    location = location_of(source)
    return document_of(read_file(location), location, source, read_file)


def location_of(file: str) -> str:
    """The absolute path of a file that the user named. Raises ``SetupError``."""
    try:
        return str(Path(file).resolve())
    except (OSError, ValueError, RuntimeError):
        raise SetupError(f"{file!r} is no path of a file; {HINT}") from None


def document_of(root: dict[str, Any], location: str, source: str, read: Read) -> Document:
    """The document that ``root``, the object at ``location``, begins; ``read`` reads another. Raises ``SetupError``."""
    bundler = Bundler(references_of(root, location, read))
    return Document(bundler.bundled(), source, declared(bundler.references), root)


def references_of(root: dict[str, Any], location: str, read: Read, *, lenient: bool = False) -> References:
    """The references of the document that ``root``, the object at ``location``, begins.

    Raises ``SetupError`` where that is no OpenAPI 3.0 or 3.1.
    """
    version, paths = root.get("openapi"), root.get("paths")
    if not isinstance(version, str) or not _VERSIONS.match(version):
        problem = f"openapi is {version!r}" if version is not None else "it has no key 'openapi'"
        raise SetupError(f"{location} is no OpenAPI 3.0 or 3.1 document ({problem}); {HINT}")
    if not isinstance(paths, dict) or not paths:
        raise SetupError(f"{location} has no paths; {HINT}")
    return References(root, location, read, lenient)


@dataclass(frozen=True, slots=True)
class _WebReader:
    http: httpx.Client
    start: str

    def __call__(self, location: str) -> dict[str, Any]:
        if urlsplit(location)[:2] != urlsplit(self.start)[:2]:
            raise SetupError(f"{location} lies on another host than {self.start}; bundle the document")
        content, until = bytearray(), time.monotonic() + _TIMEOUT_S
        try:
            with self.http.stream("GET", location) as response:
                if not response.is_success:
                    raise SetupError(f"{location} answers {response.status_code}; {HINT}")
                for block in response.iter_bytes():
                    content += block
                    if len(content) > MAX_BYTES:
                        break
                    if time.monotonic() > until:
                        raise SetupError(f"{location} takes longer than {_TIMEOUT_S} s to read; {HINT}")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise SetupError(f"{location} cannot be read ({type(error).__name__}: {error}); {HINT}") from None
        return decoded(bytes(content), location)


def _is_of_the_web(source: str) -> bool:
    try:
        return urlsplit(source).scheme in ("http", "https")
    except ValueError:
        raise SetupError(f"{source!r} is no address; {HINT}") from None


def _trust(ca_bundle: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_bundle is not None:
        context.load_verify_locations(ca_bundle)
    return context


def read_file(location: str) -> dict[str, Any]:
    """The object in a file. Raises ``SetupError``."""
    if urlsplit(location).scheme in ("http", "https"):
        raise SetupError("a document in a file must not refer to the network; bundle it")
    try:
        with Path(location).open("rb") as file:
            return decoded(file.read(MAX_BYTES + 1), location)
    except OSError as error:
        raise SetupError(f"{location} cannot be read ({error.strerror}); {HINT}") from None


def _no_siblings(location: str) -> dict[str, Any]:
    raise SetupError(f"the deployment's document is not bundled (it names {location}); give one with --geti-openapi")
