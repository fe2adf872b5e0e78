"""Dataset import and training of the run: upload, submit, wait for the job, read what it says."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import IO, Any, Final

from contract.observations import Answer
from deployment.client import Client
from deployment.discovery import Discovery

ENDED: Final = frozenset({"finished", "failed", "cancelled"})
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Jobs:
    """Jobs in the run's workspace. ``patience_s`` is how long a job may take, in seconds."""

    client: Client
    discovery: Discovery
    patience_s: float = 600.0

    @property
    def root(self) -> str:
        """The workspace's path."""
        return self.discovery.root

    def upload(self, content: IO[bytes], size: int) -> tuple[Answer, str | None]:
        """Upload an archive by multipart; the answer and the file's id."""
        file = ("dataset.zip", content, "application/zip")
        answer = self.client.send("POST", f"{self.root}/datasets/uploads", file=file, size=size)
        identifier = answer.body.get("file_id") if answer.accepted and isinstance(answer.body, dict) else None
        return answer, self._ours(identifier)

    def upload_resumable(self, content: bytes, *, cut_at: int) -> tuple[Answer, str | None]:
        """Upload by tus 1.0.0, stopping at ``cut_at`` bytes, asking for the offset, and going on from there."""
        target = f"/api/v1{self.root}/datasets/uploads/resumable"
        headers = {"tus-resumable": "1.0.0", "upload-length": str(len(content))}
        made, failure = self.client.request("POST", target, headers)
        if made is None or not made.is_success:
            return Answer(made.status_code if made is not None else None, None, failure=failure), None
        identifier = self._ours(made.headers.get("location", "").rstrip("/").rpartition("/")[2])
        answer = self._append(f"{target}/{identifier}", content[:cut_at], 0)
        asked, failure = self.client.request("HEAD", f"{target}/{identifier}", {"tus-resumable": "1.0.0"})
        if asked is None or not asked.is_success:
            return Answer(asked.status_code if asked is not None else None, None, failure=failure), identifier
        said = asked.headers.get("upload-offset", "")
        if not said.isdecimal():
            return Answer(None, None, failure=f"the offset of the upload is told as {said[:40]!r}"), identifier
        offset = int(said)
        while answer.accepted and offset < len(content):
            answer = self._append(f"{target}/{identifier}", content[offset : offset + _CHUNK], offset)
            offset += _CHUNK
        return answer, identifier

    def _append(self, target: str, content: bytes, offset: int) -> Answer:
        headers = {
            "tus-resumable": "1.0.0",
            "upload-offset": str(offset),
            "content-type": "application/offset+octet-stream",
        }
        response, failure = self.client.request("PATCH", target, headers, content)
        return Answer(None if response is None else response.status_code, None, failure=failure)

    def submit(self, path: str, body: dict[str, Any] | None = None, params: dict[str, Any] | None = None) -> Answer:
        """POST what is answered with a ``job_id``; the job is then ours."""
        answer = self.client.send("POST", path, body, params)
        if answer.accepted and isinstance(answer.body, dict):
            self._ours(answer.body.get("job_id"))
        return answer

    def ended(self, answer: Answer) -> dict[str, Any] | None:
        """The job that an answer names, once it has ended; None where there is none or it takes too long."""
        identifier = answer.body.get("job_id") if answer.accepted and isinstance(answer.body, dict) else None
        deadline, pause = time.monotonic() + self.patience_s, 0.01
        while identifier and time.monotonic() < deadline:
            job = self.client.send("GET", f"{self.root}/jobs/{identifier}")
            if not job.accepted or not isinstance(job.body, dict):
                return None
            if state(job.body) in ENDED:
                self._ours(job.body.get("metadata", {}).get("project_id"))
                return job.body
            time.sleep(pause)
            pause = min(2.0, pause * 1.5)
        return None

    def _ours(self, identifier: Any) -> str | None:
        if not isinstance(identifier, str):
            return None
        self.client.created.add(identifier)
        return identifier


def state(job: dict[str, Any]) -> str:
    """How a job stands, in small letters."""
    return str(job.get("state")).lower()


def warnings(job: dict[str, Any]) -> list[str]:
    """What a job warns of: at its steps, beside them, or in its metadata."""
    found = [step.get("warning") for step in job.get("steps", []) if isinstance(step, dict)]
    for holder in (job, job.get("metadata") or {}):
        listed = holder.get("warnings")
        found += listed if isinstance(listed, list) else [listed]
    return [str(each) for each in found if each]
