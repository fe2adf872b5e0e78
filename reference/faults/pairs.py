"""Constraints that hold for each value by itself, and not for two of them together."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, Final

from reference.errors import ApiError
from reference.faults.fault import Group
from reference.faults.replies import Looking

_FEWEST: Final = "project.labels.min.classification"
# Whether a label of the request in hand lies below another one.
_BELOW: Final[ContextVar[bool]] = ContextVar("below", default=False)


class _LabelsBelowCount(Looking):
    def look(self, method: str, path: str, body: dict[str, Any]) -> ApiError | None:
        tasks = (body.get("pipeline") or {}).get("tasks", ()) if path.endswith("/projects") else ()
        _BELOW.set(any(label.get("parent_id") for task in tasks for label in task.get("labels", ())))
        return super().look(method, path, body)

    def hold(self, constraint_id: str, place: str, value: float | str) -> None:
        if constraint_id != _FEWEST or not _BELOW.get():
            super().hold(constraint_id, place, value)


class _OriginRefused(Looking):
    def look(self, method: str, path: str, body: dict[str, Any]) -> ApiError | None:
        shapes = [each.get("shape") or {} for each in body.get("annotations") or ()]
        if any((each.get("x"), each.get("y"), each.get("type")) == (0, 0, "RECTANGLE") for each in shapes):
            return ApiError(400, "bad_request", "A rectangle has a corner.")
        return super().look(method, path, body)


_pair = Group("pair")
FAULTS: Final = (
    _pair("labels-below-others-count", "A classification of one label is taken where another lies below it.").breaks(
        f"{_FEWEST}@project-creation", side="above", verdict="not-enforced", by=_LabelsBelowCount
    ),
    _pair("rectangle-at-origin-refused", "A rectangle whose corner lies at 0 both across and down is refused.").breaks(
        "annotation.rectangle.corner.min@image-annotation",
        side="at",
        verdict="over-enforced",
        by=_OriginRefused,
        also=("*",),
    ),
)
