"""A good body with one field damaged: each field in each way, and nothing else."""

from __future__ import annotations

import json

from deployment.bodies import rectangle_annotation
from judges.rest.damaged_bodies import damaged, with_null_characters
from judges.rest.full_bodies import hierarchy

BODY = {"name": "n", "tasks": [{"title": "t"}, {"title": "u", "labels": [{"name": "a"}, {"name": "b", "group": "g"}]}]}


def bodies() -> dict[str, str]:
    return {each.words: each.content.decode() for each in damaged(BODY)}


def test_each_field_is_damaged_in_each_way() -> None:
    found = bodies()
    assert json.loads(found["name left out"]) == {"tasks": BODY["tasks"]}
    assert json.loads(found["name nulled"]) == {**BODY, "name": None}
    assert json.loads(found["name emptied"]) == {**BODY, "name": ""}
    assert json.loads(found["name of another type"]) == {**BODY, "name": 7}
    assert found["name doubled"].count('"name": "n"') == 2
    assert found["tasks/labels/group doubled"].count('"group": "g"') == 2


def test_of_a_list_the_entry_with_the_most_fields_is_damaged_and_the_list_itself() -> None:
    found = bodies()
    assert json.loads(found["tasks/labels/group left out"])["tasks"][1]["labels"] == [{"name": "a"}, {"name": "b"}]
    assert json.loads(found["tasks emptied"])["tasks"] == []
    labels = json.loads(found["tasks/labels doubled"])["tasks"][1]["labels"]
    assert [each["name"] for each in labels] == ["a", "b", "b"]
    assert "tasks/title left out" in found


def test_no_two_damages_of_a_body_are_the_same_request() -> None:
    contents = [each.content for each in damaged(hierarchy("name"))]
    assert len(set(contents)) == len(contents)
    assert json.dumps(hierarchy("name")).encode() not in contents


def test_operations_that_take_the_same_share_the_damages() -> None:
    first = {each.words for each in damaged(BODY, 3, 0)}
    second = {each.words for each in damaged(BODY, 2, 3)}
    assert not first & second
    assert first | second == set(bodies())


def test_what_names_another_text_names_it_with_its_null_character() -> None:
    tasks = json.loads(with_null_characters(hierarchy("n"), "POST").content)["pipeline"]
    edges = {end for edge in tasks["connections"] for end in edge.values()}
    assert edges == {each["title"] for each in tasks["tasks"]}
    assert all(each.endswith("\0") for each in edges)
    labels = tasks["tasks"][1]["labels"]
    assert {each["parent_id"] for each in labels if "parent_id" in each} == {"middle\0"}
    assert {each["color"] for each in labels} == {
        each["color"] for each in hierarchy("n")["pipeline"]["tasks"][1]["labels"]
    }


def test_an_edit_keeps_the_titles_and_an_annotation_has_no_text_but_ids() -> None:
    assert json.loads(with_null_characters({"name": "n", "title": "t"}, "PUT").content) == {"name": "n\0", "title": "t"}
    (annotation,) = json.loads(with_null_characters(rectangle_annotation("m", None, "l", 1, 1), "POST").content)[
        "annotations"
    ]
    assert annotation["labels"][0]["id"] == "l\0"
