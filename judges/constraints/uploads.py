"""Media of a format or of a size, and archives: uploaded in one piece, announced, or prepared for an import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from contract import operations as api
from contract.formats import IMAGE_FORMATS, VIDEO_FORMATS
from contract.observations import Answer, Observation
from contract.probes import CONTROL_SECONDS, comfortable_side
from deployment.jobs import Jobs
from generators.artefacts import make
from generators.padding import padded
from generators.sized_archives import sized_archive
from generators.specs import ImageSpec, MediaSpec, UnrepresentableError, VideoSpec
from generators.streamed import streamed_file
from judges.constraints.subject import Asked, Subject, UnreachableError
from judges.upload import kind_of, upload

# Formats that hold more than 4 GiB, and whose readers pass over what fills them without reading it.
_LARGE_IMAGE: Final = "tif"
_LARGE_VIDEO: Final = "mp4"
_SMALL_ARCHIVE: Final = 300
# A store of objects takes no smaller part of a file than this, save the last: 5 MiB, as S3 has it.
_PART: Final = 5 << 20
# How large an archive is announced, and in which parts it arrives before it is prepared.
_ARRIVED: Final = {
    "whole file": (_SMALL_ARCHIVE, (_SMALL_ARCHIVE,)),
    "whole file in parts": (_PART + _SMALL_ARCHIVE, (_PART, _SMALL_ARCHIVE)),
    "unfinished file": (_SMALL_ARCHIVE, (_SMALL_ARCHIVE - 1,)),
    "file not begun": (_SMALL_ARCHIVE, ()),
}


class Media(Subject):
    """Uploads of a medium under a name with an extension, or of so many bytes; what appears is deleted again."""

    def send(self, asked: Asked) -> Answer:
        """Upload a medium of the format that an extension stands for, an ordinary one where it stands for none.

        Or one of exactly so many bytes. Raises ``UnreachableError`` where there is no such file.
        """
        if isinstance(asked.value, int):
            return self._send_sized(asked, asked.value)
        spec = self._spec(asked.value, video=asked.operation == api.UPLOAD_VIDEO)
        return upload(self.workspace.dataset, make(spec), f"format.{asked.value}")

    def _send_sized(self, asked: Asked, size: int) -> Answer:
        video = asked.operation == api.UPLOAD_VIDEO
        spec = replace(self._spec(_LARGE_VIDEO if video else _LARGE_IMAGE, video=video), encoder="direct")
        try:
            file = streamed_file(lambda: padded(spec, size), size)
        except UnrepresentableError as error:
            raise UnreachableError(str(error)) from None
        return self.workspace.dataset.upload(kind_of(spec), f"size.{spec.format}", file, spec.record.media_type, size)

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
    """Uploads of archives; what was uploaded is deleted again, and what is held cannot be read by who uploads."""

    def send(self, asked: Asked) -> Answer:
        """Upload an archive of so many bytes, begin a resumable upload, or prepare what arrived of one.

        Raises ``UnreachableError``.
        """
        match asked.constraint, asked.operation:
            case "tus.whole", _:
                return self._prepared(*_ARRIVED[str(asked.value)])
            case _, api.START_UPLOAD:
                answer, file = self._begun(asked)
            case "archive.file.min", _:  # no archive has 1 byte: an ordinary one, or none of its bytes
                answer, file = self._upload(_SMALL_ARCHIVE if asked.value else 0)
            case _:
                answer, file = self._upload(int(asked.value))
        self._delete(file)
        return answer

    def ask(self, asked: Asked) -> Observation:
        """Send a value, and see whether an upload that was refused is open all the same."""
        if asked.operation != api.START_UPLOAD:
            return super().ask(asked)
        answer, file = self._begun(asked)
        is_open = file is not None and not answer.accepted and self._jobs.is_open(file)
        self._delete(file)
        return Observation(answer, None, created=answer.accepted or is_open)

    def _begun(self, asked: Asked) -> tuple[Answer, str | None]:
        """A resumable upload in a version of tus, or of so many bytes."""
        if asked.constraint == "tus.version":
            return self._jobs.begin_upload(_SMALL_ARCHIVE, str(asked.value))
        return self._jobs.begin_upload(int(asked.value))

    @property
    def _jobs(self) -> Jobs:
        return self.workspace.importer.jobs

    def _upload(self, size: int) -> tuple[Answer, str | None]:
        """Upload a zip of so many bytes, or an empty file. Raises ``UnreachableError``."""
        try:
            archive = streamed_file(lambda: sized_archive(size) if size else iter(()), size)
        except UnrepresentableError as error:
            raise UnreachableError(str(error)) from None
        return self._jobs.upload(archive, size)

    def _delete(self, file: str | None) -> None:
        if file is not None:
            self._jobs.delete_upload(file)

    def _prepared(self, size: int, parts: Sequence[int]) -> Answer:
        """What is answered to the preparation of an archive of a size of which such parts have arrived, in bytes."""
        begun, file = self._jobs.begin_upload(size)
        if file is None or not begun.accepted:
            raise UnreachableError(f"no resumable upload could be begun ({begun.words_with_message})")
        content, offset = b"".join(sized_archive(size)), 0
        for part in parts:
            appended = self._jobs.append_upload(file, content[offset : offset + part], offset)
            offset += part
            if not appended.accepted:
                raise UnreachableError(f"nothing could be appended to an upload ({appended.words_with_message})")
        answer = self._jobs.submit(self.workspace.client.path(api.PREPARE_IMPORT), params={"file_id": file})
        self._jobs.ended(answer)
        self._delete(file)
        return answer
