"""Shrinking: from a sequence that fails to a shortest one that does, within so many attempts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from contract.profiles import Profile
from judges.machines.model import repaired
from judges.machines.steps import Action, Sequence_


def shortest(steps: Sequence_, profile: Profile, fails: Callable[[Sequence_], bool], attempts: int) -> Sequence_:
    """A sequence that still fails and of which no step can be left out; the best found where ``attempts`` are spent.

    With a step goes whatever names what it makes. What is left of the sequence keeps its numbers, so that each step
    names the same entity as before: Hypothesis shrinks the numbers that were drawn, and would name another.
    """
    tried = {steps}
    left = attempts

    def is_better(candidate: Sequence_) -> bool:
        nonlocal left
        if candidate in tried or not candidate or left <= 0:
            return False
        tried.add(candidate)
        left -= 1
        return fails(candidate)

    better: Sequence_ | None = steps
    while better is not None:
        steps = better
        better = next((each for each in _shorter(steps, profile) if is_better(each)), None)
    better = steps
    while better is not None:
        steps = better
        better = next((each for each in _plainer(steps, profile) if is_better(each)), None)
    return steps


def _shorter(steps: Sequence_, profile: Profile) -> Iterator[Sequence_]:
    """The sequence without a part of it, large parts first, and of these the later first."""
    size = len(steps) // 2
    while size:
        for start in range(len(steps) - size, -1, -size):
            yield repaired(steps[:start] + steps[start + size :], profile)
        size //= 2


def _plainer(steps: Sequence_, profile: Profile) -> Iterator[Sequence_]:
    """The sequence of as many steps with a plainer number in one of them: one task, one image."""
    for at, step in enumerate(steps):
        plainest = {Action.CREATE_PROJECT: 0, Action.IMPORT: 1}.get(step.action, step.number)
        if step.number > plainest:
            candidate = repaired((*steps[:at], replace(step, number=plainest), *steps[at + 1 :]), profile)
            if len(candidate) == len(steps):
                yield candidate
