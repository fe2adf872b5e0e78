"""The limits of media as properties: whatever keeps one is accepted and reads back, whatever passes it is refused.

Beside the fixed list of probes each of these draws examples with Hypothesis (``generators/boundaries.py``): at the
boundary, beside it and further away, in every format, mode, codec, frame rate and orientation, under any name, into
either dataset, as the first medium or the tenth. What fails is made as simple as it gets, and named in one line that
``--geti-replay`` takes. The gate draws the same few examples each time; the nightly tier others each night, and those
first that failed before.
"""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers("image.pixels.max", drawn=True)
def test_property_an_image_is_refused_exactly_where_it_has_more_than_35481600_pixels(judge: Judge, case: Case) -> None:
    """However it is made and however it comes, by upload or by import (cloud)."""
    judge(case)


@covers("image.side.min", drawn=True)
def test_property_an_image_is_refused_exactly_where_a_side_is_less_than_32_px(judge: Judge, case: Case) -> None:
    """However it is made and however it comes, by upload or by import (cloud and on-prem)."""
    judge(case)


@covers("image.side.max", drawn=True)
def test_property_an_image_is_refused_exactly_where_a_side_is_more_than_20000_px(judge: Judge, case: Case) -> None:
    """However it is made and however it comes, by upload or by import (cloud and on-prem)."""
    judge(case)


@covers("video.side.min", drawn=True)
def test_property_a_video_is_refused_exactly_where_a_side_is_less_than_32_px(judge: Judge, case: Case) -> None:
    """However it is made and however it comes (cloud and on-prem)."""
    judge(case)


@covers("video.width.max", drawn=True)
def test_property_a_video_is_refused_exactly_where_it_is_wider_than_7860_px(judge: Judge, case: Case) -> None:
    """However it is made and however it comes (cloud and on-prem)."""
    judge(case)


@covers("video.height.max", drawn=True)
def test_property_a_video_is_refused_exactly_where_it_is_higher_than_4320_px(judge: Judge, case: Case) -> None:
    """However it is made and however it comes (cloud and on-prem)."""
    judge(case)


@covers("video.duration.max", drawn=True)
def test_property_a_video_is_refused_exactly_where_it_is_longer_than_10800_s(judge: Judge, case: Case) -> None:
    """At whatever frame rate, however it is made and however it comes (cloud and on-prem)."""
    judge(case)
