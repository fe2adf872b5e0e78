"""Valid uploads that meet each other.

People upload folders, and clients several files at a time. Each of them is well inside every limit: what refuses one of
them, or stores another in its place, breaks no limit and is no answer to a hostile file.
"""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers("concurrency.duration")
def test_no_upload_takes_far_longer_beside_others_than_alone(judge: Judge, case: Case) -> None:
    """None of several takes more than twenty times as long as alone: they could go one after the other in less.

    What takes less than two seconds is no finding, and what takes longer is held against uploads alone directly after.
    """
    judge(case)


@covers("concurrency")
def test_valid_images_and_videos_sent_several_at_a_time_are_all_accepted(judge: Judge, case: Case) -> None:
    """Eight valid images, and eight valid videos, 2, 4 and 8 at a time, are all accepted, and all read back as sent.

    Of frames of one video, 4 and 8 at a time, and of two videos at one time, each shows its own number, as it does
    alone. So do the full pictures and the thumbnails of two images.

    Source: Geti's REST documentation, "Upload an image" and "Upload a video", which name no order of uploads, and
    "Download video frame".
    """
    judge(case)
