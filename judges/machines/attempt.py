"""One attempt: a sequence is carried out in projects of its own, which are deleted again, and everything is read."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from contract.observations import TAKEN, Answer, other_conflict
from contract.verdicts import crashed_or_inconclusive
from deployment.errors import NotContainedError
from judges.machines.actions import perform
from judges.machines.commands import Command
from judges.machines.model import CHAINS, LIMIT_OF, World
from judges.machines.readings import Readings, ShownError
from judges.machines.remote import LostAnswerError, Remote, UnjudgedError, UnnamedError
from judges.machines.steps import Action, Sequence_, Step
from judges.machines.symptoms import Aspect, Sign, Symptom
from judges.workspace import Workspace

_TITLE: Final = "sequence"
# A sequence of which the network lost an answer is carried out anew, so often in all: where one answer of forty is
# lost, half of all sequences come to their end.
_TRIES: Final = 8
Form = tuple[Action, str]


class UnsupportedError(Exception):
    """A step is refused that was never accepted: this deployment may not offer it. ``steps`` are those up to it."""

    def __init__(self, form: Form, answer: Answer) -> None:
        super().__init__(f"{form[0]} ({form[1]}): {answer.words_with_message}")
        self.form = form
        self.steps: Sequence_ = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What an attempt has shown: its symptoms, how many steps it took, and the commands of its requests.

    ``names`` are the variables that stand for ids in the commands. ``refused`` says whether the last step was refused.
    """

    symptoms: tuple[Symptom, ...]
    steps: Sequence_
    commands: tuple[Command, ...]
    names: dict[str, str]
    answer: Answer
    refused: bool


