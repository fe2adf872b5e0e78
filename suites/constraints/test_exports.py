"""Exports of a dataset: the formats. The job of each is cancelled, and the next waits for its end."""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers("export.format")
def test_a_dataset_is_exported_in_a_documented_format(judge: Judge, case: Case) -> None:
    """A dataset is exported as coco, yolo, voc or datumaro.

    Source: Intel Geti REST API 2.11, dataset export.
    """
    judge(case)
