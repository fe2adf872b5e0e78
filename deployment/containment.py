"""The allow rule: what may go out. A mutating request only where everything that it names was created by this run."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_plus

from contract.identifiers import IDENTIFIER, Ids, canonical, identifiers
from contract.operations import OPERATIONS, pattern_of
from deployment.errors import NotContainedError

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# Creations in the workspace itself; what they name is checked beside.
_CREATES: Final = frozenset(each.path for each in OPERATIONS if each.creates)
# What holds entities of the run in the workspace itself: projects, jobs, uploads.
_COLLECTIONS: Final = sorted({each.collection for each in OPERATIONS if each.mutates and each.collection})
_WITHIN: Final = re.compile(rf"(?:{'|'.join(map(re.escape, _COLLECTIONS))})([^/:]+)(?:[/:].*)?")
_READS: Final = tuple({each.path.rpartition("}")[2] for each in OPERATIONS if each.reads})
# What lies beside the workspaces, and the parameter of its query that names whose it is.
_OWNERS: Final = {(each.method, each.path): each.owner for each in OPERATIONS if each.owner}
_DESCRIPTIONS: Final = [re.compile(pattern_of(path)) for path in {each.path for each in OPERATIONS if each.describes}]
_BOUNDARY: Final = re.compile(r'multipart/[a-z-]+;\s*boundary="?([0-9a-fA-F]{32})"?(?![0-9a-fA-F])')
# A step of a path that names no entity: a collection or an action, as Geti writes them.
_WORD: Final = re.compile(r"[a-z]+(?:[_-][a-z]+)*")
# What a body that can be JSON, in whatever encoding, begins with.
_JSON: Final = b'{["\x00\xef\xfe\xff \t\r\n'
_AS_X: Final = bytes(ord("x") if each in b"0123456789abcdefABCDEF-%" else 0 for each in range(256))
_SHORTEST: Final = b"x" * 24
# What may be an id with some of its characters percent-encoded, once or more often.
_ENCODED: Final = re.compile(r"(?:%[0-9a-f]{2}|[0-9a-f-]){24,}", re.IGNORECASE)
# What makes a server take a request for another one than it is.
_DISGUISES: Final = frozenset(
    {
        "host",
        "x-http-method",
        "x-http-method-override",
        "x-method-override",
        "x-original-url",
        "x-rewrite-url",
        "x-original-method",
        "x-forwarded-host",
        "x-forwarded-prefix",
        "content-encoding",
    }
)


@dataclass(slots=True)
class Area:
    """What is the run's own.

    ``root`` is the path of its workspace below ``/api/v1``, empty while it is not known: then nothing mutates.
    ``created`` holds the ids of what it made, and of what is nobody's; ``foreign`` those of projects that were there
    before, which no answer can make its own. ``mentioned`` holds the ids in the answers about its own projects (who
    created them, their thumbnail): they may be sent back to them, and nowhere else.
    """

    root: str = ""
    created: Ids = field(default_factory=Ids)
    foreign: Ids = field(default_factory=Ids)
    mentioned: Ids = field(default_factory=Ids)
    read_only: bool = False

    def owns(self, identifier: str) -> bool:
        """Whether what an id names was made by this run, or is nobody's."""
        return identifier in self.created and identifier not in self.foreign

    def learn(self, method: str, path: str, ids: set[str]) -> None:
        """Take note of the ``ids`` in a successful answer about one of the run's own projects or datasets."""
        tail = path.removeprefix(self.root)
        match = next(filter(None, (each.fullmatch(tail) for each in _DESCRIPTIONS)), None)
        if match and (self.owns(match[1]) if match.groups() else method == "POST"):
            self.mentioned.update(ids)


def check(
    area: Area, method: str, path: str, query: str = "", body: Any = None, headers: Mapping[str, str] | None = None
) -> None:
    """Return where a request may go out. Raises ``NotContainedError`` where it may not.

    ``path`` is what follows ``/api/v1``, ``query`` as it is on the wire; ``body`` is a JSON value or the exact bytes.
    A mutating request is allowed only if its path is written plainly, it lies within an entity of the run, belongs to
    one that its query names and nothing beside it, or creates one in the run's workspace, and every id in path, query,
    headers and body, under whatever name, is the run's.
    """
    disguises = sorted(_DISGUISES & {name.lower() for name in headers or ()})
    if disguises or "_method" in unquote_plus(query):
        name = disguises[0] if disguises else "_method"
        raise NotContainedError(f"{method} {path} may be taken for another request ({name}); not sent")
    if reads(method, path):
        return
    if area.read_only:
        raise NotContainedError(f"{method} {path} would change something, and the run only reads; not sent")
    if not is_plain(path):
        raise NotContainedError(f"{method} {path} is written so that its target is not plain; not sent")
    within = path.startswith(area.root) and _in_area(area, method, path.removeprefix(area.root))
    if not area.root or not (within or _is_owned(area, method, path, query)):
        raise NotContainedError(f"{method} {path} touches what this run did not create; not sent")
    foreign_ids = sorted(_foreign_ids(area, path, query, body, " ".join((headers or {}).values())))
    if foreign_ids:
        raise NotContainedError(f"{method} {path} names {foreign_ids[0]}, which this run did not create; not sent")


