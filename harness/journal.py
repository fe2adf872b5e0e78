"""What is known of a run so far: results, notes, coverage, and what its workers handed over."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Any, Final

from contract.reach import joined_coverage
from contract.recording import bytes_sent
from contract.results import Result
from harness.events import CaseJudged, Event, WorkerEnded
from harness.workers import WorkerSummary
from reports.cause_keys import cause_key

# A cause is sent again by the smallest of its cases: no more recordings are kept of it, for each holds its media.
_MOST_RECORDED: Final = 4


@dataclass(slots=True, eq=False)
class Journal:
    """Gathers, and judges nothing. ``started`` in seconds since the epoch; ``coverage`` by family of suites."""

    results: list[Result] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    coverage: dict[str, Any] = field(default_factory=dict)
    workers: list[WorkerSummary] = field(default_factory=list)
    started: float = field(default_factory=time.time)
    _recorded: dict[tuple[str, ...], list[int]] = field(default_factory=lambda: defaultdict(list))

    def pytest_geti_event(self, event: Event) -> None:
        """Take results, and what a worker hands over."""
        if isinstance(event, CaseJudged):
            self.results.append(event.result)
            if event.result.recordings:
                self._forget_large(cause_key(event.result))
        elif isinstance(event, WorkerEnded):
            self.workers.append(event.summary)
            self.notes += [note for note in event.summary.notes if note not in self.notes]
            self.coverage |= joined_coverage((self.coverage, event.summary.coverage))

    def _forget_large(self, cause: tuple[str, ...]) -> None:
        """Keep the smallest of the recordings of one cause, that of the last result among them or not."""
        places = self._recorded[cause]
        places.append(len(self.results) - 1)
        if len(places) > _MOST_RECORDED:
            largest = max(places, key=lambda place: bytes_sent(self.results[place].recordings))
            places.remove(largest)
            self.results[largest] = replace(self.results[largest], recordings=())
