"""The limits on counts: one below, the last that fits, one too many, and many at once for the last place."""

from __future__ import annotations

from harness.run import Run
from judges.counts.cases import CountCase
from judges.counts.judge import CountJudge


def test_count_limit(run: Run, count_judge: CountJudge, count_case: CountCase) -> None:
    """The deployment decides as the documented limit says on this side of it."""
    run.record(count_judge.judge(count_case))
