"""Limits on counts that are filled up: how to come to a count, how to ask for one more, what to look at."""

from __future__ import annotations

import time
from abc import abstractmethod
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import ClassVar

from contract.boundaries import ObservedBoundary
from contract.limits import RACE
from contract.observations import Answer, Observation
from contract.races import RACERS, judge_race
from contract.verdicts import inconclusive_reason
from deployment.entities import Entities
from judges.counts.case import CountCase
from judges.counts.filling import LONGEST_PAUSE_S, MOST, STALLED, FillState, Watch, creations
from judges.counts.known_count import KnownCount
from judges.counts.probe import CountProbe, UnreachableError
from judges.results import Outcome, not_applicable


@dataclass
class IncrementalProbe(CountProbe):
    """A limit that is filled up, one creation for each entity, with the deployment's own count beside ours.

    ``kind`` is how the entity of the case in hand comes, where it does not come as those of the fill.
    """

    entities: Entities
    watch: Watch
    control: Answer | None = None
    refused: tuple[int, Answer] | None = None
    serial: int = field(default=0)
    known: KnownCount = field(default_factory=KnownCount)
    kind: str = ""
    frees_places: ClassVar[bool] = True

    @abstractmethod
    def create(self, serial: int) -> Answer:
        """Create one entity; may run in several threads at once."""

    @abstractmethod
    def remember(self, answer: Answer) -> None:
        """Take note of an entity that was created."""

    @abstractmethod
    def count(self) -> int | None:
        """The deployment's own count."""

    @abstractmethod
    def shrink(self) -> int:
        """Make the count smaller, and return by how much; 0 where nothing of ours is left to delete."""

    def recount(self) -> int | None:
        """The count where nothing is known of what it should be: the deployment's own, once it no longer changes."""
        return self.entities.client.settling.at_rest(self.count)

    def judge(self, case: CountCase) -> Outcome:
        """What one case comes to: one creation more, many at once for the last place, or one of another kind."""
        self.kind = case.kind
        if case.kind != RACE:
            return self._judge_kind(case) if case.kind else super().judge(case)
        answers, before, after = self.race(case.probe.value)
        refused = next((answer for answer in answers if not answer.accepted), answers[0])
        return Outcome(judgement=judge_race(case.probe.expected, answers, before, after), answer=refused)

    def _judge_kind(self, case: CountCase) -> Outcome:
        """What comes of one more in another way, once the last place was freed and one that came so took it."""
        if self._reach(case.probe.value - 2).stopped is None:
            control = self._create()
            self._note(control)
            if not self.comparable(control) and inconclusive_reason(control) is None:
                got = f"got {control.words_with_message} where there is room"
                return not_applicable(f"what comes so ({case.kind}) {got}")
        return super().judge(case)

    @property
    def unfinished(self) -> bool:
        """Whether the deployment went away before a count was reached."""
        return self.refused is not None and self.refused[1].transient

    def differences(self, answer: Answer) -> tuple[str, ...] | None:
        """Where the created entity differs from what was asked for."""
        return () if answer.text("id") else ("the answer carries no id",)

    def foreign_ids(self) -> frozenset[str] | None:
        """The ids of what counts too and is of others: where they change meanwhile, nothing can be said of a count."""
        return frozenset()

    def comparable(self, control: Answer) -> bool:
        """Whether one that came in another way, where there was room, is one more as those of the fill are."""
        return control.accepted

    def lost(self) -> tuple[str, ...] | None:
        """What should still be there and is not; None where that could not be read."""
        return ()

    @abstractmethod
    def there(self, answer: Answer) -> bool | None:
        """Whether the entity that an answer names reads back; None where that could not be told."""

    def observe(self, value: int) -> Observation:
        """Fill up to one less, then ask for the last one."""
        level = self._reach(value - 1)
        if self.control is None:
            self._add(1)
            level = level if level.stopped is not None else self._reach(value - 1)
        if level.stopped is not None:
            return Observation(level.stopped, self.control, created=False, changes=self.lost(), alone=True)
        answer = self._create()
        self._note(answer)
        if answer.lost:
            return Observation(answer, self.control, changes=None, differences=None)
        after = self._count()
        changes = self.lost()
        if after is None or changes is None or self.foreign_ids() != level.foreign_ids:
            return Observation(answer, self.control, changes=None, differences=None)
        grown = after - level.held
        # What is called created and did not count was not created, or took the place of another.
        hollow = answer.accepted and grown == 0 and not (answer.text("id") and self.there(answer) is not False)
        if grown != (1 if answer.accepted else 0) and not hollow:
            changes = (f"the count went from {level.held} to {after}", *changes)
        return Observation(answer, self.control, grown == 1, changes, self.differences(answer))

    def race(self, value: int) -> tuple[list[Answer], int | None, int | None]:
        """``RACERS`` creations at once for the last place below ``value``; the answers and the counts around."""
        if self.frees_places:  # then the place is one that was taken and freed
            self._reach(value - 1)
        level = self._reach(value - 2)
        if level.stopped is not None and level.stopped.status != 409:
            raise UnreachableError(f"it could not be filled up to the last place ({level.stopped.words_with_message})")
        foreign_ids, before = level.foreign_ids, level.held if level.stopped is None else self._count()
        with ThreadPoolExecutor(RACERS) as pool:
            answers = list(pool.map(self.create, self._serials(RACERS)))
        for answer in answers:
            self._note(answer)
        after = None if any(answer.lost for answer in answers) else self._count()
        return answers, before, after if self.foreign_ids() == foreign_ids else None

    def boundary(self, value: int, *, accepted: bool, known: ObservedBoundary | None = None) -> ObservedBoundary | None:  # noqa: ARG002
        """The count at which the first refusal came; a few more are tried where none came.

        A creation that is answered as done and leaves the count as it was is a refusal too.
        """
        if not accepted:
            return ObservedBoundary(self.refused[0], self.refused[0] + 1, 0, exact=True) if self.refused else None
        foreign_ids, held = self.foreign_ids(), self._count()
        for asked in range(1, RACERS + 1):
            answer = self._create()
            self._note(answer)
            after = None if answer.lost else self._count()
            if held is None or after is None or self.foreign_ids() != foreign_ids:
                return None
            if not answer.accepted or after <= held:
                exact = answer.accepted or answer.status == 409
                return ObservedBoundary(value + asked - 1, value + asked, asked, exact) if exact else None
            held = after
        return ObservedBoundary(value + RACERS, None, RACERS, exact=False)

    def _reach(self, wanted: int) -> FillState:
        """Bring the count to ``wanted``, or to where a refusal stops it. Raises ``UnreachableError``.

        What a gateway or a broken connection says ends no fill: the deployment's own count says where to go on; where
        it has none, the fill begins anew. It also says whether what was answered as created is there: where it is not,
        one more is asked for by itself, and one that does not count stops the fill as a refusal does.
        """
        pause, alone, stalled = 0.5, False, 0
        before, last = FillState(-1, frozenset()), None
        while True:
            foreign_ids = self.foreign_ids()
            if foreign_ids is None:
                raise UnreachableError("what is of others could not be read")
            level = FillState(self._lowered(wanted), foreign_ids)
            if level.held == wanted:
                return level
            grown = level.held > before.held
            stalled = 0 if grown else stalled + 1
            if stalled > STALLED:
                raise UnreachableError(f"it stays at {level.held} while others create and delete, or answers are lost")
            if last is not None and last.accepted:
                if alone and not grown and level.foreign_ids == before.foreign_ids:
                    return replace(level, stopped=last)
                alone = not alone
            made = self.known.made
            last, before = self._add(1 if alone else wanted - level.held, level.held), level
            if last is None or last.accepted:
                continue
            pause = 0.5 if self.known.made > made else pause * 2
            # Nothing is concluded from a refusal beside a lost answer, or where others have taken the last places.
            sure = self.known.value is not None and self.known.value < wanted and not last.transient
            if sure or pause > LONGEST_PAUSE_S:
                return replace(level, stopped=last)
            if self.known.made == made and last.transient:
                time.sleep(pause)

    def _lowered(self, wanted: int) -> int:
        """The count, brought down to ``wanted`` where it was higher. Raises ``UnreachableError``."""
        while True:
            held = self._count()
            if held is None:
                raise UnreachableError("the count could not be read")
            if held <= wanted:
                return held
            freed = self.shrink()
            if not freed:
                raise UnreachableError(f"it already holds {held}, of which nothing is ours to delete")
            self.known.value = held - freed

    def _add(self, missing: int, held: int = 0) -> Answer | None:
        """Create ``missing`` more, several at once; the first refusal, which ends it, else the last answer."""
        done, refusal, answer = 0, None, None

        def at_once() -> int:
            # The first goes alone: with it comes the project that all the others lie in.
            return MOST if self.control is not None and self.control.accepted else 1

        with self.watch(held, held + missing) as tell:
            for answer in creations(lambda: partial(self.create, *self._serials(1)), missing, at_once):
                if (self.control is None or not self.control.accepted) and inconclusive_reason(answer) is None:
                    self.control = answer
                self._note(answer)
                if answer.accepted:
                    done += 1
                    tell(held + done)
                elif refusal is None:
                    refusal = answer
        if refusal is not None:
            self.refused = (0 if self.known.value is None else self._count() or 0, refusal)
        return refusal or answer

    def _count(self) -> int | None:
        """The deployment's own count, read again until it is what all answers make it, or the time is over."""
        return self.known.read(self.entities.client.settling, self.count, self.recount)

    def _note(self, answer: Answer) -> None:
        """Take note of what was created; an answer that says so and names nothing has created nothing to delete."""
        self.known.note(answer)
        if answer.text("id"):
            self.remember(answer)

    def _create(self) -> Answer:
        return self.create(*self._serials(1))

    def _serials(self, count: int) -> list[int]:
        self.serial += count
        return [self.entities.first_serial + number for number in range(self.serial - count, self.serial)]
