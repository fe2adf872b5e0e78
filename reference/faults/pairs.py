"""Constraints that hold for each value by itself, and not for two of them together."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

from starlette.types import ASGIApp, Receive, Scope, Send

from reference.behaviour import Behaviour
from reference.errors import ApiError
from reference.faults.fault import Group
from reference.faults.replies import json_object, read_body

_FEWEST: Final = "project.labels.min.classification"
# Whether a label of the request in hand lies below another one.
_BELOW: Final[ContextVar[bool]] = ContextVar("below", default=False)


def _looking(look: Callable[[str, dict[str, Any]], ApiError | None]) -> type[Behaviour]:
    """Each body of JSON that is posted is looked at by path; what that comes to is refused with."""

    class LooksAtBodies(Behaviour):
        def around(self, app: ASGIApp) -> ASGIApp:
            inner = super().around(app)

            async def looked(scope: Scope, receive: Receive, send: Send) -> None:
                if scope["type"] != "http" or scope["method"] != "POST":
                    await inner(scope, receive, send)
                    return
                body, again = await read_body(receive)
                refusal = look(scope["path"], json_object(body))
                if refusal is None:
                    await inner(scope, again, send)
                else:
                    await refusal.response()(scope, again, send)

            return looked

    return LooksAtBodies


def _note_parents(path: str, body: dict[str, Any]) -> None:
    tasks = (body.get("pipeline") or {}).get("tasks", ()) if path.endswith("/projects") else ()
    _BELOW.set(any(label.get("parent_id") for task in tasks for label in task.get("labels", ())))


class _LabelsBelowCount(_looking(_note_parents)):  # type: ignore[misc]
    def hold(self, constraint_id: str, place: str, value: float | str) -> None:
        if constraint_id != _FEWEST or not _BELOW.get():
            super().hold(constraint_id, place, value)


def _at_origin(_path: str, body: dict[str, Any]) -> ApiError | None:
    shapes = [each.get("shape") or {} for each in body.get("annotations") or ()]
    if any((each.get("x"), each.get("y"), each.get("type")) == (0, 0, "RECTANGLE") for each in shapes):
        return ApiError(400, "bad_request", "A rectangle has a corner.")
    return None


_pair = Group("pair")
FAULTS: Final = (
    _pair("labels-below-others-count", "A classification of one label is taken where another lies below it.").breaks(
        f"{_FEWEST}@project-creation", side="above", verdict="not-enforced", by=_LabelsBelowCount
    ),
    _pair("rectangle-at-origin-refused", "A rectangle whose corner lies at 0 both across and down is refused.").breaks(
        "annotation.rectangle.corner.min@image-annotation",
        side="at",
        verdict="over-enforced",
        by=_looking(_at_origin),
        also=("*",),
    ),
)
