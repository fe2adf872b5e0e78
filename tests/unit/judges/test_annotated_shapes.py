"""Shapes that not every deployment takes: what is not declared is not sent, and what is refused says nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from contract.observations import Answer
from contract.verdicts import Verdict
from deployment.settling import Settling
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


@pytest.mark.parametrize(("of_frames", "places"), [(False, [("2", "0")]), (True, [("2", "0"), ("1", "1"), ("1", "3")])])
@pytest.mark.parametrize("shown", [None, 0, 1, 2])
def test_what_lies_beside_what_was_annotated_has_no_annotations(
    monkeypatch: pytest.MonkeyPatch, shown: int | None, *, of_frames: bool, places: list[tuple[str, str]]
) -> None:
    """Medium 1 is annotated and 2 beside it; one of the ``places``, of a medium and a frame, shows annotations."""
    media, asked = iter("12"), list[tuple[str, str]]()

    def read(_item: Any, place: dict[str, str]) -> Callable[[], Sent]:
        asked.append((place["video"], place["frame"]))
        made = [{"shape": {}}] if shown is not None and asked[-1:] == places[shown : shown + 1] else []
        return lambda: Sent(Answer(200, {"annotations": made}), None, Request("GET", "/", {}, None, None))

    monkeypatch.setattr(annotations, "_annotated", lambda *_: dict.fromkeys(("image", "video"), next(media)))
    monkeypatch.setattr(annotations, "_labels_of", lambda *_: [[]])
    monkeypatch.setattr(annotations, "_sent_and_read", lambda *_: True)
    monkeypatch.setattr(annotations, "_check_all_frames", lambda *_: None)
    workspace = SimpleNamespace(client=SimpleNamespace(settling=Settling(0)))
    resources = SimpleNamespace(name="", values_with=lambda _operation, own: own)
    trip: Any = SimpleNamespace(
        tools=SimpleNamespace(resources=resources, workspace=workspace),
        operation=None,
        taken=1,
        item=lambda _operation: SimpleNamespace(parameters=("version",)),
        read=read,
        project=lambda *_: nullcontext((None, None)),
    )
    fails = shown is not None and shown < len(places)
    with pytest.raises(ConcludedError, match="was not annotated") if fails else nullcontext():
        annotations._judge_task(trip, "detection", SHAPES["detection"][:1], of_frames=of_frames)
    assert asked == (places[: shown + 1] if fails and shown is not None else places)
