"""Shapes that not every deployment takes: what is not declared is not sent, and what is refused says nothing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from contract.observations import Answer
from contract.verdicts import Verdict
from judges.rest import annotations
from judges.rest.annotations import judge_annotations
from judges.rest.curl import Request
from judges.rest.findings import ConcludedError, Sent
from judges.rest.full_bodies import SHAPES

TURNED = {"enum": ["ROTATED_RECTANGLE"]}
IN_PLACE = {"properties": {"shape": {"oneOf": [{"properties": {"type": TURNED}}]}}}
REFERRED = {"$ref": "#/components/schemas/Turned"}


def judged(monkeypatch: pytest.MonkeyPatch, schema: Any, ends: dict[str, tuple[Verdict, int]]) -> list[str]:
    """The task types of which a medium is annotated, by a schema of the body; those in ``ends`` end so."""
    asked = []

    def judge_task(_trip: Any, task_type: str, _shapes: Any, **_given: Any) -> None:
        asked.append(task_type)
        if task_type in ends:
            verdict, status = ends[task_type]
            answer = Answer(status, {"error_code": "bad_request", "message": "no", "http_status": status})
            raise ConcludedError(verdict, "", Sent(answer, None, Request("POST", "/", {}, None, None)))

    monkeypatch.setattr(annotations, "_judge_task", judge_task)
    document = {"components": {"schemas": {"Turned": {"properties": {"type": {"const": "ROTATED_RECTANGLE"}}}}}}
    operation = SimpleNamespace(definition={"requestBody": {"content": {"application/json": {"schema": schema}}}})
    trip: Any = SimpleNamespace(tools=SimpleNamespace(document=document), operation=operation)
    judge_annotations(trip, of_frames=False)
    return asked


@pytest.mark.parametrize("schema", [IN_PLACE, {"items": REFERRED}])
def test_a_declared_shape_is_sent(monkeypatch: pytest.MonkeyPatch, schema: Any) -> None:
    assert judged(monkeypatch, schema, {}) == list(SHAPES)


@pytest.mark.parametrize(
    "schema", [None, {}, {"properties": {"shape": {"enum": ["RECTANGLE"], "description": "ROTATED"}}}]
)
def test_a_shape_that_is_not_declared_is_not_sent(monkeypatch: pytest.MonkeyPatch, schema: Any) -> None:
    assert judged(monkeypatch, schema, {}) == [each for each in SHAPES if each != "rotated_detection"]


@pytest.mark.parametrize("status", [400, 409, 422])
def test_a_task_that_is_refused_says_nothing(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    judged(monkeypatch, IN_PLACE, {"rotated_detection": (Verdict.INCONCLUSIVE, status)})


@pytest.mark.parametrize(
    "ends",
    [
        {"rotated_detection": (Verdict.UNCLEAN, 200)},
        {"rotated_detection": (Verdict.CRASHED, 500)},
        {"rotated_detection": (Verdict.INCONCLUSIVE, 429)},
        {"detection": (Verdict.INCONCLUSIVE, 400)},
    ],
)
def test_what_else_ends_a_task_ends_the_case(monkeypatch: pytest.MonkeyPatch, ends: Any) -> None:
    with pytest.raises(ConcludedError):
        judged(monkeypatch, IN_PLACE, ends)
