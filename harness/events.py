"""What happens in a run, as values; whoever wants to know implements the pytest hook ``pytest_geti_event``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from contract.results import Conclusion, Result, RunInfo
from harness.connection import Connection
from harness.workers import WorkerSummary


@dataclass(frozen=True, slots=True)
class Connected:
    """The deployment was reached; the cases follow from what was learnt of it."""

    connection: Connection


@dataclass(frozen=True, slots=True)
class Message:
    """Something that whoever waits should know at once; no key is in it."""

    text: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Long work stands at ``done`` of ``total``; it is over where ``ended`` is set."""

    label: str
    done: int
    total: int
    ended: bool = False


@dataclass(frozen=True, slots=True)
class CaseJudged:
    """A case has its result, in this process or in a worker."""

    result: Result


@dataclass(frozen=True, slots=True)
class WorkerEnded:
    """A worker has come to its end, and this is what it hands over beside its results."""

    summary: WorkerSummary


@dataclass(frozen=True, slots=True)
class Concluded:
    """Everything was judged and deleted; what the reports are written from."""

    info: RunInfo
    results: Sequence[Result]
    manifest: Sequence[str]
    conclusion: Conclusion
    teardown: Sequence[str]


@dataclass(frozen=True, slots=True)
class ReportsWritten:
    """The reports are written, or not, for the reason in ``error``; ``conclusion`` is what counts from here on."""

    conclusion: Conclusion
    error: str = ""


Event = Connected | Message | Progress | CaseJudged | WorkerEnded | Concluded | ReportsWritten
Emit = Callable[[Event], None]


class Hooks:
    """The hook that a run adds to those of pytest."""

    @pytest.hookspec
    def pytest_geti_event(self, event: Event) -> None:
        """Something happened in the run."""


def emitter(config: pytest.Config) -> Emit:
    """A function that passes an event to every registered plugin."""
    config.pluginmanager.add_hookspecs(Hooks)

    def emit(event: Event) -> None:
        config.hook.pytest_geti_event(event=event)

    return emit
