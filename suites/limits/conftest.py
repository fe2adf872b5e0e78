"""What judges the limits."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace

import pytest

from deployment.entities import Entities
from deployment.jobs import Jobs
from deployment.media import Dataset
from harness.distribution import counts_alone
from harness.run import Run
from judges.counts.judge import CountJudge, resumable
from judges.imports.importer import Importer
from judges.imports.judge import ImportJudge
from judges.media.judge import MediaJudge


def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Delete what filled the organization before others go on: at the limit nobody could create a project."""
    judge = getattr(item, "funcargs", {}).get("count_judge")
    if judge is not None and counts_alone(item) and (nextitem is None or not counts_alone(nextitem)):
        judge.release()


@pytest.fixture(scope="session")
def media_judge(run: Run, dataset: Dataset) -> MediaJudge:
    """One judge for all media cases: controls are sent once."""
    return MediaJudge(dataset, run.profile)


@pytest.fixture(scope="session")
def entities(run: Run) -> Entities:
    """What the run can create in its workspace, under the run's name."""
    entities = Entities(run.client, run.discovery, run.prefix)
    return replace(entities, kept=run.take_over(resumable), first_serial=run.connection.process << 32)


@pytest.fixture(scope="session")
def importer(run: Run, entities: Entities) -> Importer:
    """What imports archives."""
    return Importer(entities, Jobs(run.client, run.discovery, 5.0 * run.options.timeout))


@pytest.fixture(scope="session")
def import_judge(run: Run, entities: Entities, importer: Importer) -> ImportJudge:
    """One judge for all imports: controls are imported once."""
    return ImportJudge(entities, importer, run.profile)


@pytest.fixture(scope="session")
def count_judge(run: Run, entities: Entities, importer: Importer) -> Iterator[CountJudge]:
    """One judge for all limits on counts; what it created is deleted at the end."""
    judge = CountJudge(entities, importer, run.profile, run.progress, run.options.resume is not None)
    try:
        yield judge
    finally:
        with contextlib.suppress(KeyboardInterrupt):
            judge.release(interrupted=run.interrupts.came)
        run.keeps = judge.kept
