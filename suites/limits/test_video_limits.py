"""The limits of videos at upload: accepted at and below, refused with 409 above."""

from __future__ import annotations

from harness.run import Run
from judges.media.agreement import AgreementCase, judge_agreement
from judges.media.cases import MediaCase
from judges.media.judge import MediaJudge


def test_video_limit(run: Run, media_judge: MediaJudge, video_case: MediaCase) -> None:
    """The deployment decides as the documented limit says on this side of it."""
    run.record(media_judge.judge(video_case))


def test_video_encoders_agree(run: Run, media_judge: MediaJudge, video_agreement: AgreementCase) -> None:
    """At each probe the deployment takes the files of both encoders alike."""
    run.record(judge_agreement(media_judge, video_agreement))
