"""Dataset import and training of the run: upload, submit, wait for the job, read what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any, Final

import httpx

from contract import operations as api
from contract.observations import NOT_SENT, Answer
from contract.purposes import Purpose
from contract.tally import shape
from deployment.client import Client
from deployment.counted import counted_as
from deployment.discovery import Discovery
from deployment.parsing import answer_of
from deployment.retry import RetryPolicy

ENDED: Final = frozenset({"finished", "failed", "cancelled"})
_CHUNK: Final = 1 << 20
_TUS: Final = "1.0.0"


@dataclass(frozen=True, slots=True)
class Jobs:
    """Jobs in the run's workspace. ``patience_s`` is how long a job may take, in seconds.

    An operation whose job did not end within it is given up: such a wait is worth it once. ``given_up`` says why, by
    the shape of its path; ``started`` holds what started each job.
    """

    client: Client
    discovery: Discovery
    patience_s: float = 600.0
    started: dict[str, str] = field(default_factory=dict)
    given_up: dict[str, str] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """The workspace's path."""
        return self.discovery.root

    def upload(self, content: IO[bytes], size: int) -> tuple[Answer, str | None]:
        """Upload an archive by multipart; the answer and the file's id."""
        file = ("dataset.zip", content, "application/zip")
        answer = self.client.call(api.UPLOAD_ARCHIVE, file=file, size=size)
        return answer, self._ours(answer.text("file_id"))

    def upload_resumable(self, content: bytes, *, cut_at: int) -> tuple[Answer, str | None]:
        """Upload by tus 1.0.0, stopping at ``cut_at`` bytes, asking for the offset, and going on from there."""
        begun, identifier = self.begin_upload(len(content))
        if identifier is None or not begun.accepted:
            return begun, None
        answer = self.append_upload(identifier, content[:cut_at])
        asked, failure = self._offset_of(identifier)
        if asked is None or not asked.is_success:
            return Answer(asked.status_code if asked is not None else None, None, failure=failure), identifier
        stated = asked.headers.get("upload-offset", "")
        if not stated.isdecimal():
            return Answer(None, None, failure=f"the offset of the upload is told as {stated[:40]!r}"), identifier
        offset = int(stated)
        while answer.accepted and offset < len(content):
            answer = self.append_upload(identifier, content[offset : offset + _CHUNK], offset)
            offset += _CHUNK
        return answer, identifier

    def begin_upload(self, length: int, version: str = _TUS) -> tuple[Answer, str | None]:
        """Announce an upload of so many bytes, in a version of tus; the answer, and the file's id, where it names one.

        A refusal should name none.
        """
        target = api.API + self.client.path(api.START_UPLOAD)
        headers = {"tus-resumable": version, "upload-length": str(length)}
        response, failure = self.client.request("POST", target, headers)
        if response is None:
            return Answer(None, failure=failure), None
        identifier = response.headers.get("location", "").rstrip("/").rpartition("/")[2] or None
        return answer_of(response, response.elapsed.total_seconds()), self._ours(identifier)

    def is_open(self, file: str) -> bool:
        """Whether an upload is there to be gone on with."""
        response, _failure = self._offset_of(file)
        return response is not None and response.is_success

    def _offset_of(self, file: str) -> tuple[httpx.Response | None, str | None]:
        """What is answered to the question how much of an upload has arrived."""
        target = api.API + self.client.path(api.READ_UPLOAD_OFFSET, file)
        return self.client.request("HEAD", target, {"tus-resumable": _TUS})

    def append_upload(self, file: str, content: bytes, offset: int = 0) -> Answer:
        """Append to an upload that was begun, at an offset in bytes."""
        target = api.API + self.client.path(api.APPEND_UPLOAD, file)
        headers = {
            "tus-resumable": _TUS,
            "upload-offset": str(offset),
            "content-type": "application/offset+octet-stream",
        }
        response, failure = self.client.request("PATCH", target, headers, content)
        return Answer(None if response is None else response.status_code, None, failure=failure)

    @counted_as(Purpose.CLEAN_UP)
    def delete_upload(self, file: str) -> Answer:
        """Delete what was uploaded, or begun; not every deployment can."""
        return self.client.call(api.DELETE_UPLOAD, file)

    def submit(self, path: str, body: dict[str, Any] | None = None, params: dict[str, Any] | None = None) -> Answer:
        """POST what is answered with a ``job_id``; the job is then ours. Not sent where the operation is given up."""
        operation = shape(path)
        if operation in self.given_up:
            return Answer(None, failure=f"{NOT_SENT}: {self.given_up[operation]}")
        answer = self.client.send("POST", path, body, params)
        identifier = self._ours(answer.text("job_id"))
        if identifier is not None:
            self.started[identifier] = operation
        return answer

    def ended(self, answer: Answer) -> dict[str, Any] | None:
        """The job that an answer names, once it has ended; None where there is none or it takes too long."""
        identifier = answer.text("job_id")
        if identifier is None:
            return None
        policy = RetryPolicy(patience_s=self.patience_s, first_s=0.01, longest_s=2.0)
        job = policy.ask(
            lambda: self.client.call(api.READ_JOB, identifier),
            until=lambda job: not job.fields or state(job.fields) in ENDED,
        ).fields
        if state(job) not in ENDED:
            if job and identifier in self.started:
                operation = self.started[identifier]
                waited = f"a job of it was still {state(job)} after {self.patience_s:g} s, and no other is waited for"
                self.given_up[operation] = f"POST {operation}: {waited}"
            return None
        self._ours((job.get("metadata") or {}).get("project_id"))
        return dict(job)

    def _ours(self, identifier: Any) -> str | None:
        if not isinstance(identifier, str):
            return None
        self.client.created.add(identifier)
        return identifier


def state(job: Mapping[str, Any]) -> str:
    """How a job stands, in small letters."""
    return str(job.get("state")).lower()


def message(job: Mapping[str, Any]) -> str:
    """What the last step of a job says; empty where it says nothing."""
    steps = [step for step in job.get("steps") or () if isinstance(step, dict)]
    return str(steps[-1].get("message") or "") if steps else ""


def warnings(job: Mapping[str, Any]) -> list[str]:
    """What a job warns of: at its steps, beside them, or in its metadata."""
    warned = [step.get("warning") for step in job.get("steps", []) if isinstance(step, dict)]
    for holder in (job, job.get("metadata") or {}):
        listed = holder.get("warnings")
        warned += listed if isinstance(listed, list) else [listed]
    return [str(each) for each in warned if each]
