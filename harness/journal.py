"""What is known of a run so far: results, notes, coverage, and what its workers handed over."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from contract.reach import joined_coverage
from contract.results import Result
from harness.events import CaseJudged, Event, WorkerEnded
from harness.workers import WorkerSummary


@dataclass(slots=True, eq=False)
class Journal:
    """Gathers, and judges nothing. ``started`` in seconds since the epoch; ``coverage`` by family of suites."""

    results: list[Result] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    coverage: dict[str, Any] = field(default_factory=dict)
    workers: list[WorkerSummary] = field(default_factory=list)
    started: float = field(default_factory=time.time)

    def pytest_geti_event(self, event: Event) -> None:
        """Take results, and what a worker hands over."""
        if isinstance(event, CaseJudged):
            self.results.append(event.result)
        elif isinstance(event, WorkerEnded):
            self.workers.append(event.summary)
            self.notes += [note for note in event.summary.notes if note not in self.notes]
            self.coverage |= joined_coverage((self.coverage, event.summary.coverage))
