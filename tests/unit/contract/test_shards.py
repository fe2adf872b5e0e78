"""Shards: the same split everywhere, and each case in one of them."""

from __future__ import annotations

import pytest

from contract.probes import MEDIA_AXES
from contract.profiles import CLOUD, scaled_down
from contract.shards import seconds_of, shard_of, split, unit_of
from judges.counts.cases import count_cases
from judges.media.cases import media_cases

CASES = [
    *(case.id for case in media_cases(CLOUD, 0)),
    *(case.id for case in count_cases(scaled_down(CLOUD), "gate")),
    *(f"openapi.{check}@operation-{n}" for check in ("positive-data", "key-missing") for n in range(30)),
    "openapi.key-never-echoed",
]


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_each_case_is_in_one_shard_and_in_order(count: int) -> None:
    parts = split(CASES, count, {})
    assert sorted(case for part in parts for case in part) == sorted(CASES)
    assert all(list(part) == [case for case in CASES if case in set(part)] for part in parts)
    assert parts == split(list(CASES), count, {})


@pytest.mark.parametrize("recorded", [{}, dict.fromkeys(CASES[:40], 5.0)])
def test_shards_take_about_the_same_time(recorded: dict[str, float]) -> None:
    loads = [sum(recorded.get(case, seconds_of(case)) for case in part) for part in split(CASES, 2, recorded)]
    assert max(loads) < 1.1 * min(loads)


def test_cases_that_share_a_fill_or_a_sender_are_in_one_shard() -> None:
    where = {case: number for number, part in enumerate(split(CASES, 5, {})) for case in part}
    units: dict[str, set[int]] = {}
    for case, number in where.items():
        units.setdefault(unit_of(case), set()).add(number)
    assert all(len(numbers) == 1 for numbers in units.values())
    assert len({where[case] for case in CASES if case.startswith("openapi.")}) == 1
    fills = {case.partition("/")[0] for case in CASES if case.partition("@")[0] == "project.media.max"}
    assert len(fills) > 1
    assert len({where[case] for case in CASES if case.partition("@")[0] == "project.media.max"}) == 1
    assert {unit_of(case) for case in CASES if case.partition("@")[0] in MEDIA_AXES} <= set(CASES)


@pytest.mark.parametrize("text", ["", "1", "0/2", "3/2", "1/0", "a/b", "1/2/3", "-1/2"])
def test_a_mistaken_shard_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no shard"):
        shard_of(text)
