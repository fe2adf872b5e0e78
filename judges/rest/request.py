"""From a generated case to the exact bytes of a request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import requests

from contract.openapi import Operation
from generators.artefacts import make
from generators.specs import MediaSpec
from judges.rest.generator import GeneratedCase

_NOWHERE: Final = "http://deployment.invalid"
_UNSENDABLE: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
# A generated key must not replace the run's own.
_SET_BY_THE_CLIENT: Final = frozenset(
    {"x-api-key", "user-agent", "accept-encoding", "connection", "content-length", "x-schemathesis-testcaseid", "host"}
)
# The boundary that requests draws at random; one that no medium of ours holds makes the same request the same bytes.
_BOUNDARY: Final = re.compile(r"multipart/form-data; boundary=([0-9a-f]{32})")
_FIXED_BOUNDARY: Final = "geti-contract-3f1c0d9e5b7a4826"


class UnsendableError(Exception):
    """HTTP cannot carry what was generated: nothing follows for the deployment."""


@dataclass(frozen=True, slots=True)
class PreparedRequest:
    """A request as it goes out: ``target`` is path and query from the root."""

    target: str
    headers: Mapping[str, str]
    content: bytes | None


def prepare(generated: GeneratedCase, operation: Operation, values: Mapping[str, str]) -> PreparedRequest:
    """The exact bytes of a generated case, for a path filled with ``values``. Raises ``UnsendableError``."""
    case = generated.case
    case.path_parameters = dict(values)
    kwargs = case.as_transport_kwargs(base_url=_NOWHERE + operation.prefix)
    # An operation may take its medium as a part of a form, or a description of it in JSON.
    if generated.medium is not None and (case.media_type or "").startswith("multipart/"):
        kwargs["files"] = _with_medium(kwargs.get("files"), generated.medium)
    allowed = ("method", "url", "headers", "files", "data", "json", "params", "cookies")
    try:
        prepared = requests.Request(**{name: kwargs[name] for name in allowed if name in kwargs}).prepare()
    except (requests.RequestException, UnicodeError, ValueError):
        raise UnsendableError from None
    headers = {name: _text(value) for name, value in prepared.headers.items() if name.lower() not in _SET_BY_THE_CLIENT}
    if any(_UNSENDABLE.search(value) or not _is_latin(value) for value in headers.values()):
        raise UnsendableError
    body = prepared.body
    content = body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else None
    if content is not None and (boundary := _BOUNDARY.fullmatch(headers.get("Content-Type", ""))):
        content = content.replace(boundary[1].encode(), _FIXED_BOUNDARY.encode())
        headers["Content-Type"] = f"multipart/form-data; boundary={_FIXED_BOUNDARY}"
    url = urlsplit(prepared.url or "")
    target = url.path + (f"?{url.query}" if url.query else "")
    return PreparedRequest(target, headers, content)


def _with_medium(files: Any, medium: MediaSpec) -> list[tuple[str, Any]]:
    artefact = make(medium)
    rest = [(name, part) for name, part in files or () if name != "file"]
    return [("file", (medium.name, artefact.content, artefact.media_type)), *rest]


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _is_latin(value: str) -> bool:
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True
