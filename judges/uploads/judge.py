"""How one hostile upload is judged: control, state before, upload, state after, read back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from contract.cases import Case
from contract.identifiers import Ids
from contract.observations import Answer
from contract.purposes import Purpose
from contract.robustness import HostileSeen, judge_hostile
from contract.verdicts import Verdict, inconclusive_reason
from deployment.curl import curl
from deployment.media import Dataset
from generators.forms import FORM
from generators.specs import MediaSpec
from judges.results import Outcome, printable
from judges.upload import kind_of
from judges.uploads.cases import HostileCase
from judges.uploads.forms import NOBODYS_LABEL
from judges.uploads.readback import ReadBack, read_back
from judges.uploads.upload import HostileUpload, plain_form
from judges.workspace import Workspace


@dataclass(slots=True)
class HostileJudge:
    """Judges hostile uploads to the dataset of the run.

    Controls stay in the dataset as neighbours that no hostile upload may touch.
    """

    workspace: Workspace
    controls: dict[MediaSpec, Answer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.workspace.client.created.add(NOBODYS_LABEL)  # named in an upload into our own dataset, and nobody's

    @property
    def dataset(self) -> Dataset:
        """Where the files are uploaded to."""
        return self.workspace.dataset

    def judge(self, case: HostileCase) -> Outcome:
        """What one hostile upload comes to."""
        upload, client = case.upload, self.dataset.client
        body, kind = upload.body(), kind_of(upload.control)
        control = self.controls.get(upload.control) or self._control(upload)
        if control.status == 409:
            control = self._control_in_new_project(upload)
        seen = self._observe(upload, body, control)
        # A 409 may speak of a project that is full of what the run made and could not delete.
        if seen.answer.status == 409 and control.accepted and self._control(upload).status == 409:
            seen = self._observe(upload, body, self._control_in_new_project(upload))
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

    def _control(self, upload: HostileUpload) -> Answer:
        """What the deployment answers to the control now."""
        with self.workspace.client.purpose(Purpose.CONTROL):
            control = self.dataset.upload_form(kind_of(upload.control), plain_form(upload.control), FORM)
        if inconclusive_reason(control) is None:
            self.controls[upload.control] = control
        return control

    def _control_in_new_project(self, upload: HostileUpload) -> Answer:
        self.workspace.renew_dataset()
        return self._control(upload)

    def _observe(self, upload: HostileUpload, body: bytes, control: Answer) -> HostileSeen:
        kind, settling = kind_of(upload.control), self.dataset.client.settling
        with self.dataset.watched() as change:
            answer = self.dataset.upload_form(kind, body, upload.content_type)
            change.expected = answer.text("id")
        medium, fresh, changes, listed = change.expected, change.appeared, change.changes, change.created
        read: ReadBack = (False, () if changes is not None else None)
        if listed:
            said = next(each for key, each in (fresh or {}).items() if key in Ids((str(medium),)))
            with self.workspace.client.purpose(Purpose.READ_BACK):
                read = settling.until(lambda: read_back(self.dataset, upload, str(medium), said), _is_as_sent)
        elif medium is not None:
            self.dataset.delete(kind, medium)
        self.dataset.delete_listed(fresh or {})
        return HostileSeen(answer, control, listed, changes, *read)


def _is_as_sent(read: ReadBack) -> bool:
    failed_later, differences = read
    return failed_later or differences == ()


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
