"""Exports of datasets, as the deployment's own document offers them: prepared by a job, then downloaded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from contract import operations as api
from contract.observations import Answer
from contract.openapi import declared_as, declared_parameters
from deployment.jobs import Jobs
from deployment.media import Dataset
from deployment.parsing import answer_of

FORMAT: Final = "datumaro"
# Geti's documentation of the export: this format alone holds videos as they are, and media without annotations only
# where they are asked for. Each is sent where the document declares it.
_ASKED: Final = {"save_video_as_images": "false", "include_unannotated_media": "true"}
_NEEDED: Final = (
    api.PREPARE_EXPORT,
    api.DOWNLOAD_EXPORT,
    api.UPLOAD_ARCHIVE,
    api.PREPARE_IMPORT,
    api.IMPORT_PROJECT,
    api.READ_JOB,
)
_EXPORT: Final = re.compile(r"/exports/([^/:?]+)")
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Exports:
    """Exports in the run's workspace; ``document`` is the deployment's OpenAPI document, where it has one."""

    jobs: Jobs
    document: Mapping[str, Any] | None

    @property
    def not_offered(self) -> str:
        """What of an export and its import the document does not declare; empty where all is there."""
        if self.document is None:
            return "there is no document that says whether datasets are exported"
        missing = next((each for each in _NEEDED if declared_as(self.document, each) is None), None)
        return f"the document declares no {missing.method} {missing.path}" if missing else ""

    def prepare(self, dataset: Dataset) -> Answer:
        """Ask for the export of a dataset with its videos; the answer names the job."""
        declared = declared_as(self.document or {"paths": {}}, api.PREPARE_EXPORT)
        names = {each.get("name") for each in declared_parameters(self.document or {}, declared)} if declared else set()
        asked = {name: value for name, value in _ASKED.items() if name in names}
        path = self.jobs.client.path(api.PREPARE_EXPORT, dataset.project, dataset.id)
        return self.jobs.submit(path, params={"export_format": FORMAT, **asked})

    def download(self, dataset: Dataset, job: Mapping[str, Any]) -> tuple[Answer, bytes]:
        """The archive of an export whose job has ended; a redirection is followed within the deployment.

        No status says that the job names no download, and one of a redirection that the archive lies elsewhere.
        """
        client = self.jobs.client
        named = _EXPORT.search(str((job.get("metadata") or {}).get("download_url")))
        if named is None:
            return Answer(None, failure="the job of the export does not say where to download it"), b""
        target = api.API + client.path(api.DOWNLOAD_EXPORT, dataset.project, dataset.id, named[1])
        response, failure = client.request("GET", target)
        if response is not None and response.status_code in _REDIRECTS:
            place = urlsplit(response.headers.get("location", ""))
            if place.path and place.netloc in ("", urlsplit(client.base).netloc):
                response, failure = client.request("GET", place._replace(scheme="", netloc="", fragment="").geturl())
        if response is None:
            return Answer(None, failure=failure), b""
        answer = answer_of(response, response.elapsed.total_seconds())
        return answer, response.content if answer.accepted else b""
