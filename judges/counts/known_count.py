"""What the deployment's count should be by all that was answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from contract.observations import Answer
from deployment.settling import Settling


@dataclass(slots=True)
class KnownCount:
    """The count by all that was answered, None at first and where an answer was lost; ``made`` were accepted."""

    value: int | None = None
    made: int = 0

    def note(self, answer: Answer) -> None:
        """Take what a creation was answered."""
        if answer.accepted:
            self.made += 1
            self.value = None if self.value is None else self.value + 1
        elif answer.lost and not answer.unsent:
            self.value = None

    def read(
        self, settling: Settling, count: Callable[[], int | None], recount: Callable[[], int | None]
    ) -> int | None:
        """The deployment's ``count``, read again until it is the known one; ``recount`` where none is known."""
        known = self.value
        self.value = recount() if known is None else settling.until(count, lambda held: held == known)
        return self.value
