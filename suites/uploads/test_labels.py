"""Labels that are named at an upload."""

from __future__ import annotations

from contract.cases import Case
from suites.covering import Judge, covers


@covers("upload-labels")
def test_what_is_uploaded_with_a_label_is_annotated_with_it(judge: Judge, case: Case) -> None:
    """A label that upload_info names is that of the whole image, or of one frame a second of the video.

    Source: Geti's REST documentation, "Upload an image" and "Upload a video", upload_info.
    """
    judge(case)
