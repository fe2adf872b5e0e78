"""Bodies that mean something: what a schema cannot say, so that a search starts behind the first refusal.

A new one is one function and one entry in ``_BODIES``.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx

from contract.limits import EnforcementPoint
from contract.openapi import Operation, fitted, properties, schema_of
from deployment.bodies import edited_project, new_dataset, new_project, rectangle_annotation
from generators.artefacts import make
from generators.specs import MediaSpec
from judges.rest.resources import IMAGE, VIDEO, Resources

Body = dict[str, Any]
# Headers and content; nothing where no body is known.
KnownBody = tuple[dict[str, str] | None, bytes | None]


def known_body(operation: Operation, resources: Resources, values: Mapping[str, str]) -> Body | None:
    """A body that the operation should accept for the resources in its path; None where we know of none."""
    make_body = next((_BODIES[point] for point in operation.points if point in _BODIES), None)
    return make_body(operation, resources, values) if make_body else None


def known_request(operation: Operation, resources: Resources, values: Mapping[str, str]) -> KnownBody:
    """Headers and content that would be accepted if what the path names were there: a medium, or a known body."""
    spec = next((_MEDIA[point] for point in operation.points if point in _MEDIA), None)
    if spec is not None:
        return media_request(spec)
    body = known_body(operation, resources, values)
    return (None, None) if body is None else json_request(body)


def edit_body(operation: Operation, document: Mapping[str, Any], shown: Mapping[str, Any]) -> Body:
    """The edit that changes nothing of what reads back as ``shown``: what the operation's schema names of it."""
    if EnforcementPoint.LABEL_MANAGEMENT in operation.points:
        return edited_project(shown, document)
    schema = schema_of(document, operation)
    held = {name: value for name, value in shown.items() if value is not None}
    return dict(fitted(document, schema, held, shown)) if properties(document, schema) else {}


def media_request(spec: MediaSpec, content: bytes | None = None) -> tuple[dict[str, str], bytes]:
    """Headers and content of the upload of a medium, or of other ``content`` under its name."""
    artefact = make(spec)
    file = {"file": (spec.name, artefact.content if content is None else content, artefact.media_type)}
    request = httpx.Request("POST", "http://nowhere.invalid", files=file)
    return {"content-type": request.headers["content-type"]}, request.read()


def json_request(body: Any) -> tuple[dict[str, str], bytes]:
    """Headers and content of a request with a JSON body."""
    return {"content-type": "application/json"}, json.dumps(body).encode()


def carrying_the_name(body: Any, operation: Operation, name: str, *, negative: bool) -> Any:
    """``body``, where it makes a project, under a name of the run, by which what a killed run leaves is recognised.

    Of a negative body a short name stays as it is, for its length may be what is tried.
    """
    key = next((key for point, key in _NAMED.items() if point in operation.points), None)
    given = body.get(key) if isinstance(body, dict) and key is not None else None
    if not isinstance(given, str) or given.startswith(name) or (negative and len(given) <= len(name)):
        return body
    return {**body, key: f"{name}-{given[len(name) + 1 :] or given}"}


def _project(_operation: Operation, resources: Resources, _values: Mapping[str, str]) -> Body:
    return new_project(f"{resources.name}-{secrets.token_hex(2)}", [("classification", 2)])


def _edited_project(operation: Operation, resources: Resources, values: Mapping[str, str]) -> Body | None:
    path = f"{resources.discovery.root}/projects/{values[operation.parameters[-1]]}"
    answer = resources.client.send("GET", path)
    return edited_project(answer.fields, resources.document) if answer.fields else None


def _dataset(_operation: Operation, resources: Resources, _values: Mapping[str, str]) -> Body:
    return new_dataset(f"{resources.name}-{secrets.token_hex(2)}")


def _annotation(operation: Operation, resources: Resources, values: Mapping[str, str]) -> Body | None:
    if "label" not in resources.live:
        return None
    *_, last_but_one, last = values.values()
    of_frame = EnforcementPoint.FRAME_ANNOTATION in operation.points
    medium, frame = (last_but_one, int(last)) if of_frame else (last, None)
    return rectangle_annotation(medium, frame, resources.live["label"], IMAGE.width, IMAGE.height)


_MEDIA: Final[Mapping[EnforcementPoint, MediaSpec]] = {
    EnforcementPoint.IMAGE_UPLOAD: IMAGE,
    EnforcementPoint.VIDEO_UPLOAD: VIDEO,
}
_NAMED: Final = {EnforcementPoint.PROJECT_CREATION: "name", EnforcementPoint.IMPORT_NEW_PROJECT: "project_name"}
_BODIES: Final[Mapping[EnforcementPoint, Callable[[Operation, Resources, Mapping[str, str]], Body | None]]] = {
    EnforcementPoint.PROJECT_CREATION: _project,
    EnforcementPoint.LABEL_MANAGEMENT: _edited_project,
    EnforcementPoint.DATASET_CREATION: _dataset,
    EnforcementPoint.IMAGE_ANNOTATION: _annotation,
    EnforcementPoint.FRAME_ANNOTATION: _annotation,
}
