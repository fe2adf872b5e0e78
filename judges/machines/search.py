"""The search: sequences are drawn, carried out, and shrunk where one shows what the contract does not allow."""

from __future__ import annotations

import contextlib
import itertools
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase

from contract.cases import Requirement
from contract.verdicts import Verdict
from judges.machines.attempt import Attempts, Form, Seen, UnsupportedError, form_of
from judges.machines.choice import richest
from judges.machines.machine import FullProjectMachine, LifecycleMachine, drawn
from judges.machines.model import World, repaired
from judges.machines.remote import UnjudgedError
from judges.machines.shrinking import shortest
from judges.machines.steps import Sequence_, Step, read, written
from judges.machines.symptoms import Sign, Symptom, broken_by
from judges.rest.search_budget import seed_of
from judges.workspace import Workspace

# What the sequences that failed are remembered by.
_KEY: Final = b"lifecycle"
# How many attempts a sequence that fails is shrunk in.
_SHRINKING: Final = 80


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a search goes: how many ``sequences``, each of so many ``steps``, and of how many in a ``full`` project.

    ``drawn`` is from how many times as many those are chosen; ``affordable`` is how many requests a fill may take,
    ``rounds`` how often all that is drawn anew.
    """

    sequences: int
    steps: int
    full: int
    full_steps: int
    drawn: int
    affordable: int
    rounds: int = 1


GATE: Final = Extent(sequences=3, steps=22, full=1, full_steps=12, drawn=8, affordable=50)
NIGHTLY: Final = Extent(sequences=8, steps=40, full=2, full_steps=30, drawn=1, affordable=150, rounds=5)


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A shortest sequence that breaks a requirement, and what it shows."""

    steps: Sequence_
    requirement: Requirement
    verdict: Verdict
    symptom: Symptom
    seen: Seen


