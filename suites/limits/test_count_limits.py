"""Limits on counts: one below, the last that fits, one too many, and many at once for the last place.

The entity that makes the count pass the limit is refused with 409 and the documented error body, and nothing changes.
Of many creations that race for the last place exactly one is accepted. What comes in another way is held to the same
limit: under a long name, into another dataset, with labels, in the second task, by tus, and after a deletion freed a
place; one that came so while there was room is the control. Counts that take more than 300 requests to fill
are judged in the capacity tier; the embedded deployment has them set low.
"""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers("organization.projects.max")
def test_an_organization_has_at_most_1000_projects(judge: Judge, case: Case) -> None:
    """Project 1,001 of an organization is refused, at its creation and at dataset import (cloud).

    Source: "System Constraints and Limit Handling", platform 2.0.0, row organization.projects.max.
    """
    judge(case)


@covers("project.labels.max")
def test_a_project_has_at_most_500_labels(judge: Judge, case: Case) -> None:
    """Label 501 of a project is refused, at its creation, at an edit and at dataset import (cloud and on-prem).

    A project with 500 labels can be edited as before: an edit that changes nothing is accepted.

    Source: "System Constraints and Limit Handling", platform 2.0.0, row project.labels.max.
    """
    judge(case)


@covers("project.tasks.max")
def test_a_project_has_at_most_2_tasks(judge: Judge, case: Case) -> None:
    """A project of 3 tasks is refused (cloud and on-prem).

    Source: "System Constraints and Limit Handling", platform 2.0.0, row project.tasks.max.
    """
    judge(case)


@covers("project.datasets.max")
def test_a_project_has_at_most_1000_datasets(judge: Judge, case: Case) -> None:
    """Dataset 1,001 of a project is refused, at its creation and at dataset import (cloud).

    Source: "System Constraints and Limit Handling", platform 2.0.0, row project.datasets.max.
    """
    judge(case)


@covers("project.media.max")
def test_a_project_has_at_most_100000_media(judge: Judge, case: Case) -> None:
    """Image or video 100,001 of a project is refused, at upload and at dataset import (cloud).

    Source: "System Constraints and Limit Handling", platform 2.0.0, row project.media.max.
    """
    judge(case)


@covers("media.annotation-versions.max")
def test_an_image_or_frame_has_at_most_100_annotation_versions(judge: Judge, case: Case) -> None:
    """Annotation version 101 of an image or a frame is refused, and no earlier version is lost (cloud).

    Source: "System Constraints and Limit Handling", platform 2.0.0, row media.annotation-versions.max.
    """
    judge(case)


@covers("training.dataset-size.max")
def test_a_training_uses_at_most_1000_images(judge: Judge, case: Case) -> None:
    """A job over more than 1,000 images is not refused: it uses no more than 1,000 and carries a warning (cloud).

    A job over 1,000 images or fewer does not warn of it.

    Source: "System Constraints and Limit Handling", platform 2.0.0, row training.dataset-size.max.
    """
    judge(case)
