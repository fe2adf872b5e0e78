"""What judges the media limits."""

from __future__ import annotations

import pytest

from deployment.media import Dataset
from harness.run import Run
from suites.limits.media_judge import MediaJudge


@pytest.fixture(scope="session")
def media_judge(run: Run, dataset: Dataset) -> MediaJudge:
    """One judge for all media cases: controls are sent once."""
    return MediaJudge(dataset, run.profile)