def reads(method: str, path: str) -> bool:
    """Whether a request changes nothing: Geti asks for media by POST."""
    return method in SAFE or (method == "POST" and path.endswith(_READS) and is_plain(path))


def _is_owned(area: Area, method: str, path: str, query: str) -> bool:
    """Whether the query names the entity that what is changed belongs to, one of the run's, and nothing else."""
    owner, named = _OWNERS.get((method, path)), parse_qsl(query, keep_blank_values=True)
    return owner is not None and [name for name, _ in named] == [owner] and area.owns(named[0][1])


def _in_area(area: Area, method: str, tail: str) -> bool:
    if method == "POST" and tail in _CREATES:
        return True
    within = _WITHIN.fullmatch(tail)
    if within is None or not area.owns(within[1]):
        return False
    steps = re.split(r"[/:]", tail)[1:]
    return all(
        area.owns(step)
        or (_WORD.fullmatch(step) is not None and IDENTIFIER.search(step) is None)
        or (before == "frames" and step.isdecimal())
        for before, step in zip(["", *steps], steps, strict=False)
    )


def _foreign_ids(area: Area, path: str, query: str, body: Any, headers: str) -> set[str]:
    """The ids that a request names and that are not the run's, beside its path and the boundary of its parts."""
    own = identifiers(area.root) | set(map(canonical, _BOUNDARY.findall(headers)))
    named = identifiers(_decoded(query)) | identifiers(headers)
    carried = {each for text in _texts(body) for each in identifiers(text)}
    if _WITHIN.fullmatch(path.removeprefix(area.root)):
        carried = {each for each in carried if each not in area.mentioned or each in area.foreign}
    return {each for each in named | carried if each not in own and not area.owns(each)}


def _texts(body: Any) -> Iterator[str]:
    """Every text of a body, however it is written: bytes as they are, unquoted, as JSON where it reads otherwise."""
    if isinstance(body, bytes):
        for text in _where_ids_can_stand(body):
            yield text
            yield from (_decoded(run) for run in _ENCODED.findall(text) if "%" in run)
        if body[:1] in _JSON and not _reads_as_it_stands(body) and (parsed := _parsed(body)) is not None:
            yield from _texts(parsed)
    elif isinstance(body, str):
        yield body
        if body.lstrip()[:1] in ("{", "[") and "\\" in body and (parsed := _parsed(body)) is not None:
            yield from _texts(parsed)
    elif isinstance(body, Mapping):
        yield from _texts([each for pair in body.items() for each in pair])
    elif isinstance(body, Collection):
        for each in body:
            yield from _texts(each)


def _reads_as_it_stands(body: bytes) -> bool:
    """Whether every text within JSON is written in it letter by letter: in ASCII, and nothing escaped."""
    return body.isascii() and b"\\" not in body and b"\0" not in body


def _where_ids_can_stand(body: bytes) -> Iterator[str]:
    """The parts of a body in which an id can stand, plain or percent-encoded: as many of its characters side by side.

    A hundred times as fast as to look for ids everywhere: most of what is sent, by far, are pictures.
    """
    masked = body.translate(_AS_X)
    start = masked.find(_SHORTEST)
    while start >= 0:
        end = masked.find(b"\0", start)
        yield body[start : end if end >= 0 else None].decode()
        start = masked.find(_SHORTEST, end) if end >= 0 else -1


def _parsed(text: str | bytes) -> Any:
    """JSON with both of two values of the same key; None where it is none."""
    try:
        return json.loads(text, object_pairs_hook=lambda pairs: [each for pair in pairs for each in pair])
    except (ValueError, RecursionError):
        return None


def _decoded(text: str) -> str:
    """Percent-encoding undone until nothing is left of it: one more hop may undo it once more."""
    while (plain := unquote_plus(text)) != text:
        text = plain
    return text


def is_plain(path: str) -> bool:
    """Only characters that nobody reads in two ways, no step upwards, no empty step."""
    return re.fullmatch(r"(/[A-Za-z0-9_:.-]+)+", path) is not None and not re.search(r"/\.{1,2}(/|:|$)", path)
