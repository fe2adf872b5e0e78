"""The cases of the constraints: held to the profile, else to the document, else to the table; each row has some."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contract.constraints import CONSTRAINTS
from contract.openapi import operations
from contract.profiles import CLOUD, Profile, Setting, scaled_down
from contract.verdicts import Expected
from deployment.document import Document
from judges.constraints.cases import ConstraintCase, constraint_cases
from judges.rest.plan import Plan
from tests.support.synthetic_document import ROOT, synthetic_document


def planned(**limit: Any) -> Plan:
    document = synthetic_document()
    parameter = {"name": "limit", "in": "query", "schema": {"type": "integer", **limit}}
    document["paths"][f"{ROOT}/projects"]["get"]["parameters"] = [parameter]
    return Plan(Document(document, "synthetic"), operations(document))


def asked(profile: Profile, plan: Plan, requirement: str) -> dict[int | str, Expected]:
    cases = [case for case in constraint_cases(profile, 0, plan) if case.requirement.id == requirement]
    return {case.probe.value: case.probe.expected for case in cases if case.probe is not None}


def test_every_row_has_a_case_and_what_is_not_judged_says_why() -> None:
    cases = constraint_cases(CLOUD, 0, Plan())
    assert {case.requirement.subject for case in cases} == set(CONSTRAINTS.ids)
    assert all(bool(case.unjudged) is (case.probe is None) for case in cases)
    assert len({case.id for case in cases}) == len(cases)


@pytest.mark.parametrize("row", [row for row in CONSTRAINTS if not row.unjudged], ids=lambda row: row.id)
def test_every_row_that_is_judged_is_asked_for_what_must_be_refused(row: Any) -> None:
    expected = {
        case.probe.expected
        for case in constraint_cases(scaled_down(CLOUD), 0, Plan())
        if case.constraint.id == row.id and case.probe is not None
    }
    assert Expected.REFUSED in expected
    assert row.only_beyond or Expected.ACCEPTED in expected


@pytest.mark.parametrize(
    ("plan", "values"),
    [
        (Plan(), {99, 100, 101}),
        (planned(), {99, 100, 101}),
        (planned(maximum=50), {49, 50, 51}),
        (planned(maximum=50, minimum=1), {0, 1, 2, 49, 50, 51}),
    ],
)
def test_a_deployment_is_held_to_what_its_document_states(plan: Plan, values: set[int]) -> None:
    assert set(asked(CLOUD, plan, "list.limit@project-listing")) == values


def test_where_the_document_states_another_value_than_the_table_each_case_says_so() -> None:
    cases = [case for case in constraint_cases(CLOUD, 0, planned(maximum=50)) if case.probe and case.note]
    assert {case.note for case in cases} == {"the document states at most 50, the table at most 100 entries"}


def test_a_profile_file_has_the_last_word() -> None:
    set_low = replace(CLOUD, overrides={"list.limit": 20}, refusals={"list.limit": frozenset({422})})
    assert set(asked(set_low, planned(maximum=50), "list.limit@project-listing")) == {19, 20, 21}
    (case, *_) = (case for case in constraint_cases(set_low, 0, planned()) if case.side == "above")
    assert case.expected == "refused with 422"
    off = replace(CLOUD, overrides={"list.limit": Setting.OFF})
    assert {case.unjudged for case in constraint_cases(off, 0, Plan()) if case.constraint.id == "list.limit"} == {
        "the profile file says: off"
    }


def test_where_a_document_has_no_such_operation_there_is_nothing_to_judge() -> None:
    of_shapes = [case for case in constraint_cases(CLOUD, 0, planned()) if case.constraint.id.startswith("annotation")]
    assert {case.unjudged for case in of_shapes} == {"the document has no such operation"}


def test_422_refuses_as_well_where_the_document_declares_it() -> None:
    document = synthetic_document()
    responses = document["paths"][f"{ROOT}/projects"]["post"]["responses"]
    responses["422"] = responses["400"]
    plan = Plan(Document(document, "synthetic"), operations(document))

    def refusals(plan: Plan) -> set[frozenset[int]]:
        found: list[ConstraintCase] = [
            case for case in constraint_cases(CLOUD, 0, plan) if case.constraint.id == "label.color" and case.probe
        ]
        return {case.refusals for case in found}

    assert refusals(plan) == {frozenset({400, 422})}
    assert refusals(planned()) == {frozenset({400})}


def test_a_label_below_another_one_is_asked_for_beside_the_numbers_at_the_top_level() -> None:
    values = asked(CLOUD, Plan(), "project.labels.min.classification@project-creation")
    assert values == {
        1: Expected.REFUSED,
        2: Expected.ACCEPTED,
        3: Expected.ACCEPTED,
        "one label and one below it": Expected.REFUSED,
    }


def test_both_coordinates_of_a_corner_lie_at_their_bound_at_one_time() -> None:
    cases = [case for case in constraint_cases(CLOUD, 0, Plan()) if case.constraint.id.endswith("corner.min")]
    at = [case.probe.field for case in cases if case.probe is not None and case.side == "at"]
    assert at == ["x", "y", "x+y"]