@dataclass(slots=True)
class Search:
    """Searches a deployment for sequences that break something; each requirement is found broken once.

    ``unjudged`` says why it did not come to its end, ``unsupported`` what the deployment does not offer.
    ``carried_out`` counts the sequences, ``steps`` their steps.
    """

    workspace: Workspace
    extent: Extent
    found: dict[str, Counterexample] = field(default_factory=dict)
    unjudged: str = "the search did not come to its end"
    unsupported: dict[Form, str] = field(default_factory=dict)
    carried_out: int = 0
    steps: int = 0
    attempts: Attempts = field(init=False)
    _known: set[tuple[str, ...]] = field(default_factory=set)
    _ends: float = field(init=False)

    def __post_init__(self) -> None:
        self.attempts, minutes = Attempts(self.workspace), self.workspace.search.minutes
        self._ends = time.monotonic() + 60 * minutes if minutes is not None else math.inf

    def run(self) -> None:
        """Carry out what is drawn, until its end or until a sequence cannot be judged, twice."""
        try:
            for steps in self.chosen():
                try:
                    self.try_out(steps)
                except UnjudgedError:
                    self.try_out(steps)
            self.unjudged = "" if self.carried_out else "there was no time for any sequence"
        except UnjudgedError as error:
            self.unjudged = str(error)

    def attempt(self, steps: Sequence_) -> Seen:
        """What a sequence shows, without the steps that the deployment does not offer. Raises ``UnjudgedError``."""
        while True:
            offered = self._offered(steps)
            if not offered:
                reasons = "; ".join(self.unsupported.values())
                raise UnjudgedError(f"nothing of the sequence can be done ({reasons})")
            try:
                seen = self.attempts.carried_out(offered)
            except UnsupportedError as error:
                if not self._is_accepted_alone(error):
                    self.unsupported[error.form] = str(error)
                continue
            self.carried_out += 1
            self.steps += len(seen.steps)
            return seen

    def _is_accepted_alone(self, refused: UnsupportedError) -> bool:
        """Whether a step that was refused is accepted where nothing was done before that it does not need."""
        with contextlib.suppress(UnsupportedError):
            self.attempts.carried_out(control_of(refused.steps, self.workspace))
        return refused.form in self.attempts.accepted

    def again(self, known: Counterexample) -> Counterexample | None:
        """What a sequence that failed before comes to here; None where it no longer fails. Raises ``UnjudgedError``.

        Where it ends in a refusal, its control says first that this is offered at all.
        """
        if known.symptom.sign is Sign.REFUSED:
            self.attempt(control_of(known.steps, self.workspace))
        return self._judged(known.steps, known.symptom.key)

    def _judged(self, steps: Sequence_, key: tuple[str, ...]) -> Counterexample | None:
        seen = self.attempt(steps)
        symptom = next((each for each in seen.symptoms if each.key == key), None)
        return None if symptom is None else _counterexample(seen, symptom)

    def try_out(self, steps: Sequence_) -> None:
        """Carry one sequence out, and shrink it for each thing that it shows. Raises ``UnjudgedError``."""
        seen = self.attempt(steps)
        while symptom := next((each for each in seen.symptoms if each.key not in self._known), None):
            self._shrink(seen, symptom)
            self._known.add(symptom.key)

    def _shrink(self, seen: Seen, symptom: Symptom) -> None:
        def fails(candidate: Sequence_) -> bool:
            return any(each.key == symptom.key for each in self.attempt(candidate).symptoms)

        found = self._judged(seen.steps, symptom.key)
        if found is None:
            # It did not fail again; whoever confirms it says whether it is unstable.
            self._report(_counterexample(seen, symptom))
            return
        least = shortest(found.steps, self.workspace.profile, fails, _SHRINKING)
        found = self._judged(least, symptom.key) or found
        if self._is_of_the_sequence(found):
            # All that one shortest sequence shows has one cause: the first of it is reported.
            self._known.update(each.key for each in found.seen.symptoms)
            self._report(_counterexample(found.seen, found.seen.symptoms[0]))

    def _report(self, found: Counterexample) -> None:
        self.found.setdefault(found.requirement.id, found)
        if self._database is not None:
            self._database.save(_KEY, written(found.steps))

    def _is_of_the_sequence(self, found: Counterexample) -> bool:
        """Whether a refusal of what is legal comes of what was done before: alone the same is accepted."""
        if found.symptom.sign is not Sign.REFUSED:
            return True
        control = control_of(found.steps, self.workspace)
        return control != found.steps and not self.attempt(control).symptoms

    def _offered(self, steps: Sequence_) -> Sequence_:
        world, kept = World(self.workspace.profile), list[Step]()
        for step in repaired(steps, self.workspace.profile):
            if world.possible(step) and form_of(step, world) not in self.unsupported:
                kept.append(step)
                if world.refusal(step) is None:
                    world.apply(step)
        return tuple(kept)

    def chosen(self) -> Iterator[Sequence_]:
        """What failed in earlier runs, then what is drawn, as much and for as long as was asked for."""
        settings, extent = self.workspace.search, self.extent
        known = map(read, sorted(self._database.fetch(_KEY))) if self._database is not None else ()
        usual = extent.rounds * (extent.sequences + extent.full)
        for steps in itertools.chain(known, itertools.islice(self._drawn(), settings.most(usual))):
            if time.monotonic() > self._ends:
                return
            yield steps

    def _drawn(self) -> Iterator[Sequence_]:
        extent, profile = self.extent, self.workspace.profile
        for number in itertools.count():
            for machine, wanted, steps in (
                (LifecycleMachine, extent.sequences, extent.steps),
                (FullProjectMachine, extent.full, extent.full_steps),
            ):
                sequences = drawn(
                    machine,
                    profile,
                    seeded=seed_of(f"{machine.__name__} {number}", self.workspace.search.seed),
                    sequences=1 + wanted * extent.drawn,
                    steps=steps,
                    affordable=extent.affordable,
                )
                # The first is the simplest that there is.
                yield from richest(sequences[1:], wanted, profile)

    @property
    def _database(self) -> ExampleDatabase | None:
        directory = self.workspace.search.database
        return DirectoryBasedExampleDatabase(directory) if directory else None


def _counterexample(seen: Seen, symptom: Symptom) -> Counterexample:
    requirement, verdict = broken_by(symptom, seen.steps, refused=seen.refused)
    return Counterexample(seen.steps, requirement, verdict, symptom, seen)


def control_of(steps: Sequence_, workspace: Workspace) -> Sequence_:
    """The last step, and those that make what it names: the control of a refusal."""
    *before, last = steps
    world = World(workspace.profile)
    for step in before:
        if world.refusal(step) is None:
            world.apply(step)
    named = {last.on, last.number}
    for serial in (last.on, last.number):
        entity = world.entities.get(serial)
        while entity is not None and entity.parent:
            named.add(entity.parent)
            entity = world.entities[entity.parent]
    return repaired([*(step for step in before if step.made in named), last], workspace.profile)
