"""The form of an upload: its files, their names, and ``upload_info``."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Form, Request
from fastapi import UploadFile as File
from starlette.datastructures import UploadFile

from reference.errors import ApiError
from reference.store import Document

_LONGEST_NAME = 255


def plain_name(name: str) -> str:
    """A file name without path and without what cannot be shown, no longer than 255 characters."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(one for one in last if one.isprintable())[-_LONGEST_NAME:]


def only_one(files: Sequence[UploadFile]) -> Sequence[UploadFile]:
    """The one file of an upload. Raises ``ApiError`` 400 where there are more."""
    if len(files) != 1:
        raise ApiError(400, "bad_request", f"An upload has one part named file, this has {len(files)}.")
    return files


def labels_at_upload(text: str | None, project: Document) -> list[str]:
    """The ``label_ids`` of an ``upload_info``. Raises ``ApiError`` 400 unless they are the project's, in an object."""
    try:
        info: Any = json.loads(text or "{}")
    except (ValueError, RecursionError):
        raise ApiError(400, "bad_upload_info", "upload_info is no JSON.") from None
    labels = info.get("label_ids", []) if isinstance(info, dict) else None
    if not isinstance(labels, list):
        raise ApiError(400, "bad_upload_info", "upload_info is an object, its label_ids a list.")
    known = {label["id"] for task in project["pipeline"]["tasks"] for label in task.get("labels", [])}
    if any(not isinstance(label, str) or label not in known for label in labels):
        raise ApiError(400, "bad_upload_info", "A label of upload_info is none of the project's.")
    return labels


@dataclass(frozen=True, slots=True)
class UploadForm:
    """The files of an upload, of which there may be too many, and its ``upload_info``, None where it has none."""

    files: Sequence[UploadFile]
    info: str | None


async def _form(request: Request, file: File, upload_info: Annotated[str, Form()] = "{}") -> UploadForm:  # noqa: ARG001
    # The parameters are for the document. Of several files the framework hands over the last one only, and it takes an
    # empty text for none; the form was parsed before and is kept.
    form = await request.form()
    info = form.get("upload_info")
    files = [part for part in form.getlist("file") if isinstance(part, UploadFile)]
    return UploadForm(files, info if isinstance(info, str) else None)


Uploaded = Annotated[UploadForm, Depends(_form)]
