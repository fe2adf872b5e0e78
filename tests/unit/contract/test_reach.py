"""What was drawn adds up over processes, shards and nights."""

from __future__ import annotations

from contract.reach import joined_coverage, never_drawn

ONE = {"openapi": {"operations": [1]}, "properties": {"dimensions": {"mode": {"L": 2, "RGB": 0}}}}
OTHER = {"openapi": {"operations": [2]}, "properties": {"dimensions": {"mode": {"L": 1, "RGB": 0}, "rate": {"5": 3}}}}


def test_counts_of_what_was_drawn_add_up_and_other_facts_are_those_of_the_last() -> None:
    assert joined_coverage([ONE, OTHER, {}]) == {
        "openapi": {"operations": [2]},
        "properties": {"dimensions": {"mode": {"L": 3, "RGB": 0}, "rate": {"5": 3}}},
    }


def test_a_value_that_no_run_has_drawn_is_named() -> None:
    runs = [each["properties"]["dimensions"] for each in (ONE, OTHER)]
    assert never_drawn(runs) == ["mode RGB"]
    assert never_drawn([*runs, {"mode": {"RGB": 1}}]) == []
