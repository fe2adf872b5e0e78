"""What an action changed in the state of a deployment."""

from __future__ import annotations

import pytest

from deployment.state import StateChange


def test_what_appeared_and_what_is_gone_is_told_apart() -> None:
    states = iter([{"a": 1, "b": 2}, {"b": 2, "c": 3}])
    with StateChange(lambda: next(states)) as change:
        assert change.appeared is None
    assert (change.appeared, change.gone) == ({"c": 3}, ["a"])


@pytest.mark.parametrize("states", [(None, {"a": 1}), ({"a": 1}, None)])
def test_a_state_that_could_not_be_read_says_nothing(states: tuple[dict[str, int] | None, ...]) -> None:
    readings = iter(states)
    with StateChange(lambda: next(readings)) as change:
        pass
    assert change.appeared is None
    assert change.gone is None


def test_the_state_is_not_read_again_after_an_error() -> None:
    states = iter([{"a": 1}])
    change = StateChange(lambda: next(states))
    with pytest.raises(KeyError), change:
        raise KeyError
    assert change.after is None
