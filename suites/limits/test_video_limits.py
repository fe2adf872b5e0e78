"""Limits of videos, at upload.

What keeps a limit is accepted and reads back as it was sent; what does not is refused with 409 and the documented error
body, and nothing changes. A duration is in whole seconds, as Geti counts
them: frames divided by frame rate, rounded down.
"""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers("video.side.min")
def test_videos_of_less_than_32_px_a_side_are_refused(judge: Judge, case: Case) -> None:
    """A video of at least 32 px a side is accepted, a smaller one is refused (cloud and on-prem).

    Source: "System Constraints and Limit Handling", platform 2.0.0, row video.side.min.
    """
    judge(case)


@covers("video.width.max")
def test_videos_wider_than_7860_px_are_refused(judge: Judge, case: Case) -> None:
    """A video of at most 7,860 px in width is accepted, a wider one is refused (cloud and on-prem).

    Source: "System Constraints and Limit Handling", platform 2.0.0, row video.width.max.
    """
    judge(case)


@covers("video.height.max")
def test_videos_higher_than_4320_px_are_refused(judge: Judge, case: Case) -> None:
    """A video of at most 4,320 px in height is accepted, a higher one is refused (cloud and on-prem).

    Source: "System Constraints and Limit Handling", platform 2.0.0, row video.height.max.
    """
    judge(case)


@covers("video.duration.max")
def test_videos_longer_than_10800_s_are_refused(judge: Judge, case: Case) -> None:
    """A video of at most 10,800 s is accepted, a longer one is refused (cloud and on-prem).

    Source: "System Constraints and Limit Handling", platform 2.0.0, row video.duration.max.
    """
    judge(case)


@covers("combination.video-upload")
def test_videos_at_several_boundaries_are_decided_by_all_limits_together(judge: Judge, case: Case) -> None:
    """A video at or past several limits at once is refused if it passes any of them, else accepted."""
    judge(case)


@covers("encoders.video-upload")
def test_videos_of_two_encoders_are_taken_alike(judge: Judge, case: Case) -> None:
    """At each boundary the files of a library and of the direct encoder get one answer."""
    judge(case)
