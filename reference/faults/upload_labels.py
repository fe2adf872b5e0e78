"""Labels that an upload names, and that become others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from reference.behaviour import Behaviour
from reference.faults.fault import Fault, Group
from reference.store import Document

_labels = Group("upload-labels")


def _fault(name: str, sentence: str, given: Callable[[list[str]], list[str]]) -> Fault:
    """A medium that is uploaded with a label has what is ``given`` of the labels of its project."""

    class OtherLabels(Behaviour):
        def labels_at_upload(self, text: str | None, project: Document) -> list[str]:
            named = super().labels_at_upload(text, project)
            every = [label["id"] for task in project["pipeline"]["tasks"] for label in task.get("labels", [])]
            return given(every) if named else named

    return _labels(name, sentence).breaks(
        "upload-labels@image-upload", "upload-labels@video-upload", verdict="unclean", by=OtherLabels
    )


FAULTS: Final = (
    _fault("upload-labels-lost", "A label that upload_info names is not that of the medium.", lambda _every: []),
    _fault(
        "upload-labels-another",
        "A medium that is uploaded with a label has the first one of its project.",
        lambda every: every[:1],
    ),
    _fault("upload-labels-every", "A medium that is uploaded with a label has each one of its project.", list),
)
