"""Limits of images, at upload and at dataset import.

What keeps a limit is accepted and reads back as it was sent. What does not is refused with 409 and the documented
error body, and nothing changes: "any endpoint that can create or update these entities can throw a 409 (CONFLICT)
whenever the limits have been reached". At import nothing over a limit enters the project, and the user is told: by a
409, by a failed job, or by a warning on the job.
"""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers("image.pixels.max")
def test_images_of_more_than_35481600_pixels_are_refused(judge: Judge, case: Case) -> None:
    """An image of at most 35,481,600 pixels is accepted, a larger one is refused (cloud).

    Source: "System Constraints and Limit Handling", platform 2.0.0, row image.pixels.max.
    """
    judge(case)


@covers("image.side.min")
def test_images_of_less_than_32_px_a_side_are_refused(judge: Judge, case: Case) -> None:
    """An image of at least 32 px a side is accepted, a smaller one is refused (cloud and on-prem).

    Source: "System Constraints and Limit Handling", platform 2.0.0, row image.side.min.
    """
    judge(case)


@covers("image.side.max")
def test_images_of_more_than_20000_px_a_side_are_refused(judge: Judge, case: Case) -> None:
    """An image of at most 20,000 px a side is accepted, a larger one is refused (cloud and on-prem).

    Source: "System Constraints and Limit Handling", platform 2.0.0, row image.side.max.
    """
    judge(case)


@covers("combination.image-upload")
def test_images_at_several_boundaries_are_decided_by_all_limits_together(judge: Judge, case: Case) -> None:
    """An image at or past several limits at once is refused if it passes any of them, else accepted."""
    judge(case)


@covers("encoders.image-upload")
def test_images_of_two_encoders_are_taken_alike(judge: Judge, case: Case) -> None:
    """At each boundary the files of a library and of the direct encoder get one answer."""
    judge(case)


@covers("image.orientation")
def test_images_that_exif_turns_are_taken(judge: Judge, case: Case) -> None:
    """An image with an EXIF orientation is accepted; a JPEG reads back as displayed, others in either reading."""
    judge(case)
