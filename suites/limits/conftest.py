"""What judges the limits."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from deployment.entities import Entities
from deployment.media import Dataset
from harness.run import Run
from suites.limits.count_judge import CountJudge
from suites.limits.media_judge import MediaJudge


@pytest.fixture(scope="session")
def media_judge(run: Run, dataset: Dataset) -> MediaJudge:
    """One judge for all media cases: controls are sent once."""
    return MediaJudge(dataset, run.profile)


@pytest.fixture(scope="session")
def count_judge(run: Run) -> Iterator[CountJudge]:
    """One judge for all limits on counts; what it created is deleted at the end."""
    judge = CountJudge(Entities(run.client, run.discovery, f"geti-contract-{run.run_id}"), run.profile, run.say)
    try:
        yield judge
    finally:
        with contextlib.suppress(KeyboardInterrupt):
            judge.release()
