"""The state machines that draw sequences of steps, with Hypothesis: against the model alone, nothing is sent.

What was drawn is carried out afterwards (``judges/machines/attempt.py``): a search that waits for no answer draws the
same for the same seed whatever a deployment does, and no answer that changes can make it flaky.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Final

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from contract.profiles import Profile
from judges.machines.entity import Kind
from judges.machines.model import CHAINS, DATASETS, LABELS, MEDIA, ON, SERIALS_OF_A_PROJECT, World
from judges.machines.steps import Action, Sequence_, Step
from judges.rest.drawing import DRAWING

# So many at one time, so that a sequence says much of each: every reading at its end costs requests.
_PROJECTS: Final = 2
_DATASETS: Final = 3
_MEDIA: Final = 4
_IMPORTED: Final = 3
# What costs more requests, or a large body, comes so often in a sequence.
_ONCE: Final = frozenset({Action.IMPORT, Action.CROWD_LABELS})
# A project is filled up before anything else, or not at all.
_NEVER: Final = frozenset({Action.FILL_DATASETS, Action.FILL_LABELS})
# What others need before them is done more often.
_WEIGHTS: Final = {Action.UPLOAD_IMAGE: 2, Action.ANNOTATE: 2}
# So much more often what was not done yet is done.
_UNSEEN: Final = 3
_ANY: Final = st.integers(0, 2**16 - 1)


class LifecycleMachine(RuleBasedStateMachine):
    """Draws a sequence in a few projects that are far from their limits; ``keep`` is given it once it has ended.

    In the projects of a subclass that ``fills`` there are as many datasets, media and labels from the beginning as
    there may be, where so many requests as are ``affordable`` make them.
    """

    fills: ClassVar[bool] = False

    def __init__(self, profile: Profile, affordable: int, keep: Callable[[Sequence_], None]) -> None:
        super().__init__()
        self.world, self.affordable, self.keep = World(profile), affordable, keep
        self.steps: list[Step] = []
        self.serial = 1

    @initialize()
    def begin(self) -> None:
        """There is a project: one of two tasks, or one that is filled up."""
        self.take(Action.CREATE_PROJECT, 0, 0 if self.fills else len(CHAINS) - 1)
        if self.fills:
            self._fill(1)

    @rule(what=_ANY, which=_ANY, number=_ANY)
    def go_on(self, what: int, which: int, number: int) -> None:
        """One step more, of those that are possible now; what was not done yet is done more often.

        One rule, and not one an action: of many rules Hypothesis leaves some out of each sequence, and these sequences
        are few. What is possible changes with each step, and no draw is rejected for it.
        """
        possible = [(action, on) for action in Action if (on := self.candidates(action))]
        taken = {step.action for step in self.steps}
        weighted = [
            each for each in possible for _ in range(_WEIGHTS.get(each[0], 1) * (1 if each[0] in taken else _UNSEEN))
        ]
        action, on = weighted[what % len(weighted)]
        self.take(action, on[which % len(on)], number)

    def teardown(self) -> None:
        """Hand on what was drawn."""
        if self.fills:
            self._end()
        self.keep(tuple(self.steps))

    def candidates(self, action: Action) -> list[int]:
        """What an action can be taken on now, by serial number: 0 is the workspace."""
        if action in _NEVER or (action in _ONCE and any(step.action is action for step in self.steps)):
            return []
        if action is Action.CREATE_PROJECT:
            most = 1 if self.fills else _PROJECTS
            return [0] if len(self.world.living(Kind.PROJECT)) < most else []
        return [each.serial for each in self.world.living(*ON[action]) if self._is_wanted(action, each.serial)]

    def take(self, action: Action, on: int, number: int = 0) -> None:
        """Note a step, and what comes of it; of what its number may be ``number`` chooses one."""
        step = Step(action, on, self.serial, self._number(action, on, number))
        self.serial += SERIALS_OF_A_PROJECT if action is Action.CREATE_PROJECT else 1
        self.steps.append(step)
        if self.world.refusal(step) is None:
            self.world.apply(step)

    def _is_wanted(self, action: Action, serial: int) -> bool:
        project = self.world.project_of(serial).serial
        match action:
            case Action.DELETE_PROJECT:
                return len(self.world.living(Kind.PROJECT)) > 1
            case Action.CREATE_DATASET:
                return len(self.world.living(Kind.DATASET, parent=project)) < _DATASETS
            case Action.UPLOAD_IMAGE | Action.UPLOAD_VIDEO:
                media = self.world.living(Kind.IMAGE, Kind.VIDEO)
                return sum(self.world.project_of(each.serial).serial == project for each in media) < _MEDIA
        return self.world.possible(Step(action, serial, number=self._number(action, serial, 0)))

    def _number(self, action: Action, on: int, number: int) -> int:
        match action:
            case Action.CREATE_PROJECT:
                return number % len(CHAINS)
            case Action.ADD_LABEL:
                return number % len(CHAINS[self.world.project_of(on).task])
            case Action.IMPORT:
                return 1 + number % _IMPORTED
            case Action.ANNOTATE:
                labels = self.world.living(Kind.LABEL, parent=self.world.project_of(on).serial)
                own = [each.serial for each in labels if each.task == 0]
                return own[number % len(own)]
        return 0

    def _fill(self, project: int) -> None:
        """Fill a project up; of what it then holds some can be deleted."""
        self.take(Action.CREATE_DATASET, project)
        dataset = self.steps[-1].made
        self.take(Action.UPLOAD_IMAGE, dataset)
        self.take(Action.UPLOAD_IMAGE, project + 1)
        self.take(Action.ADD_LABEL, project)
        datasets, media = (self.world.room(limit, project) for limit in (DATASETS, MEDIA))
        if media is not None and media <= self.affordable:
            step = Step(Action.IMPORT, dataset, self.serial, media)
            self.serial += 1
            self.steps.append(step)
            self.world.apply(step)
        if datasets is not None and datasets <= self.affordable:
            self.take(Action.FILL_DATASETS, project)
        if self.world.room(LABELS, project):
            self.take(Action.FILL_LABELS, project)

    def _end(self) -> None:
        """Delete a label of a medium that has another one beside it: the annotations of that stay."""
        media, labels = self.candidates(Action.ANNOTATE), self.candidates(Action.DELETE_LABEL)
        own = [each.serial for each in self.world.living(Kind.LABEL) if each.task == 0]
        if not media or not labels or len(own) < 2:
            return
        medium = self.world.entities[media[-1]]
        while len(self.world.labels_left(medium)) < 2:
            self.take(Action.ANNOTATE, medium.serial, own.index(labels[0]))
        self.take(Action.DELETE_LABEL, next(label for label in self.world.labels_left(medium) if label in labels))


class FullProjectMachine(LifecycleMachine):
    """Draws a sequence that begins in a full project."""

    fills = True


def drawn(
    machine: type[LifecycleMachine], profile: Profile, *, seeded: int, sequences: int, steps: int, affordable: int
) -> list[Sequence_]:
    """So many sequences of so many steps, the same for the same seed; ``affordable`` is what a fill may cost."""
    kept: list[Sequence_] = []

    def made() -> LifecycleMachine:
        return machine(profile, affordable, kept.append)

    how = settings(
        max_examples=sequences,
        stateful_step_count=steps,
        database=None,
        phases=(Phase.generate,),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
        verbosity=Verbosity.quiet,
    )
    with DRAWING.deterministic():
        seeded_machine: Any = seed(seeded)(made)
        run_state_machine_as_test(seeded_machine, settings=how)
    return kept
