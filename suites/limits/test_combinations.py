"""Combinations of boundaries that users meet: one file at or past several limits at once."""

from __future__ import annotations

from harness.run import Run
from judges.media.combinations import CombinationCase, judge_combination
from judges.media.judge import MediaJudge


def test_combination(run: Run, media_judge: MediaJudge, combination_case: CombinationCase) -> None:
    """The deployment decides as the documented limits say together."""
    run.record(judge_combination(media_judge, combination_case))
