"""What a deployment says to values: whether each is accepted, and with which answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from contract.boundaries import ObservedBoundary, numbers_in
from contract.exploration import explored
from contract.observations import Answer
from contract.survey import Sighting
from contract.verdicts import crashed_or_inconclusive
from judges.media.boundary import OF_BYTES


@dataclass
class Oracle:
    """Asks for values, and keeps the answer to each; ``ask`` gives None where a value cannot be sent.

    An answer that speaks of something else than the value, of bytes or of the moment, is no point of a boundary.
    """

    ask: Callable[[int], Answer | None]
    answers: dict[int, Answer] = field(default_factory=dict)
    stopped: Answer | None = None

    def accepts(self, value: int) -> bool | None:
        """Whether a value is accepted; None where the answer does not say."""
        answer = self.ask(value)
        if answer is None:
            return None
        if not answer.accepted and (crashed_or_inconclusive(answer) or answer.status in OF_BYTES):
            self.stopped = answer
            return None
        self.answers[value] = answer
        return answer.accepted

    def named(self) -> Iterable[int]:
        """The numbers that the refusals speak of, each once."""
        refused = (answer for answer in self.answers.values() if not answer.accepted)
        return list(dict.fromkeys(number for answer in refused for number in numbers_in(answer.message)))

    def sighting(
        self,
        about: Sighting,
        start: int,
        furthest: int,
        known: ObservedBoundary | None = None,
        exists: Callable[[int], bool] = lambda _value: True,
    ) -> Sighting:
        """The boundary beyond ``start``, which is accepted; ``about`` says of what it is."""
        self.stopped = None
        found = explored(start, furthest, self.accepts, exists, self.named, known)
        whole = found is not None and (found.exact or (found.refused is None and found.accepted == furthest))
        return replace(
            about,
            boundary=found,
            maximum=furthest > start,
            accepted=self.answers.get(found.accepted) if found and found.accepted is not None else None,
            refusal=self.answers.get(found.refused) if found and found.refused is not None else None,
            stopped=None if whole else self.stopped,
        )
