"""The table of operations: what follows from its lines."""

from __future__ import annotations

import pytest

from contract import operations as api
from contract.limits import LIMITS

ROOT = "/organizations/o/workspaces/w"


def test_every_enforcement_point_of_the_limits_is_an_operation() -> None:
    assert {point for limit in LIMITS for point in limit.enforced_at} <= api.AT_POINT.keys()


def test_no_two_lines_are_the_same_operation() -> None:
    assert len({(each.method, each.shape) for each in api.OPERATIONS}) == len(api.OPERATIONS)


def test_a_path_is_filled_in_the_order_of_its_ids() -> None:
    assert api.ANNOTATE_FRAME.at(ROOT, "p", "d", "v", 3) == (
        "POST",
        f"{ROOT}/projects/p/datasets/d/media/videos/v/frames/3/annotations",
    )
    assert api.LIST_JOBS.at(ROOT) == ("GET", f"{ROOT}/jobs")


@pytest.mark.parametrize("ids", [(), ("p", "d")])
def test_a_wrong_number_of_ids_is_said_at_once(ids: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="zip"):
        api.READ_PROJECT.at(ROOT, *ids)


def test_a_command_shows_a_word_for_each_id() -> None:
    assert api.OPTIMIZE.placeholder == "/projects/PROJECT/model_groups/GROUP/models/MODEL:optimize"
