"""Kinds of cases of a count: another way in which the entity comes, with one that came so while there was room."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from contract.limits import AFTER_DELETION, EXCHANGE, LIMITS, LONG_NAME, SECOND_TASK, UNCHANGED, EnforcementPoint
from contract.observations import Answer, Observation
from contract.probes import Side, count_probes
from contract.profiles import CLOUD, scaled_down
from contract.verdicts import Verdict
from judges.counts.case import CountCase
from judges.counts.cases import count_cases
from judges.counts.label_edits import label_edit
from judges.counts.single_request import SingleRequestProbe
from tests.unit.judges.test_incremental import ENTITIES, LIMIT, Shelf, unwatched

PROFILE = scaled_down(CLOUD)
DATASETS = LIMITS["project.datasets.max"]


@dataclass
class TwoWays(Shelf):
    """A shelf that takes what comes in another way as ``other`` says."""

    other: Answer | None = None
    takes: bool = False

    def _create(self) -> Answer:
        if not self.kind:
            return super()._create()
        if self.other is not None:
            return self.other
        if len(self.held) >= self.room and not self.takes:
            return LIMIT
        return self.make(*self._serials(1))


def case_of(kind: str) -> CountCase:
    *_, above = count_probes(DATASETS, EnforcementPoint.DATASET_CREATION, PROFILE)
    (case,) = (
        each
        for each in count_cases(PROFILE, "gate")
        if each.probe == above and each.kind == kind and each.requirement.id.startswith("project.datasets.max")
    )
    return case


def verdict(**given: Any) -> Verdict:
    probe = TwoWays(ENTITIES, unwatched, room=40, **given)
    return probe.judge(case_of(LONG_NAME)).judgement.verdict


def test_what_comes_in_another_way_is_held_to_the_limit() -> None:
    assert verdict() is Verdict.KEPT
    assert verdict(takes=True) is Verdict.NOT_ENFORCED


@pytest.mark.parametrize("status", [400, 413, 422])
def test_what_is_refused_with_room_for_it_says_nothing_of_the_limit(status: int) -> None:
    refused = Answer(status, {"error_code": "bad_request", "message": "too long", "http_status": status})
    assert verdict(other=refused) is Verdict.NOT_APPLICABLE


def test_one_request_whose_control_is_refused_for_another_reason_says_nothing_of_the_limit() -> None:
    refused = Answer(400, {"error_code": "bad_request", "message": "A name is too long.", "http_status": 400})
    probe = SingleRequestProbe(lambda _count: Observation(refused, None), 2)
    assert probe.judge(case_of(LONG_NAME)).judgement.verdict is Verdict.NOT_APPLICABLE
    plain = probe.judge(replace(case_of(LONG_NAME), kind=""))
    assert plain.judgement.verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("kind", ["", SECOND_TASK, AFTER_DELETION, EXCHANGE, UNCHANGED])
@pytest.mark.parametrize("count", [4, 500, 501])
def test_an_edit_of_labels_comes_to_the_number_that_is_asked_for(kind: str, count: int) -> None:
    edit = label_edit(kind, count, most=500)
    assert edit.after == count
    assert edit.added >= 0


def test_a_project_with_all_its_labels_is_edited_without_a_change_at_the_limit_alone() -> None:
    cases = [case for case in count_cases(PROFILE, "gate") if case.kind == UNCHANGED]
    assert [(case.point, case.side, case.value) for case in cases] == [
        (EnforcementPoint.LABEL_MANAGEMENT, Side.AT.value, 500)
    ]
