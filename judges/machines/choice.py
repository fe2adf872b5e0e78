"""Which of the drawn sequences are carried out, where few can be: those that show most."""

from __future__ import annotations

from contract.profiles import Profile
from judges.machines.model import World
from judges.machines.steps import Action, Sequence_, Step

_Pair = tuple[str, str, str]


def richest(sequences: list[Sequence_], wanted: int, profile: Profile) -> list[Sequence_]:
    """As many sequences as are ``wanted``: those that between them have most actions, and show most pairs of them."""
    left = {steps: shown_pairs(steps, profile) for steps in sequences}
    chosen, covered, taken = list[Sequence_](), set[_Pair](), set[Action]()

    def adds(steps: Sequence_) -> tuple[int, int]:
        return len({step.action for step in steps} - taken), len(left[steps] - covered)

    while left and len(chosen) < wanted:
        best = max(left, key=adds)
        chosen.append(best)
        taken |= {step.action for step in best}
        covered |= left.pop(best)
    return chosen


def shown_pairs(steps: Sequence_, profile: Profile) -> set[_Pair]:
    """Each action after another one, and how near to it, where what the first has done shows at the end.

    What was changed and then deleted, or changed again, says no more what another request did to it.
    """
    world = World(profile)
    for step in steps:
        if world.refusal(step) is None:
            world.apply(step)
    shown: set[_Pair] = set()
    for at, one in enumerate(steps):
        if _shows(one, steps[at + 1 :], world):
            shown |= {(one.action, two.action, _nearness(one, two, world)) for two in steps[at + 1 :]}
    return shown


def _shows(step: Step, following: Sequence_, world: World) -> bool:
    subject = world.entities.get(step.made) or world.entities.get(step.on)
    again = any((each.action, each.on) == (step.action, step.on) for each in following)
    is_deletion = subject is not None and subject.deleted == subject.serial == step.on
    return subject is not None and (is_deletion or (not subject.deleted and (step.made in world.entities or not again)))


def _nearness(one: Step, two: Step, world: World) -> str:
    """Whether two steps are about the same entity, about the same project, or about two."""
    if {one.on, one.made} & {two.on, two.made, two.number} - {0}:
        return "entity"
    places = [world.project_of(each.on or each.made).serial for each in (one, two)]
    return "project" if places[0] == places[1] else "workspace"
