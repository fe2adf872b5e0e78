"""Bodies that mean something: what a schema cannot say, so that a search starts behind the first refusal."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final

from contract.limits import EnforcementPoint
from contract.openapi import Operation
from deployment.entities import media_identifier, pipeline
from judges.rest.resources import Resources, annotation

Body = dict[str, Any]


def known_body(operation: Operation, resources: Resources, values: Mapping[str, str]) -> Body | None:
    """A body that the operation should accept for the resources in its path; None where we know of none."""
    makers = [_MAKERS[point] for point in operation.points if point in _MAKERS]
    return makers[0](operation, resources, values) if makers else None


def carrying_the_name(body: Any, operation: Operation, name: str, *, negative: bool) -> Any:
    """``body``, where it makes a project, under a name of the run: no kill may leave a project that nobody knows.

    Of a negative body a short name stays as it is, for its length may be what is tried.
    """
    key = next((each for point, each in _NAMED.items() if point in operation.points), None)
    drawn = body.get(key) if isinstance(body, dict) and key is not None else None
    if not isinstance(drawn, str) or drawn.startswith(name) or (negative and len(drawn) <= len(name)):
        return body
    return {**body, key: f"{name}-{drawn[len(name) + 1 :] or drawn}"}


def _project(_operation: Operation, resources: Resources, _values: Mapping[str, str]) -> Body:
    return {"name": f"{resources.name}-{secrets.token_hex(2)}", "pipeline": pipeline([("classification", 2)])}


def _edited_project(operation: Operation, resources: Resources, values: Mapping[str, str]) -> Body | None:
    path = f"{resources.discovery.root}/projects/{values[operation.parameters[-1]]}"
    answer = resources.client.send("GET", path)
    return dict(answer.fields) or None


def _dataset(_operation: Operation, resources: Resources, _values: Mapping[str, str]) -> Body:
    return {"name": f"{resources.name}-{secrets.token_hex(2)}"}


def _annotation(operation: Operation, resources: Resources, values: Mapping[str, str]) -> Body | None:
    if "label" not in resources.live:
        return None
    *_, last_but_one, last = values.values()
    of_frame = EnforcementPoint.FRAME_ANNOTATION in operation.points
    identifier = media_identifier(last_but_one, int(last)) if of_frame else media_identifier(last, None)
    return annotation(identifier, resources.live["label"])


_NAMED: Final = {EnforcementPoint.PROJECT_CREATION: "name", EnforcementPoint.IMPORT_NEW_PROJECT: "project_name"}
_MAKERS: Final[Mapping[EnforcementPoint, Callable[[Operation, Resources, Mapping[str, str]], Body | None]]] = {
    EnforcementPoint.PROJECT_CREATION: _project,
    EnforcementPoint.LABEL_MANAGEMENT: _edited_project,
    EnforcementPoint.DATASET_CREATION: _dataset,
    EnforcementPoint.IMAGE_ANNOTATION: _annotation,
    EnforcementPoint.FRAME_ANNOTATION: _annotation,
}
