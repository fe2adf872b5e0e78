"""What is given out of an accepted medium is what was sent.

Test cards say it: the picture of an image differs in each corner, edge and channel, and each frame of a video shows its
own number. What comes back in the format that was sent, where that loses nothing, holds the same samples; a picture
that is derived from it, as JPEG or smaller, shows the same blocks within 24 of 255 levels.
"""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers("image.content")
def test_the_full_picture_and_the_thumbnail_show_the_image_that_was_sent(judge: Judge, case: Case) -> None:
    """An image shows what was sent in every format and mode, a JPEG the right way round by its EXIF orientation.

    Source: Geti's REST documentation, "Download full image" and "Download image thumbnail"; Exif 2.32, 4.6.4 A.
    """
    judge(case)


@covers("video.frames")
def test_each_frame_of_a_video_is_the_one_that_was_asked_for(judge: Judge, case: Case) -> None:
    """Each frame shows its own number, the thumbnail is one of them, and the stream holds as many as are counted.

    Source: Geti's REST documentation, "Download video frame", "Download video stream" and "Get video detail".
    """
    judge(case)


@covers("image.usability", "video.usability")
def test_what_is_accepted_at_a_limit_is_usable(judge: Judge, case: Case) -> None:
    """A medium that is accepted at a limit has a thumbnail and frames, can be annotated, trained on and exported.

    The export holds it as it was sent, with its annotation, and so does the project that the export is imported as.
    Source: Geti's REST documentation, "Download image thumbnail", "Create image annotation", "Train project", "Export
    dataset"; nothing there excepts a medium that keeps the limits.
    """
    judge(case)
