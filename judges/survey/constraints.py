"""The constraints: numbers by doubling and halving, and of sets and patterns which members are taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from contract.boundaries import ObservedBoundary
from contract.constraints import CONSTRAINTS, Constraint, Place
from contract.observations import Answer
from contract.survey import Sighting
from contract.verdicts import crashed_or_inconclusive
from judges.constraints.subject import Asked, Subject, UnreachableError
from judges.constraints.subjects import control_of, subject_of
from judges.survey.oracle import Oracle
from judges.workspace import Workspace

# No further is asked: upwards so many times a value that is accepted, downwards to so much below nothing.
_TIMES = 1024
_BELOW = -8


@dataclass
class ConstraintSurvey:
    """Looks for the constraints; ``subjects`` are what requests are made on, ``found`` the boundaries by row."""

    workspace: Workspace
    subjects: dict[type[Subject], Subject] = field(default_factory=dict)
    found: dict[str, ObservedBoundary] = field(default_factory=dict)

    def sought(self) -> list[Sighting]:
        """What is looked for."""
        return [_about(row, place, each) for row in CONSTRAINTS for place in row.at for each in row.fields]

    def sightings(self) -> Iterator[Sighting]:
        """Every constraint at each place, of each of its fields."""
        try:
            for row in CONSTRAINTS:
                for place in row.at:
                    for each in row.fields:
                        yield self._seen(row, place, each)
        finally:
            for subject in self.subjects.values():
                subject.close()

    def _seen(self, row: Constraint, place: Place, name: str) -> Sighting:
        about = _about(row, place, name)
        if row.unsought:
            return replace(about, left=row.unsought)
        control = 1 if row.only_beyond else control_of(row, row.allowed)
        try:
            answer = self._answer(row, place, name, control)
            if not answer.accepted:
                return replace(about, unknown=f"{control!r} got {answer.words_with_message}, though it should be legal")
            if not isinstance(control, int):
                return self._members(row, place, name, about, {control: answer})
            seen = self._number(row, place, name, about, control)
        except UnreachableError as error:
            return replace(about, unknown=str(error))
        if seen.boundary is not None and seen.value is not None:
            self.found.setdefault(row.id, seen.boundary)
        return seen

    def _number(self, row: Constraint, place: Place, name: str, about: Sighting, control: int) -> Sighting:
        last = _TIMES * control if row.allowed.most is not None else _BELOW if row.allowed.least == 0 else 0
        oracle = Oracle(lambda value: self._answer(row, place, name, value))
        return oracle.sighting(about, control, last, self.found.get(row.id))

    def _members(
        self, row: Constraint, place: Place, name: str, about: Sighting, answers: dict[str, Answer]
    ) -> Sighting:
        """Which members, and which of the texts that miss them by little, are accepted."""
        texts = [*sorted({*row.allowed.members, *answers}), *row.near]
        answers |= {text: self._answer(row, place, name, text) for text in texts if text not in answers}
        unclear = next((each for each in answers.values() if crashed_or_inconclusive(each)), None)
        refused = {text: answer for text, answer in answers.items() if not answer.accepted}
        return replace(
            about,
            taken=[text for text in texts if text not in refused],
            refused=list(refused),
            refusal=next(iter(refused.values()), None),
            unknown="" if unclear is None else unclear.words_with_message,
        )

    def _answer(self, row: Constraint, place: Place, name: str, value: int | str) -> Answer:
        """What the deployment says to a value; what came of it is deleted. Raises ``UnreachableError``."""
        kind = subject_of(row)
        if kind not in self.subjects:
            self.subjects[kind] = kind(self.workspace)
        asked = Asked(row.id, place.operation, name, value)
        answer = self.subjects[kind].send(asked)
        self.subjects[kind].discard(asked, answer)
        return answer


def _about(row: Constraint, place: Place, name: str) -> Sighting:
    measure = name if len(row.fields) > 1 else ""
    return Sighting(row=row.id, place=place.id, measure=measure, unit=row.unit)