@dataclass(slots=True)
class Attempts:
    """Carries out one sequence after the other in a workspace.

    ``accepted`` are the forms of steps that were accepted once: whether a refusal of one speaks of the sequence.
    ``refused`` are the actions that were refused as they should be.
    """

    workspace: Workspace
    accepted: set[Form] = field(default_factory=set)
    refused: set[Action] = field(default_factory=set)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def done(self) -> set[Action]:
        """The actions that were answered as they should be, at least once."""
        return {action for action, _chain in self.accepted} | self.refused

    def carried_out(self, steps: Sequence[Step]) -> Seen:
        """What a sequence shows, if no answer is lost. Raises ``UnjudgedError`` and ``UnsupportedError``."""
        for _ in range(_TRIES - 1):
            with contextlib.suppress(LostAnswerError):
                return self._tried(steps)
        return self._tried(steps)

    def _tried(self, steps: Sequence[Step]) -> Seen:
        self.workspace.give_way()
        world = World(self.workspace.profile)
        title = f"{self.workspace.prefix}-{_TITLE} {next(self._numbers)}"
        remote = Remote(self.workspace, title, world)
        try:
            try:
                return self._carried_out(steps, remote)
            finally:
                remote.remove()
        except NotContainedError as error:
            raise UnjudgedError(str(error)) from None

    def _carried_out(self, steps: Sequence[Step], remote: Remote) -> Seen:
        world, readings, taken = remote.world, Readings(remote), list[Step]()
        remote.on_read = readings.held
        answer, refused = Answer(None), False
        for step in steps:
            if self.workspace.client.budget.stopped:
                raise UnjudgedError(self.workspace.client.budget.stopped)
            limit = world.refusal(step)
            try:
                asked = perform(step, remote)
            except ShownError as shown:
                return self._seen(shown.symptoms, taken, remote, answer, refused=refused)
            except UnnamedError:
                # What it names was accepted, and is not there: the readings say what is.
                symptoms = tuple(readings.symptoms())
                if not symptoms:
                    raise
                return self._seen(symptoms, taken, remote, answer, refused=refused)
            answer, refused = asked, limit is not None
            taken.append(step)
            try:
                symptom = self._judged(step, limit, answer, world)
            except UnsupportedError as error:
                error.steps = tuple(taken)
                raise
            if symptom is not None:
                return self._seen((symptom,), taken, remote, answer, refused=refused)
            if limit is None:
                self.accepted.add(form_of(step, world))
                world.apply(step)
            else:
                self.refused.add(step.action)
        return self._seen(tuple(readings.symptoms()), taken, remote, answer, refused=refused)

    def _seen(
        self, symptoms: tuple[Symptom, ...], taken: Sequence[Step], remote: Remote, answer: Answer, *, refused: bool
    ) -> Seen:
        names = {identifier: _variable(remote.world, serial) for serial, identifier in remote.ids.items() if serial}
        return Seen(symptoms, tuple(taken), tuple(remote.commands), names, answer, refused)

    def _judged(self, step: Step, limit: str | None, answer: Answer, world: World) -> Symptom | None:
        """What is wrong with the answer to a step. Raises ``UnjudgedError`` and ``UnsupportedError``."""
        if answer.transient:
            raise LostAnswerError(f"{step.words}: {answer.words_with_message}")
        aspect = _ASPECTS.get(step.action, Aspect.PROJECT)
        unjudged = crashed_or_inconclusive(answer)
        if unjudged is not None and unjudged.broken:
            return Symptom(Sign.CRASHED, aspect, f"{step.words} was answered {answer.words}", subject=step.on)
        # Others may fill the organization meanwhile: a project that is refused says nothing of the sequence.
        conflict = other_conflict(answer)
        # A name that another had before is free again.
        taken = conflict == TAKEN and world.takes_name_again(step)
        full = step.action is Action.CREATE_PROJECT and answer.status == 409 and not taken
        if unjudged is not None or full or (conflict is not None and not taken):
            raise UnjudgedError(f"{step.words}: {answer.words_with_message}")
        if limit is not None:
            words = f"{step.words} got {answer.words}, beyond the limit"
            return Symptom(Sign.ACCEPTED, aspect, words, subject=step.on, limit=limit) if answer.accepted else None
        if answer.accepted:
            return None
        form = form_of(step, world)
        if form not in self.accepted:
            raise UnsupportedError(form, answer)
        of_limit = LIMIT_OF.get(step.action, "") if answer.status == 409 and not taken else ""
        words = f"{step.words} got {answer.words_with_message}, where it is legal"
        return Symptom(Sign.REFUSED, aspect, words, subject=step.on, limit=of_limit)


def form_of(step: Step, world: World) -> Form:
    """What a deployment may offer or not: an action in projects of a chain."""
    if step.action is Action.CREATE_PROJECT:
        return step.action, _chain(step.number)
    chain, task = world.project_of(step.on).task, world.entities[step.on].task
    number = step.number if step.action is Action.ADD_LABEL else task
    return step.action, f"{_chain(chain)}, {number}"


def _chain(number: int) -> str:
    return " and ".join(task for task, _labels in CHAINS[number])


def _variable(world: World, serial: int) -> str:
    entity = world.entities.get(serial)
    return f"{entity.kind.upper()}_{serial}" if entity is not None else f"ID_{serial}"


_ASPECTS: Final = {
    **dict.fromkeys(
        (Action.CREATE_DATASET, Action.RENAME_DATASET, Action.DELETE_DATASET, Action.FILL_DATASETS), Aspect.DATASET
    ),
    **dict.fromkeys((Action.ADD_LABEL, Action.RENAME_LABEL, Action.DELETE_LABEL), Aspect.LABELS),
    **dict.fromkeys((Action.FILL_LABELS, Action.CROWD_LABELS), Aspect.LABELS),
    **dict.fromkeys((Action.UPLOAD_IMAGE, Action.UPLOAD_VIDEO, Action.UPLOAD_SMALL, Action.IMPORT), Aspect.MEDIA),
    **dict.fromkeys((Action.VIEW_MEDIUM, Action.DELETE_MEDIUM), Aspect.MEDIA),
    Action.ANNOTATE: Aspect.ANNOTATIONS,
}
