"""What answers are made of, and what they lack on another side, is told only where it is certain."""

from __future__ import annotations

from typing import Any

import pytest

from contract.answer_fields import Fields, lost_fields, no_fields, note_fields
from contract.comparison import lost
from contract.tally import Tally, joined, operations_seen
from reports.comparison import comparison_of
from tests.unit.reports.samples import run_info

PROJECT = {"id": "0a1b2c3d4e5f0a1b2c3d4e5f", "name": "p", "score": None, "datasets": [{"id": "x", "size": 3}]}


def fields_of(*bodies: Any, times: int = 12) -> Fields:
    fields = no_fields()
    for body in bodies * times:
        note_fields(fields, body)
    return fields


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (PROJECT, []),
        ({**PROJECT, "more": 1}, []),
        ({key: value for key, value in PROJECT.items() if key != "name"}, ["name is no longer there"]),
        ({**PROJECT, "datasets": [{"id": "x"}]}, ["datasets[].size is no longer there"]),
        ({**PROJECT, "datasets": []}, []),
        ({**PROJECT, "datasets": {}}, ["datasets was array, and is object"]),
        ({**PROJECT, "datasets": [{"id": "x", "size": "3"}]}, ["datasets[].size was number, and is string"]),
        ({**PROJECT, "datasets": [{"id": "x", "size": 3.5}]}, []),
        ({**PROJECT, "score": 0.5}, []),
        ({**PROJECT, "name": None}, []),
        ([PROJECT], ["the body was object, and is array"]),
    ],
)
def test_what_is_missed_is_what_was_always_there(now: Any, words: list[str]) -> None:
    assert list(lost_fields(fields_of(PROJECT), fields_of(now))) == words


def test_what_was_there_now_and_then_or_was_seldom_looked_at_is_not_missed() -> None:
    bare = {"id": "1"}
    assert list(lost_fields(fields_of(PROJECT, bare), fields_of(bare))) == []
    assert list(lost_fields(fields_of(PROJECT, times=9), fields_of(bare))) == []
    assert list(lost_fields(fields_of(PROJECT), fields_of(bare, times=9))) == []


def test_keys_that_are_data_are_one_field() -> None:
    fields = fields_of({"0a1b2c3d4e5f0a1b2c3d4e5f": 1, "FEATURE_A": True, "7": None}, times=1)
    assert {path: dict(types) for path, types in fields.items()} == {
        "": {"object": 1},
        "{}": {"integer": 1, "boolean": 1, "null": 1},
    }


def test_a_comparison_tells_of_answers_that_lack_a_field() -> None:
    def seen(body: Any) -> Any:
        tally = Tally()
        for _ in range(20):
            tally.add("GET", "/api/v1/projects/0a1b2c3d4e5f0a1b2c3d4e5f", 200, 0.01)
            tally.look_into("GET", "/api/v1/projects/0a1b2c3d4e5f0a1b2c3d4e5f", lambda: body)
        return joined([operations_seen(tally, ())] * 2)

    first, second = seen(PROJECT), seen({"id": "1"})
    ((operation, words),) = lost(first, second)
    assert (operation, "name is no longer there" in words) == ("GET /projects/{}", True)
    assert list(lost(second, first)) == []
    sides = [(run_info(operations=each), (), ()) for each in (first, second)]
    (row,) = comparison_of(sides[0], sides[1])["rows"]
    assert (row["effect"], row["what"], row["name"]) == ("worse", ["schema"], operation)
    assert comparison_of(sides[1], sides[0])["rows"] == []
