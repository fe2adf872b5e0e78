"""What judges hostile uploads."""

from __future__ import annotations

import pytest

from deployment.media import Dataset
from judges.uploads.forms import NOBODYS_LABEL
from judges.uploads.judge import HostileJudge


@pytest.fixture(scope="session")
def hostile_judge(dataset: Dataset) -> HostileJudge:
    """One judge for all hostile uploads: controls are sent once."""
    dataset.client.created.add(NOBODYS_LABEL)  # named in an upload into our own dataset, and nobody's
    return HostileJudge(dataset)
