"""What comes at one time: all of it is accepted and kept, or the finding says how many came together."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from contract.observations import Answer
from contract.openapi import operations
from contract.verdicts import Verdict
from deployment.document import Document
from judges.rest.curl import Request
from judges.rest.findings import Sent
from judges.rest.links import infer
from judges.rest.plan import Plan
from judges.rest.resources import Resources
from judges.rest.rules import RULES
from judges.rest.simultaneous_requests import SimultaneousRequests
from tests.support.synthetic_document import ROOT, parameters, synthetic_document
from tests.unit.judges.test_rest_rules import judge_with

ANNOTATIONS = f"{ROOT}/projects/{{project_id}}/datasets/{{dataset_id}}/media/images/{{image_id}}/annotations"
REQUEST = Request("POST", "http://embedded/", {}, None, None)
BUSY = {"error_code": "busy", "message": "busy", "http_status": 409}


@pytest.fixture(autouse=True)
def image(monkeypatch: pytest.MonkeyPatch) -> None:
    """An image of the run to annotate."""
    monkeypatch.setattr(Resources, "new", lambda _self, _kind: "2" * 24)


def plan() -> Plan:
    content = synthetic_document()
    names = ("organization_id", "workspace_id", "project_id", "dataset_id", "image_id")
    responses = {"200": {"description": ""}}
    content["paths"][ANNOTATIONS] = {
        "parameters": parameters(*names),
        "post": {"operationId": "Annotate", "responses": responses},
    }
    found = operations(content)
    return Plan(Document(content, "synthetic"), found, infer(content, found))


def verdict(late: Callable[[int], httpx.Response | None], *, latest_up_to: int = 99) -> Verdict:
    """What annotations at one time come to where ``late`` answers the n-th of all, None as it should be.

    What comes after ``latest_up_to`` is kept, and is not the latest.
    """
    kept: dict[str, Any] = {}
    lock, asked, seen = threading.Lock(), [0], list[bytes | None]()

    def answers(method: str, target: str, _key: str | None) -> httpx.Response:
        with lock:
            if method == "GET":
                body = kept.get(target.rpartition("/")[2])
                return httpx.Response(200 if body else 404, json=body or {**BUSY, "http_status": 404})
            asked[0] += 1
            identifier, other = f"{asked[0]:024x}", late(asked[0])
            if other is not None:
                return other
            shape = {"type": "RECTANGLE", "x": 0, "y": 0, "width": 64, "height": 48}
            kept[identifier] = {"id": identifier, "annotations": [{"shape": shape}]}
            if asked[0] <= latest_up_to:
                kept["latest"] = kept[identifier]
            return httpx.Response(200, json=kept[identifier])

    planned = plan()
    judge = judge_with(answers, plan=planned, seen=seen)
    judge.tools.resources.live |= {"image": "2" * 24, "label": "3" * 24, "dataset": "4" * 24}
    case = next(case for case in RULES["at-one-time"].cases(planned) if case.only_operation.name == "Annotate")
    judgement = judge.judge(case).judgement
    assert all(json.loads(body) for body in seen if body)
    return judgement.verdict


def test_what_is_accepted_and_reads_back_is_kept() -> None:
    assert verdict(lambda _n: None) is Verdict.KEPT


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (httpx.Response(409, json=BUSY), Verdict.OVER_ENFORCED),
        (httpx.Response(500, json={}), Verdict.CRASHED),
        (httpx.Response(200, json={"id": "f" * 24, "annotations": []}), Verdict.UNCLEAN),
    ],
)
def test_what_is_refused_lost_or_broken_beside_others_is_a_finding(answer: httpx.Response, found: Verdict) -> None:
    assert verdict(lambda n: answer if n == 5 else None) is found


@pytest.mark.parametrize(("count", "found"), [(2, Verdict.UNCLEAN), (8, Verdict.KEPT), (13, Verdict.KEPT)])
def test_the_latest_is_one_of_those_that_came_last(count: int, found: Verdict) -> None:
    assert verdict(lambda _n: None, latest_up_to=count) is found


def test_what_is_refused_alone_too_is_none() -> None:
    assert verdict(lambda _n: httpx.Response(409, json=BUSY)) is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    ("late", "alone", "found", "sent"),
    [(3.0, 0.01, Verdict.NONCONFORMING, 14 + 8), (3.0, 1.0, Verdict.KEPT, 14 + 8), (0.5, 0.01, Verdict.KEPT, 14)],
)
def test_how_long_one_takes_beside_others_is_held_against_how_long_it_takes_alone(
    monkeypatch: pytest.MonkeyPatch, late: float, alone: float, found: Verdict, sent: int
) -> None:
    asked = list[int]()

    def answer(_asked: object, request: object) -> Sent:
        asked.append(1)
        elapsed = late if len(asked) == 5 else alone
        return Sent(Answer(200, {"id": f"{len(asked):024x}"}, elapsed), httpx.Response(200), REQUEST)

    monkeypatch.setattr(SimultaneousRequests, "_sent", answer)
    for check in ("_check_kept", "check_latest"):
        monkeypatch.setattr(SimultaneousRequests, check, lambda *_: None)
    planned = plan()
    judge = judge_with(lambda *_: httpx.Response(200, json={}), plan=planned)
    judge.tools.resources.live |= {"image": "2" * 24, "label": "3" * 24, "dataset": "4" * 24}
    for rule in ("at-one-time", "at-one-time-duration"):
        case = next(case for case in RULES[rule].cases(planned) if case.only_operation.name == "Annotate")
        verdict = judge.judge(case).judgement.verdict
    assert (verdict, len(asked)) == (found, sent)
