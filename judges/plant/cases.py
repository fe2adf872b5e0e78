"""The cases of what was planted: each thing is read again, and what was taken once is sent again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contract.cases import Case, Requirement
from contract.planted import Planted, Thing
from contract.planted_kinds import KINDS

SUBJECT: Final = "planted"
TAKEN_AGAIN: Final = f"{SUBJECT}.taken-again"
PROMISE_AGAIN: Final = "what was taken before is taken again"
CITATION: Final = "what was read of it before the upgrade"
# What each requirement of this family promises, by its subject.
PROMISES: Final = {**{f"{SUBJECT}.{kind.id}": kind.promise for kind in KINDS}, TAKEN_AGAIN: PROMISE_AGAIN}
# Measured: most things take one request beside those that lead to them, a video is asked for each frame.
_REQUESTS: Final = 2
_SENT_AGAIN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedCase(Case):
    """One thing that was planted; ``again`` says that it is sent again, to a project of this run."""

    thing: Thing
    again: bool = False

    @property
    def strand(self) -> str:
        """The things of a project are found together."""
        return f"planted {self.thing.project}{' again' if self.again else ''}"


def planted_cases(planted: Planted) -> Iterator[PlantedCase]:
    """A case for each thing, then one for each project and each medium that is sent again."""
    for thing in planted.things:
        yield PlantedCase(
            requirement=Requirement(f"{SUBJECT}.{thing.kind}", thing.project),
            variant=thing.name,
            title=thing.words,
            group=f"planted/{thing.project}",
            expected="as it was planted",
            citation=CITATION,
            requests=_REQUESTS,
            read_only=True,
            thing=thing,
        )
    for thing in planted.things:
        if thing.kind in ("project", "medium"):
            yield PlantedCase(
                requirement=Requirement(TAKEN_AGAIN, thing.project),
                variant=thing.name,
                title=f"{thing.words}, sent again",
                group=f"planted again/{thing.project}",
                expected="accepted",
                citation="it was taken before the upgrade",
                requests=_SENT_AGAIN,
                thing=thing,
                again=True,
            )
