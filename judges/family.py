"""What a family of requirements is: cases that are judged alike, and what judges them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, Protocol

from contract.cases import Case
from contract.planted import Planted
from contract.profiles import Profile
from contract.search import AS_USUAL, SearchSettings
from judges.rest.plan import Plan
from judges.results import Outcome
from judges.workspace import Workspace

# What makes media: most families judge with some.
MEDIA: Final = ("generators.images", "generators.videos")


@dataclass(frozen=True, slots=True)
class Scope:
    """What the cases of a run follow from; where it verifies what was ``planted``, from that alone.

    ``search`` is what was asked of all its searches together.
    """

    profile: Profile
    seed: int
    tier: str
    plan: Plan
    search: SearchSettings = AS_USUAL
    planted: Planted | None = None


class Judge(Protocol):
    """What judges the cases of one family."""

    def judge(self, case: Any) -> Outcome:
        """What one case comes to."""

    def release(self, following: Case | None) -> None:
        """Delete what would be in the way of the case that is judged next; everything, where there is none.

        The case that was judged last is judged next where it is judged once more, from scratch by another judge.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Requirements that are judged alike: their cases, and what judges them in a workspace.

    ``named`` gives a case that is not among the ``cases`` by its name: what a search has found.
    ``exchanges`` is how many of the last exchanges a finding shows. ``modules`` are imported only once something is
    judged, for they take long; several threads that import them at one time would find them half made.
    """

    id: str
    sentence: str
    cases: Callable[[Scope], Iterable[Case]]
    judge: Callable[[Workspace, Scope], Judge]
    exchanges: int = 8
    named: Callable[[Scope, str], Case | None] = lambda _scope, _name: None
    modules: tuple[str, ...] = MEDIA

    def load(self) -> None:
        """Import what it judges with."""
        for module in self.modules:
            import_module(module)
