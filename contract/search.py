"""How long the searches of a run go on, what seeds them, and where what failed is kept: one value for all of them."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """What was asked of the searches with Hypothesis.

    ``examples`` is how many each of them draws, None for as many as it draws by itself. ``minutes`` is how long they
    may take, None for no bound: those of a run all of them together, those of a workspace each. ``database`` is the
    directory of the examples that failed, to be tried first; None where nothing is remembered, as in the gate.
    """

    examples: int | None = None
    minutes: float | None = None
    seed: int = 0
    database: Path | None = None

    def most(self, usual: int) -> int:
        """How many examples a search draws at most that draws ``usual`` ones where nothing is asked for."""
        return self.examples or (sys.maxsize if self.minutes else usual)

    def share(self, rounds: int) -> SearchSettings:
        """What one search may take where so many follow one another in each lane."""
        return self if self.minutes is None else replace(self, minutes=self.minutes / max(1, rounds))


AS_USUAL: Final = SearchSettings()
