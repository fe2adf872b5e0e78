"""Shards: the same split everywhere, and each case in one of them."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from contract.cases import Case
from contract.limits import LIMITS
from contract.openapi import Operation
from contract.profiles import CLOUD, scaled_down
from contract.shards import shard_of, split
from judges.counts.cases import count_cases
from judges.media.cases import media_cases
from judges.rest.rules import RULES

OPERATIONS = [Operation("GET", f"/x/{n}", "/api/v1", f"operation-{n}", {}) for n in range(30)]
CASES: list[Case] = [
    *media_cases(CLOUD, 0),
    *count_cases(scaled_down(CLOUD), "gate"),
    *(RULES[rule].case_of(operation) for rule in ("positive-data", "key-missing") for operation in OPERATIONS),
    RULES["key-never-echoed"].case_of(None),
]


def ids(cases: Iterable[Case]) -> list[str]:
    return [case.id for case in cases]


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_each_case_is_in_one_shard_and_in_order(count: int) -> None:
    parts = split(CASES, count, {})
    assert sorted(case for part in parts for case in ids(part)) == sorted(ids(CASES))
    assert all(ids(part) == [case for case in ids(CASES) if case in set(ids(part))] for part in parts)
    assert parts == split(list(CASES), count, {})


@pytest.mark.parametrize("recorded", [{}, dict.fromkeys(ids(CASES[:40]), 5.0)])
def test_shards_take_about_the_same_time(recorded: dict[str, float]) -> None:
    loads = [sum(recorded.get(case.id, case.seconds) for case in part) for part in split(CASES, 2, recorded)]
    assert max(loads) < 1.1 * min(loads)


def test_cases_that_share_a_fill_or_a_sender_are_in_one_shard() -> None:
    where = {case.id: number for number, part in enumerate(split(CASES, 5, {})) for case in part}
    units: dict[str, set[int]] = {}
    for case in CASES:
        units.setdefault(case.unit, set()).add(where[case.id])
    assert all(len(numbers) == 1 for numbers in units.values())
    assert len({where[case.id] for case in CASES if case.requirement.subject.startswith("openapi.")}) == 1
    fill = [case for case in CASES if case.limit is LIMITS["project.media.max"]]
    assert len({case.requirement.id for case in fill}) > 1
    assert len({where[case.id] for case in fill}) == 1
    assert all(case.unit == case.id for case in CASES if case.limit is not None and case.limit.axes)


@pytest.mark.parametrize("text", ["", "1", "0/2", "3/2", "1/0", "a/b", "1/2/3", "-1/2"])
def test_a_mistaken_shard_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no shard"):
        shard_of(text)
