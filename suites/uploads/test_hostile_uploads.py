"""Hostile uploads: damaged files, odd names, misshapen requests."""

from __future__ import annotations

from harness.run import Run
from judges.uploads.cases import HostileCase
from judges.uploads.judge import HostileJudge


def test_hostile_upload(run: Run, hostile_judge: HostileJudge, hostile_case: HostileCase) -> None:
    """The deployment refuses as documented, or accepts and stands by it; it neither breaks nor leaves anything."""
    run.record(hostile_judge.judge(hostile_case))
