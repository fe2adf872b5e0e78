"""Projects, their labels and their datasets.

What is refused, with 400, leaves no project and no dataset behind.
"""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers("label.color")
def test_the_colour_of_a_label_is_six_or_eight_hexadecimal_digits(judge: Judge, case: Case) -> None:
    """The colour of a label is #rrggbb or #rrggbbaa.

    Source: Intel Geti REST API 2.11, label.
    """
    judge(case)


@covers("label.name")
def test_the_names_of_labels_differ(judge: Judge, case: Case) -> None:
    """The names of a project's labels differ.

    Source: Intel Geti REST API 2.11, label.
    """
    judge(case)


@covers("project.labels.min.detection")
def test_a_detection_has_at_least_1_label(judge: Judge, case: Case) -> None:
    """A detection has at least 1 label.

    Source: Intel Geti REST API 2.11, project creation.
    """
    judge(case)


@covers("project.labels.min.classification")
def test_a_classification_has_at_least_2_labels(judge: Judge, case: Case) -> None:
    """A classification has at least 2 labels at the top level.

    Source: Intel Geti REST API 2.11, project creation.
    """
    judge(case)


@covers("project.labels.anomaly")
def test_an_anomaly_task_is_given_no_label_or_two(judge: Judge, case: Case) -> None:
    """An anomaly task is given no label, or two.

    Source: Intel Geti REST API 2.11, project creation.
    """
    judge(case)


@covers("project.chain")
def test_two_tasks_are_a_detection_and_then_a_classification_or_a_segmentation(judge: Judge, case: Case) -> None:
    """Two tasks are a detection and then a classification or a segmentation.

    Source: Intel Geti REST API 2.11, project creation.
    """
    judge(case)


@covers("dataset.name.min")
def test_the_name_of_a_dataset_is_not_empty(judge: Judge, case: Case) -> None:
    """The name of a dataset has at least 1 character.

    Source: Intel Geti REST API 2.11, dataset creation.
    """
    judge(case)
