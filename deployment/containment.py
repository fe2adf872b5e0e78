"""The allow rule for mutating requests: each entity named is the run's own, or one is created in its own area."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from deployment.errors import NotContainedError

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_IDENTIFIER: Final = re.compile(r"^[0-9a-f]{24}$")
_ROOT: Final = r"/organizations/[0-9a-zA-Z-]+/workspaces/[0-9a-zA-Z-]+"
# Creations in the workspace itself; what they name is checked beside.
_CREATES: Final = re.compile(
    _ROOT + r"(/projects|/projects:import-from-dataset|/datasets/uploads|/datasets/uploads/resumable"
    r"|/datasets:prepare-for-import)$"
)
_WITHIN: Final = re.compile(_ROOT + r"/(projects|jobs|datasets/uploads/resumable)/[0-9a-f]{24}([/:].*)?$")
_READS: Final = re.compile(r"/media:query$")
# The keys of a body or a query under which Geti takes the id of another entity.
_NAMING: Final = frozenset({"file_id", "project_id", "dataset_id", "image_id", "video_id", "media_id", "job_id"})


def contained(method: str, path: str, body: Any, params: Mapping[str, Any] | None, created: Collection[str]) -> None:
    """Return where the request may go out. Raises ``NotContainedError`` where it may not.

    ``path`` is what follows ``/api/v1``. A mutating request is allowed only if its path is written plainly, it lies
    within an entity of ``created`` or creates one in the workspace, and every id in path, query and body is ours.
    """
    if reads(method, path):
        return
    if not _plain(path):
        raise NotContainedError(f"{method} {path} is written so that its target is not plain; not sent")
    creates = method == "POST" and _CREATES.fullmatch(path)
    named = [part for part in re.split(r"[/:]", path) if _IDENTIFIER.fullmatch(part)]
    named += [str(value) for key, value in (params or {}).items() if key in _NAMING]
    named += list(_named(body))
    strangers = [identifier for identifier in named if identifier not in created]
    if strangers or not (creates or _WITHIN.fullmatch(path)):
        raise NotContainedError(f"{method} {path} touches what this run did not create; not sent")


def reads(method: str, path: str) -> bool:
    """Whether a request changes nothing: Geti asks for media by POST."""
    return method in SAFE or (method == "POST" and _READS.search(path) is not None and _plain(path))


def _plain(path: str) -> bool:
    """Only characters that nobody reads in two ways, no step upwards, no empty step."""
    return re.fullmatch(r"(/[A-Za-z0-9_:.-]+)+", path) is not None and not re.search(r"/\.{1,2}(/|$)", path)


def _named(body: Any) -> list[str]:
    if isinstance(body, Mapping):
        own = [str(value) for key, value in body.items() if key in _NAMING and value is not None]
        return own + [found for value in body.values() for found in _named(value)]
    if isinstance(body, list):
        return [found for value in body for found in _named(value)]
    return []
