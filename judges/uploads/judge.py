"""How one hostile upload is judged: control, state before, upload, state after, read back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from contract.cases import Case
from contract.observations import Answer
from contract.robustness import HostileSeen, judge_hostile
from contract.verdicts import Verdict, inconclusive_reason
from deployment.client import curl
from deployment.media import Dataset
from deployment.state import StateChange
from generators.forms import FORM
from generators.specs import MediaSpec
from judges.results import Outcome, printable
from judges.upload import kind_of
from judges.uploads.cases import HostileCase
from judges.uploads.forms import NOBODYS_LABEL
from judges.uploads.readback import read_back
from judges.uploads.upload import HostileUpload, plain_form


@dataclass(slots=True)
class HostileJudge:
    """Judges hostile uploads to one dataset of the run.

    Controls stay in the dataset as neighbours that no hostile upload may touch.
    """

    dataset: Dataset
    controls: dict[MediaSpec, Answer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dataset.client.created.add(NOBODYS_LABEL)  # named in an upload into our own dataset, and nobody's

    def judge(self, case: HostileCase) -> Outcome:
        """What one hostile upload comes to."""
        upload, client = case.upload, self.dataset.client
        body, kind = upload.body(), kind_of(upload.control)
        control = self.controls.get(upload.control)
        if control is None:
            control = self.dataset.upload_form(kind, plain_form(upload.control), FORM)
            if inconclusive_reason(control) is None:
                self.controls[upload.control] = control
        seen = self._observe(upload, body, control)
        judgement = judge_hostile(seen)
        command = curl("POST", f"{client.base}/api/v1{self.dataset.path}/media/{kind}", "FILE")
        return Outcome(
            judgement=judgement,
            answer=seen.answer,
            sent=_described(upload, body),
            curl=command if judgement.verdict is not Verdict.KEPT else None,
        )

    def release(self, following: Case | None) -> None:
        """The controls go with the dataset."""

    def _observe(self, upload: HostileUpload, body: bytes, control: Answer) -> HostileSeen:
        with StateChange(self.dataset.listing) as change:
            answer = self.dataset.upload_form(kind_of(upload.control), body, upload.content_type)
        medium = answer.text("id")
        fresh, changes = change.appeared, change.beside(medium, "media")
        if fresh is None or changes is None:
            return HostileSeen(answer, control, changes=None, differences=None)
        listed = medium in fresh
        failed_later, differences = read_back(self.dataset, upload, str(medium)) if listed else (False, ())
        for identifier, held in fresh.items():
            self.dataset.delete("videos" if held.get("type") == "video" else "images", identifier)
        return HostileSeen(answer, control, listed, changes, failed_later, differences)


def _described(upload: HostileUpload, body: bytes) -> dict[str, Any]:
    """What was sent, for a report; sizes in bytes, the digest that of the whole body."""
    named = {} if upload.file_name is None else {"file_name": printable(upload.file_name)}
    return {
        "defect": upload.defect,
        "variant": upload.variant,
        **named,
        "content_type": upload.content_type,
        "body_bytes": len(body),
        "body_sha256": hashlib.sha256(body).hexdigest(),
    }
