"""Shapes of annotations, in pixels.

A shape at a bound is accepted and reads back; one beyond it is refused with 400, and the annotations before it stay
the latest.
"""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers("annotation.polygon.points.max")
def test_a_polygon_has_at_most_5000_points(judge: Judge, case: Case) -> None:
    """A polygon has at most 5,000 points.

    Source: Intel Geti REST API 2.11, polygon.
    """
    judge(case)


@covers("annotation.rectangle.side.min")
def test_a_rectangle_is_at_least_1_px_wide_and_high(judge: Judge, case: Case) -> None:
    """A rectangle is at least 1 px wide and high.

    Source: Intel Geti REST API 2.11, rectangle.
    """
    judge(case)


@covers("annotation.rectangle.corner.min")
def test_the_corner_of_a_rectangle_lies_at_0_or_further(judge: Judge, case: Case) -> None:
    """The corner of a rectangle lies at 0 or further.

    Source: Intel Geti REST API 2.11, rectangle.
    """
    judge(case)


@covers("annotation.ellipse.side.min")
def test_an_ellipse_is_at_least_1_px_wide_and_high(judge: Judge, case: Case) -> None:
    """An ellipse is at least 1 px wide and high.

    Source: Intel Geti REST API 2.11, ellipse.
    """
    judge(case)
