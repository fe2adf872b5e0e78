"""Names of the files of media, and what an archive is uploaded with."""

from __future__ import annotations

import io
import zipfile
from typing import Final

from contract import operations as api
from contract.formats import IMAGE_FORMATS, VIDEO_FORMATS
from contract.observations import Answer, Observation
from contract.probes import CONTROL_SECONDS, comfortable_side
from deployment.parsing import parsed
from generators.artefacts import make
from generators.specs import ImageSpec, MediaSpec, VideoSpec
from judges.constraints.subject import Asked, Subject
from judges.upload import upload

_UPLOAD_LENGTH: Final = "16"


class Media(Subject):
    """Uploads of a medium under a name with an extension; what appears is deleted again."""

    def send(self, asked: Asked) -> Answer:
        """Upload a medium of the format that an extension stands for; of an ordinary one where it stands for none."""
        spec = self._spec(str(asked.value), video=asked.operation == api.UPLOAD_VIDEO)
        return upload(self.workspace.dataset, make(spec), f"format.{asked.value}")

    def discard(self, asked: Asked, answer: Answer) -> None:
        """Delete the medium."""
        made = answer.text("id")
        if made is not None:
            self.workspace.dataset.delete("videos" if asked.operation == api.UPLOAD_VIDEO else "images", made)

    def ask(self, asked: Asked) -> Observation:
        """Upload a medium, and see what appeared."""
        with self.workspace.dataset.watched() as change:
            answer = self.send(asked)
            change.expected = answer.text("id")
        self.workspace.dataset.delete_listed(change.appeared or {})
        if not change.created:
            self.discard(asked, answer)
        return Observation(answer, None, change.created, change.changes)

    def _spec(self, extension: str, *, video: bool) -> MediaSpec:
        side = comfortable_side(self.workspace.profile)
        if video:
            made = extension if extension in VIDEO_FORMATS else "mp4"
            return VideoSpec(side, side, 2 * CONTROL_SECONDS, 2, made, seed=self.workspace.seed)
        made = extension if extension in IMAGE_FORMATS else "png"
        return ImageSpec(side, side, made, IMAGE_FORMATS[made].leanest_mode, seed=self.workspace.seed)


class Archives(Subject):
    """Uploads of an archive in one piece: an ordinary zip, or an empty file."""

    def send(self, asked: Asked) -> Answer:
        """Upload an archive, or nothing where the value is 0. Who uploads cannot read what is there."""
        content = _archive() if asked.value else b""
        file = ("dataset.zip", io.BytesIO(content), "application/zip")
        return self.workspace.client.call(api.UPLOAD_ARCHIVE, file=file, size=len(content))


class ResumableUploads(Subject):
    """Beginnings of a resumable upload, in a version of tus."""

    def send(self, asked: Asked) -> Answer:
        """Begin an upload that says which version it speaks."""
        client = self.workspace.client
        headers = {"tus-resumable": str(asked.value), "upload-length": _UPLOAD_LENGTH}
        response, failure = client.request("POST", api.API + client.path(api.START_UPLOAD), headers)
        if response is None:
            return Answer(None, failure=failure)
        return Answer(response.status_code, parsed(response), response.elapsed.total_seconds())


def _archive() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(zipfile.ZipInfo("readme.txt"), "nothing to import")
    return content.getvalue()
