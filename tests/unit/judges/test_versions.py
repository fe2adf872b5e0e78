"""Annotation versions above the limit: what a refusal leaves of the latest one, and a submission of no annotation."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from contract.limits import EMPTY, EnforcementPoint
from contract.observations import Answer
from contract.probes import Side
from contract.profiles import CLOUD, scaled_down
from contract.verdicts import Verdict
from deployment.settling import Settling
from judges.counts.case import CountCase
from judges.counts.cases import count_cases
from judges.counts.versions import Versions
from tests.unit.judges.test_incremental import LIMIT, unwatched

PROFILE = scaled_down(CLOUD)
BAD = Answer(400, {"error_code": "bad_request", "message": "no annotations", "http_status": 400})


@dataclass
class Medium:
    """A client of a medium with room for 25 versions: ``changes`` are made to the latest at a refusal.

    ``empty`` is what a submission of no annotation gets, None where it is as any other. ``free`` says that such ones
    are not counted, ``ticking`` that each reading shows a field of another value.
    """

    changes: dict[str, Any] = field(default_factory=dict)
    empty: Answer | None = None
    free: bool = False
    ticking: bool = False
    held: list[dict[str, Any]] = field(default_factory=list)
    settling: Settling = field(default_factory=lambda: Settling(0))
    read: int = 0

    def path(self, *_parts: Any) -> str:
        return "annotations"

    def send(self, method: str, path: str, body: Any = None) -> Answer:
        if method == "GET":
            self.read += 1
            found = (
                self.held[-1:] if path.endswith("latest") else [v for v in self.held if path.endswith(f"/{v['id']}")]
            )
            if not found:
                return Answer(204 if path.endswith("latest") else 404, None)
            return Answer(200, {**found[0], **({"read": self.read} if self.ticking else {})})
        nothing = not body["annotations"]
        if nothing and self.empty is not None:
            return self.empty
        if len(self.held) >= 25 and not (nothing and self.free):
            self.held[-1] = {**self.held[-1], **self.changes}
            return LIMIT
        self.held.append({"id": f"v{len(self.held)}", "modified": "then", "annotations": body["annotations"]})
        return Answer(200, self.held[-1])


@dataclass
class OfMedium(Versions):
    """Versions of the one medium that the client has."""

    def _home(self) -> Any:
        return SimpleNamespace(client=self.entities.client, project="p", id="d")

    def _medium(self) -> str:
        return "m"

    def own_label(self) -> str:
        return "l"

    def in_project(self) -> Answer:
        return Answer(201, {"id": "p"})

    def shrink(self) -> int:
        self.entities.client.held.clear()
        return super().shrink()


def case_of(kind: str) -> CountCase:
    (case,) = (
        each
        for each in count_cases(PROFILE, "gate")
        if each.requirement.id == f"media.annotation-versions.max@{EnforcementPoint.FRAME_ANNOTATION}"
        and (each.probe.side, each.kind) == (Side.ABOVE, kind)
    )
    return case


def verdict(medium: Medium, kind: str = "") -> Verdict:
    entities: Any = SimpleNamespace(
        first_serial=0, client=medium, reads_back=lambda path: medium.send("GET", path).accepted
    )
    return OfMedium(entities, unwatched, profile=PROFILE).judge(case_of(kind)).judgement.verdict


@pytest.mark.parametrize("kind", ["", EMPTY])
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Verdict.KEPT),
        ({"annotation_state_per_task": ["revisit"]}, Verdict.KEPT),
        ({"modified": "now"}, Verdict.UNCLEAN),
        ({"annotator": "somebody"}, Verdict.UNCLEAN),
    ],
)
def test_a_refused_submission_changes_nothing_of_the_latest_version(
    changes: dict[str, Any], expected: Verdict, kind: str
) -> None:
    assert verdict(Medium(changes), kind) is expected


def test_what_differs_from_reading_to_reading_says_nothing_of_a_refusal() -> None:
    assert verdict(Medium(ticking=True)) is Verdict.KEPT
    assert verdict(Medium({"modified": "now"}, ticking=True)) is Verdict.UNCLEAN


def test_a_submission_of_no_annotation_is_held_to_the_limit() -> None:
    assert verdict(Medium(free=True), EMPTY) is Verdict.NOT_ENFORCED


@pytest.mark.parametrize("answer", [BAD, Answer(204, None), Answer(200, {}), Answer(200, {"id": "v3"})])
def test_a_submission_of_no_annotation_that_makes_no_version_is_not_judged(answer: Answer) -> None:
    assert verdict(Medium(empty=answer), EMPTY) is Verdict.NOT_APPLICABLE
