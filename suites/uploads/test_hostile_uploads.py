"""Hostile uploads: damaged files, odd names, misshapen requests.

Geti documents no rule for each damage, only how a refusal looks. So a deployment may refuse or accept; it must not
break, must leave nothing behind where it refuses, and must stand by what it accepts.
"""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers("robustness.image-upload")
def test_hostile_images_are_refused_as_documented_or_read_back(judge: Judge, case: Case) -> None:
    """A hostile image is refused with 4xx and the documented error body and leaves nothing, or it reads back."""
    judge(case)


@covers("robustness.video-upload")
def test_hostile_videos_are_refused_as_documented_or_read_back(judge: Judge, case: Case) -> None:
    """A hostile video is refused with 4xx and the documented error body and leaves nothing, or it reads back."""
    judge(case)
